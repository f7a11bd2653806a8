/* What the whole system counts against its limits: the only component that every fork and every reaping touches. */
#ifndef KERNEL_SYSTEM_H
#define KERNEL_SYSTEM_H

#include "kernel/kernel.h"

uint32_t system_processes(struct kstep *k); /* running ones and zombies */
void system_add_processes(struct kstep *k, int32_t difference);

#endif
