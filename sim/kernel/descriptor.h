/* The descriptor table of a process. See spec/fd.md. */
#ifndef KERNEL_DESCRIPTOR_H
#define KERNEL_DESCRIPTOR_H

#include "kernel/ofd.h"

/* The caller's descriptor, borrowed; NULL after failing with EBADF (FD-07). */
const struct descriptor *descriptor_own(struct kstep *k, int32_t number);
/* The lowest `wanted` free numbers of the caller from `from` on (FD-01); false if the table has no room: the limit is
 * then noted, and the caller fails. */
bool descriptor_lowest_free(struct kstep *k, uint32_t from, unsigned wanted, int32_t *numbers);
/* Closes an open descriptor of a process, with the effects of GEN-13. */
void descriptor_release(struct kstep *k, uint32_t pid, uint32_t number);
/* Whether another process could notice now that p closes this one of its descriptors. */
bool descriptor_close_is_observable(struct kstep *k, const struct process *p, const struct descriptor *d);
/* Numbers from here on are no descriptors of the caller: RLIMIT_NOFILE (LIM-13, PROC-30). */
uint32_t descriptor_limit(struct kstep *k);

#endif
