/* Accesses to memory that other tasks can see: they become pending internal calls (.load, .store...). */
#ifndef MACHINE_VISIBLE_H
#define MACHINE_VISIBLE_H

#include "machine/task.h"

/* Post the operation if an address is of a shared mapping (then the task has stopped) or perform it in private memory.
 * False: the task has stopped. */
bool visible_load(struct task *t, uint64_t address, unsigned width, uint64_t *value);
bool visible_store(struct task *t, uint64_t address, unsigned width, uint64_t value);
bool visible_rmw(struct task *t, uint64_t address, unsigned width, unsigned operation, uint64_t operand, uint64_t *old);
/* d[0] = old value, d[1] = success. */
bool visible_cas(struct task *t, uint64_t address, unsigned width, uint64_t expected, uint64_t desired, uint64_t *d);
bool visible_copy(struct task *t, uint64_t to, uint64_t from, uint64_t n);
bool visible_set(struct task *t, uint64_t address, uint64_t byte, uint64_t n);

/* The pending operation has returned `value`: writes the registers of the instruction, which the frame leaves. */
void visible_return(struct task *t, uint64_t value);

#endif
