/* epoll instances. See spec/poll.md.
 *
 * An instance is a component with one entry for each description that is watched. Level-triggered entries are ready by
 * the state alone; an edge-triggered one remembers that something arrived since it was last reported, which the pipe
 * tells it (epoll_notify): a pipe knows the instances that watch it. So does an instance that stands in others: what
 * arrives at one of its entries arrives there, too (POLL-14).
 */
#ifndef KERNEL_EPOLL_H
#define KERNEL_EPOLL_H

#include "kernel/ofd.h"

struct epoll_entry {
    uint32_t number; /* descriptor it was added with */
    uint32_t ofd;    /* slot of the description */
    uint32_t events; /* EPOLL* bits asked for; only private ones left: disabled by EPOLLONESHOT */
    uint32_t armed;  /* edge-triggered: something arrived */
    uint64_t data;
};

/* Every POLL* bit: something that wakes all who wait on a pipe. */
#define EPOLL_ANY 0xffffu

/* Whether epoll_wait on the instance would return an event. */
bool epoll_is_ready(struct kstep *k, uint32_t slot);
/* Something happened to the pipe in `object` that these POLL* bits tell (POLL-12). */
void epoll_notify(struct kstep *k, uint32_t object, uint32_t bits);
/* The description `o` in slot `ofd` is going away: nobody watches it any more. */
void epoll_forget(struct kstep *k, const struct ofd *o, uint32_t ofd);
/* The last reference to an instance went away. */
void epoll_close(struct kstep *k, uint32_t slot);
/* Adds what the instance waits for. */
void epoll_explain_object(struct kstep *k, uint32_t slot, struct kwait *w);

#endif
