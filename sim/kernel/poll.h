/* Readiness of open file descriptions, which poll, select and epoll share; it is advice only (POLL-05). See
 * spec/poll.md. */
#ifndef KERNEL_POLL_H
#define KERNEL_POLL_H

#include "kernel/ofd.h"

/* The POLL* bits that hold now for the description in `slot`. */
uint32_t poll_bits(struct kstep *k, uint32_t slot, const struct ofd *o);
/* What poll reports whether it was asked for or not. */
#define POLL_ALWAYS ((uint32_t)(POLLERR | POLLHUP | POLLNVAL))

/* How long a call may wait. A time-out that is neither 0 nor none may pass before anything else (GEN-09). */
enum poll_patience { POLL_NEVER, POLL_SOMETIME, POLL_NOW, POLL_BAD };

enum poll_patience poll_patience_of(int64_t seconds, int64_t fraction, int64_t fraction_max);
/* Whether poll or select with nothing ready can only be ended by a signal: without a time-out, or where one is due
 * under its mask, for which Linux looks even if the time-out is 0 (SIG-37). epoll_wait does not. */
bool poll_ends_with_signal(struct kstep *k, enum poll_patience patience);
/* Ends a step in which nothing is ready: blocks, or returns 0. */
void poll_nothing(struct kstep *k, enum poll_patience patience);

/* Adds what a description could become ready by to a wait: an alternative to what stands there (GEN-11). */
void poll_explain_one(struct kstep *k, int32_t number, const struct ofd *o, struct kwait *w);
/* Puts the wait in order when all alternatives are there. */
void poll_explain_end(struct kstep *k, struct kwait *w);

#endif
