/* The bytes of an epoll instance: see epoll_instance.h. */
#include "kernel/epoll_instance.h"

#include <string.h>

/* The component is this header, then the entries, ascending by number and description, then the watchers. */
struct epoll_header {
    uint32_t count;
    uint32_t watchers; /* instances that watch this one */
};

_Static_assert(sizeof(struct epoll_entry) == 24, "no padding: components are compared as bytes");

struct epoll_instance epoll_instance_get(struct kstep *k, uint32_t slot)
{
    const struct epoll_header *h = kstep_get(k, slot, NULL);
    struct epoll_instance e = {.count = h->count};
    e.entries = mem_zero(h->count + 1, sizeof *e.entries);
    memcpy(e.entries, h + 1, h->count * sizeof *e.entries);
    const struct epoll_entry *entries = (const struct epoll_entry *)(const void *)(h + 1);
    const uint32_t *watchers = (const uint32_t *)(const void *)(entries + h->count);
    for (uint32_t i = 0; i < h->watchers; i++)
        VEC_PUSH(&e.watchers, watchers[i]);
    return e;
}

void epoll_instance_free(struct epoll_instance *e)
{
    mem_free(e->entries);
    VEC_FREE(&e->watchers);
}

void epoll_instance_put_take(struct kstep *k, uint32_t slot, struct epoll_instance *e)
{
    vec_char packed = {0};
    struct epoll_header h = {.count = e->count, .watchers = (uint32_t)e->watchers.count};
    text_append(&packed, &h, sizeof h);
    text_append(&packed, e->entries, e->count * sizeof *e->entries);
    text_append(&packed, e->watchers.items, e->watchers.count * sizeof *e->watchers.items);
    kstep_put(k, slot, packed.items, packed.count);
    VEC_FREE(&packed);
    epoll_instance_free(e);
}

void epoll_entry_drop(struct epoll_instance *e, uint32_t at)
{
    memmove(&e->entries[at], &e->entries[at + 1], (e->count - at - 1) * sizeof *e->entries);
    e->count--;
}
