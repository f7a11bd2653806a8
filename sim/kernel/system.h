/* What the whole system counts against its limits: the only component that every fork and every reaping touches. */
#ifndef KERNEL_SYSTEM_H
#define KERNEL_SYSTEM_H

#include "kernel/kernel.h"

uint32_t system_processes(struct kstep *k); /* running ones and zombies */
void system_add_processes(struct kstep *k, int32_t difference);

/* Running processes whose parent is gone, ascending: the family tree from main on does not lead to them. Kept for
 * programs that use signals only. */
void system_add_orphan(struct kstep *k, uint32_t pid);
void system_drop_orphan(struct kstep *k, uint32_t pid);
void system_orphans(struct kstep *k, vec_u32 *pids);

#endif
