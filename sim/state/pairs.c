/* See pairs.h. */
#include "state/pairs.h"

#include <assert.h>

#include "base/hash.h"
#include "base/vec.h"

enum { PAIRS_MIN = 1 << 10 };

void pairs_init(struct pairs *p)
{
    p->capacity = PAIRS_MIN;
    p->pair = mem_zero(p->capacity, sizeof *p->pair);
    p->index_size = PAIRS_MIN * 2;
    p->index = mem_zero(p->index_size, sizeof *p->index);
    p->count = 1;
}

void pairs_free(struct pairs *p)
{
    mem_free(p->pair);
    mem_free(p->index);
}

static void pairs_grow(struct pairs *p)
{
    p->capacity *= 2;
    p->pair = mem_grow(p->pair, p->capacity * sizeof *p->pair);
    mem_free(p->index);
    p->index_size *= 2;
    p->index = mem_zero(p->index_size, sizeof *p->index);
    for (uint32_t id = 1; id < p->count; id++) {
        size_t i = hash_mix(p->pair[id]) & (p->index_size - 1);
        while (p->index[i])
            i = (i + 1) & (p->index_size - 1);
        p->index[i] = id;
    }
}

uint32_t pairs_put(struct pairs *p, uint32_t left, uint32_t right)
{
    uint64_t pair = (uint64_t)left << 32 | right;
    if (!pair)
        return 0;
    size_t mask = p->index_size - 1, i = hash_mix(pair) & mask;
    for (uint32_t id; (id = p->index[i]) != 0; i = (i + 1) & mask)
        if (p->pair[id] == pair)
            return id;
    assert(p->count < UINT32_MAX);
    uint32_t id = (uint32_t)p->count++;
    p->pair[id] = pair;
    p->index[i] = id;
    if (p->count == p->capacity)
        pairs_grow(p);
    return id;
}

size_t pairs_bytes_used(const struct pairs *p)
{
    return (p->count - 1) * (sizeof *p->pair + sizeof *p->index);
}

size_t pairs_bytes_allocated(const struct pairs *p)
{
    return p->capacity * sizeof *p->pair + p->index_size * sizeof *p->index;
}
