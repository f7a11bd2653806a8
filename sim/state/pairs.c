/* See pairs.h. The insertion is that of Laarman, van de Pol, Weber: Boosting multi-core reachability performance with
 * shared hash tables, FMCAD 2010, with ids apart from the places in the table, so that it can grow. */
#include "state/pairs.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/vec.h"

enum { PAIRS_MIN = 1 << 12 };

void pairs_init(struct pairs *p)
{
    p->capacity = PAIRS_MIN;
    p->pair = mem_zero(p->capacity, sizeof *p->pair);
    p->index = mem_zero(p->capacity * 2, sizeof *p->index);
    atomic_store(&p->count, 1);
}

void pairs_free(struct pairs *p)
{
    mem_free(p->pair);
    mem_free(p->index);
}

void pairs_grow(struct pairs *p)
{
    size_t mask = p->capacity * 4 - 1;
    p->pair = mem_grow(p->pair, p->capacity * 2 * sizeof *p->pair);
    memset(p->pair + p->capacity, 0, p->capacity * sizeof *p->pair);
    mem_free(p->index);
    p->index = mem_zero(p->capacity * 4, sizeof *p->index);
    p->capacity *= 2;
    for (uint32_t id = 1; id < p->count; id++) {
        if (!p->pair[id])
            continue; /* a thread's spare */
        size_t i = hash_mix(p->pair[id]) & mask;
        while (p->index[i])
            i = (i + 1) & mask;
        p->index[i] = id;
    }
}

static uint32_t id_take(struct pairs *p, uint32_t *spare)
{
    uint32_t id = *spare;
    *spare = 0;
    if (!id) {
        size_t next = atomic_fetch_add_explicit(&p->count, 1, memory_order_relaxed);
        assert(next < p->capacity && next < UINT32_MAX && "pairs_room was asked first");
        id = (uint32_t)next;
    }
    return id;
}

uint32_t pairs_put(struct pairs *p, uint32_t *spare, uint32_t left, uint32_t right)
{
    uint64_t pair = (uint64_t)left << 32 | right;
    if (!pair)
        return 0;
    size_t mask = p->capacity * 2 - 1, i = hash_mix(pair) & mask;
    uint32_t own = 0;
    for (;; i = (i + 1) & mask) {
        uint32_t id = atomic_load_explicit(&p->index[i], memory_order_acquire);
        if (!id) {
            if (!own) {
                own = id_take(p, spare);
                p->pair[own] = pair;
            }
            if (atomic_compare_exchange_strong_explicit(&p->index[i], &id, own, memory_order_acq_rel,
                                                        memory_order_acquire))
                return own;
        }
        if (p->pair[id] == pair) {
            if (own) {
                p->pair[own] = 0;
                *spare = own;
            }
            return id;
        }
    }
}

size_t pairs_grow_bytes(const struct pairs *p)
{
    return p->capacity * (2 * sizeof *p->pair + 4 * sizeof *p->index);
}

size_t pairs_bytes_used(const struct pairs *p)
{
    return (p->count - 1 - p->unused) * (sizeof *p->pair + sizeof *p->index);
}

size_t pairs_bytes_allocated(const struct pairs *p)
{
    return p->capacity * (sizeof *p->pair + 2 * sizeof *p->index);
}
