/* Descriptors from which a process reads its own signals. See spec/signal.md.
 *
 * The open file description refers to a component with the set of signals, which fork and dup share; whose signals are
 * read is the reader's business (SIG-38). Readiness is that of the process that asks, for poll and epoll alike.
 */
#ifndef KERNEL_SIGNALFD_H
#define KERNEL_SIGNALFD_H

#include "kernel/ofd.h"

enum { SIGNALFD_INFO_BYTES = 128 /* of a struct signalfd_siginfo: the least that can be read */ };

/* The handler of read; o is the description, n >= SIGNALFD_INFO_BYTES. */
void signalfd_read(struct kstep *k, const struct ofd *o, uint64_t address, uint64_t n);
/* Whether the caller could read a signal now. */
bool signalfd_is_ready(struct kstep *k, uint32_t slot);
void signalfd_explain(struct kstep *k, const struct ofd *o, struct kwait *w);
/* The last reference to the description went away. */
void signalfd_close(struct kstep *k, uint32_t slot);

/* The epoll instances that watch it (epoll_watch.c): appends their slots, or replaces them. */
void signalfd_watchers(struct kstep *k, uint32_t slot, vec_u32 *out);
void signalfd_set_watchers(struct kstep *k, uint32_t slot, const vec_u32 *watchers);

#endif
