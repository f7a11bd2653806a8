/* What is said when a task goes wrong: one clear line that names the object. */
#ifndef MACHINE_FAULT_H
#define MACHINE_FAULT_H

#include "machine/task.h"

/* The task dies of `signal`: its pending call becomes .die. Later ones are ignored: the first fault counts. */
void task_crash(struct task *t, int signal, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same with another kind of trouble. `signal` 0: the task never runs again, but does not die. */
void task_trouble(struct task *t, enum machine_trouble trouble, int signal, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* What a real machine would certainly fault for, so that a program may catch it: a signal, its si_code, and si_addr. */
struct machine_fault {
    int signal, code;
    uint64_t address;
};

/* The instruction at which the task is faults: a crash, unless a handler catches the signal (SIG-33). When the handler
 * returns the instruction runs again. */
void task_fault(struct task *t, struct machine_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* An access to n bytes that memory_check did not allow. */
void fault_access(struct task *t, uint64_t address, uint64_t n, bool write);
/* An address that free, realloc or munmap (the caller's name) did not get from malloc. */
void fault_free(struct task *t, uint64_t address, const char *caller);
/* A call through an address that is not a function's. */
void fault_call(struct task *t, uint64_t address);

#endif
