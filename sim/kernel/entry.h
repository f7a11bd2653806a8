/* What calls that work on names share. */
#ifndef KERNEL_ENTRY_H
#define KERNEL_ENTRY_H

#include "kernel/path.h"

/* The mode of a new object under the caller's umask. */
uint32_t open_umask(struct kstep *k, uint64_t mode);

#endif
