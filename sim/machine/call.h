/* Frames: entering and leaving functions, local variables, variable arguments. */
#ifndef MACHINE_CALL_H
#define MACHINE_CALL_H

#include "machine/task.h"

/* Pushes a frame; the last `variable` of the `count` arguments are variable ones if the function takes such. False: the
 * task has crashed (stack overflow). */
bool call_enter(struct task *t, uint32_t function, const uint64_t *arguments, uint32_t count, uint32_t variable);
/* The frame of a signal handler: its arguments are the signal, the address of a copy of `info` (NULL: 0), and 0. */
bool call_enter_handler(struct task *t, uint32_t function, uint32_t signal, const void *info, size_t size);
/* Index of the function at an address, or UINT32_MAX. */
uint32_t call_target(const struct task *t, uint64_t address);
/* Pops the top frame. False: it was the last one, and the task has stopped. */
bool call_leave(struct task *t, const struct code_inst *ret);
/* Pops frames, without a result, until `count` are left, and the handlers among them (longjmp). */
void call_unwind(struct task *t, size_t count);
/* Gives the instruction of the top frame its result, cut to its width; the frame goes on after it. */
void call_result(struct task *t, uint64_t value);

/* A variable-length array or alloca(): its address; 0: the task has crashed. */
uint64_t call_alloca(struct task *t, uint64_t size, uint32_t alloca);
/* Dynamic allocas of the top frame from number n on die. */
void call_restore(struct task *t, uint64_t n);
bool call_va_start(struct task *t, uint64_t list);

#endif
