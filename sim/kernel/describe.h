/* Private to describe*.c. */
#ifndef KERNEL_DESCRIBE_H
#define KERNEL_DESCRIBE_H

#include "kernel/kernel.h"

/* "shm+32" for an address in a shared mapping of the caller; false for others. */
bool describe_shared_address(struct kstep *k, uint64_t address, vec_char *out);
/* "sem shm+32=0" for a chunk of shared memory; false if there is nothing to say. */
bool describe_shared_slot(struct kstep *k, uint32_t slot, vec_char *out);

/* What a call left at an address, or what lay there before; false if it cannot be read. */
bool describe_memory(struct kstep *k, const struct koutcome *o, uint64_t address, void *bytes, size_t n);
/* Arguments with the letters v, V, e, E. */
void describe_poll_argument(struct kstep *k, const struct koutcome *o, char letter, unsigned i, vec_char *out);

#endif
