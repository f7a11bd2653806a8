/* Which instances watch what, and what they are told: see epoll_instance.h, epoll.h. */
#include <poll.h>

#include "kernel/epoll_instance.h"
#include "kernel/pipe.h"
#include "kernel/signalfd.h"

/* Where the instances stand that watch a console whose end comes (FD-15): its text stands under smaller indices. */
static uint32_t console_watchers(struct kstep *k, const struct ofd *o)
{
    enum { WATCHERS = 16 };
    return kstep_slot(k, SLOT_CONSOLE, 0, WATCHERS + o->object);
}

vec_u32 epoll_watchers_of(struct kstep *k, const struct ofd *o)
{
    vec_u32 watchers = {0};
    if (o->kind == OFD_EPOLL) {
        struct epoll_instance e = epoll_instance_get(k, o->object);
        watchers = e.watchers;
        mem_free(e.entries);
    } else if (o->kind == OFD_SIGNALFD) {
        signalfd_watchers(k, o->object, &watchers);
    } else if (ofd_is_pipe(o)) {
        struct pipe p;
        pipe_get(k, o->object, &p);
        for (uint32_t i = 0; i < p.h.watchers; i++)
            VEC_PUSH(&watchers, p.watchers[i]);
    } else if (o->kind == OFD_CONSOLE && ofd_is_counted(k, o)) {
        size_t size = 0;
        const uint32_t *slots = kstep_get(k, console_watchers(k, o), &size);
        for (size_t i = 0; i < size / sizeof *slots; i++)
            VEC_PUSH(&watchers, slots[i]);
    }
    return watchers;
}

/* Stores them and frees the copy. */
static void watchers_put_take(struct kstep *k, const struct ofd *o, vec_u32 *watchers)
{
    if (o->kind == OFD_EPOLL) {
        struct epoll_instance e = epoll_instance_get(k, o->object);
        VEC_FREE(&e.watchers);
        e.watchers = *watchers;
        epoll_instance_put_take(k, o->object, &e);
        return;
    }
    if (o->kind == OFD_SIGNALFD) {
        signalfd_set_watchers(k, o->object, watchers);
    } else if (ofd_is_pipe(o)) {
        struct pipe p;
        pipe_get(k, o->object, &p);
        p.h.watchers = (uint32_t)watchers->count;
        p.watchers = watchers->items;
        pipe_put(k, o->object, &p);
    } else if (o->kind == OFD_CONSOLE && ofd_is_counted(k, o)) {
        kstep_put(k, console_watchers(k, o), watchers->items, watchers->count * sizeof *watchers->items);
    }
    VEC_FREE(watchers);
}

void epoll_watch(struct kstep *k, const struct ofd *o, uint32_t slot, bool begin)
{
    vec_u32 watchers = epoll_watchers_of(k, o);
    size_t kept = 0;
    for (size_t i = 0; i < watchers.count; i++)
        if (watchers.items[i] != slot)
            watchers.items[kept++] = watchers.items[i];
    bool found = kept < watchers.count;
    if (begin == found) {
        VEC_FREE(&watchers);
        return;
    }
    watchers.count = kept;
    if (begin)
        VEC_PUSH(&watchers, slot);
    watchers_put_take(k, o, &watchers);
}

bool epoll_still_watches(struct kstep *k, const struct epoll_instance *e, const struct ofd *watched)
{
    for (uint32_t i = 0; i < e->count; i++) {
        struct ofd o;
        ofd_get(k, e->entries[i].ofd, &o);
        if (ofd_is_pipe(&o) == ofd_is_pipe(watched) && (ofd_is_pipe(&o) || o.kind == watched->kind) &&
            o.object == watched->object)
            return true;
    }
    return false;
}

void epoll_forget(struct kstep *k, const struct ofd *o, uint32_t ofd)
{
    vec_u32 watchers = epoll_watchers_of(k, o);
    for (size_t i = 0; i < watchers.count; i++) {
        uint32_t slot = watchers.items[i];
        struct epoll_instance e = epoll_instance_get(k, slot);
        for (uint32_t j = e.count; j-- > 0;)
            if (e.entries[j].ofd == ofd)
                epoll_entry_drop(&e, j);
        if (!epoll_still_watches(k, &e, o))
            epoll_watch(k, o, slot, false); /* or the instance may be gone when the next one is told */
        epoll_instance_put_take(k, slot, &e);
    }
    VEC_FREE(&watchers);
}

/* ---- what pipes tell ---- */

/* What of it concerns an end of a pipe: bytes those that read, room those that write. */
static uint32_t bits_heard(const struct ofd *o, uint32_t bits)
{
    if (ofd_is_pipe(o) && !ofd_reads(o))
        bits &= ~(uint32_t)(POLLIN | POLLRDNORM);
    if (ofd_is_pipe(o) && !ofd_writes(o))
        bits &= ~(uint32_t)(POLLOUT | POLLWRNORM);
    return bits;
}

static void arm(struct kstep *k, uint32_t slot, uint32_t object, uint32_t bits);

void epoll_tell_outer(struct kstep *k, uint32_t slot)
{
    vec_u32 outer = epoll_watchers_of(k, &(struct ofd){.kind = OFD_EPOLL, .object = slot});
    for (size_t i = 0; i < outer.count; i++)
        arm(k, outer.items[i], slot, (uint32_t)(POLLIN | POLLRDNORM));
    VEC_FREE(&outer);
}

static void arm(struct kstep *k, uint32_t slot, uint32_t object, uint32_t bits)
{
    struct epoll_instance e = epoll_instance_get(k, slot);
    bool changed = false, arrived = false;
    for (uint32_t i = 0; i < e.count; i++) {
        struct epoll_entry *entry = &e.entries[i];
        struct ofd o;
        ofd_get(k, entry->ofd, &o);
        if (o.object != object || !(entry->events & bits_heard(&o, bits)) || !(entry->events & ~EPOLL_PRIVATE))
            continue;
        arrived = true;
        if (!(entry->events & EPOLLET) || entry->armed)
            continue;
        entry->armed = 1;
        changed = true;
    }
    if (changed)
        epoll_instance_put_take(k, slot, &e);
    else
        epoll_instance_free(&e);
    if (arrived)
        epoll_tell_outer(k, slot);
}

void epoll_notify(struct kstep *k, uint32_t object, uint32_t bits)
{
    vec_u32 watchers = epoll_watchers_of(k, &(struct ofd){.kind = OFD_PIPE_BOTH, .object = object});
    for (size_t i = 0; i < watchers.count; i++)
        arm(k, watchers.items[i], object, bits);
    VEC_FREE(&watchers);
}

void epoll_close(struct kstep *k, uint32_t slot)
{
    struct epoll_instance e = epoll_instance_get(k, slot);
    for (uint32_t i = 0; i < e.count; i++) {
        struct ofd o;
        ofd_get(k, e.entries[i].ofd, &o);
        epoll_watch(k, &o, slot, false);
    }
    epoll_instance_free(&e);
    kstep_put(k, slot, NULL, 0);
}
