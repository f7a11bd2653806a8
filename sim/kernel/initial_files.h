/* See initial_files.c. */
#ifndef KERNEL_INITIAL_FILES_H
#define KERNEL_INITIAL_FILES_H

#include "kernel/kernel.h"

void initial_files_put(struct kstep *k);

#endif
