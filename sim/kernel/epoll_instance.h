/* The component of an epoll instance, and who watches whom: what the calls of epoll.c share with what pipes and other
 * objects tell (epoll_watch.c).
 */
#ifndef KERNEL_EPOLL_INSTANCE_H
#define KERNEL_EPOLL_INSTANCE_H

#include <sys/epoll.h>

#include "kernel/epoll.h"

/* Bits of an entry that are no events. */
#define EPOLL_PRIVATE ((uint32_t)(EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE))

struct epoll_instance {
    uint32_t count;
    struct epoll_entry *entries; /* a copy */
    vec_u32 watchers;            /* slots */
};

struct epoll_instance epoll_instance_get(struct kstep *k, uint32_t slot);
void epoll_instance_free(struct epoll_instance *e);
/* Stores the copy and frees it. */
void epoll_instance_put_take(struct kstep *k, uint32_t slot, struct epoll_instance *e);
void epoll_entry_drop(struct epoll_instance *e, uint32_t at);

/* The instances that watch the object of a description; none, where the object does not keep them. A copy. */
vec_u32 epoll_watchers_of(struct kstep *k, const struct ofd *o);
/* The instance in `slot` begins or ends to watch the object: once for each instance, whose entries may name an object
 * several times. */
void epoll_watch(struct kstep *k, const struct ofd *o, uint32_t slot, bool begin);
/* Whether an entry of the instance is left for the object of a description. */
bool epoll_still_watches(struct kstep *k, const struct epoll_instance *e, const struct ofd *watched);
/* An instance has got an event: it is an arrival for those that watch it (POLL-14). */
void epoll_tell_outer(struct kstep *k, uint32_t slot);

#endif
