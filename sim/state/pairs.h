/* Inner nodes of the state tree: pairs of ids, each stored once, with dense ids from 1. Pair (0, 0) is id 0. */
#ifndef STATE_PAIRS_H
#define STATE_PAIRS_H

#include <stddef.h>
#include <stdint.h>

struct pairs {
    uint64_t *pair;  /* by id: left << 32 | right */
    uint32_t *index; /* open addressing: ids, 0 = free */
    size_t count, capacity, index_size;
};

void pairs_init(struct pairs *p);
void pairs_free(struct pairs *p);
uint32_t pairs_put(struct pairs *p, uint32_t left, uint32_t right);
size_t pairs_bytes_used(const struct pairs *p);
size_t pairs_bytes_allocated(const struct pairs *p);

static inline uint32_t pairs_left(const struct pairs *p, uint32_t id)
{
    return (uint32_t)(p->pair[id] >> 32);
}
static inline uint32_t pairs_right(const struct pairs *p, uint32_t id)
{
    return (uint32_t)p->pair[id];
}

#endif
