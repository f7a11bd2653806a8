/* Private to describe*.c. */
#ifndef KERNEL_DESCRIBE_H
#define KERNEL_DESCRIBE_H

#include "kernel/kernel.h"

/* "shm+32" for an address in a shared mapping of the caller; false for others. */
bool describe_shared_address(struct kstep *k, uint64_t address, vec_char *out);
/* "sem shm+32=0" for a chunk of shared memory; false if there is nothing to say. */
bool describe_shared_slot(struct kstep *k, uint32_t slot, vec_char *out);

#endif
