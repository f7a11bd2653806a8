/* setjmp and longjmp. Private to sim/machine.
 *
 * A jmp_buf holds where setjmp was called: the number of the frame, its function, the instruction; and, of sigsetjmp,
 * the mask of blocked signals. longjmp drops the frames above, with the signal handlers among them, and lets that call
 * return once more. A function that calls setjmp keeps all its values alive (program/live.c). */
#ifndef MACHINE_JUMP_H
#define MACHINE_JUMP_H

#include "machine/task.h"

/* The builtins: where a signal handler may come in between, or a mask is kept, the kernel takes part. */
enum builtin_end jump_set(struct task *t, const uint64_t *arguments, uint64_t *result);
enum builtin_end jump_set_mask(struct task *t, const uint64_t *arguments, uint64_t *result);
enum builtin_end jump_back(struct task *t, const uint64_t *arguments, uint64_t *result);

#endif
