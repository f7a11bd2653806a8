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
    p->unused = 0;
    atomic_store(&p->count, 1);
}

void pairs_free(struct pairs *p)
{
    mem_free(p->pair);
    mem_free(p->index);
}

static size_t index_size(const struct pairs *p)
{
    return p->capacity * 2;
}

static size_t next_place(const struct pairs *p, size_t i)
{
    return i + 1 < index_size(p) ? i + 1 : 0;
}

static void index_fill(struct pairs *p)
{
    p->index = mem_scattered(mem_zero(index_size(p), sizeof *p->index));
    for (uint32_t id = 1; id < p->count; id++) {
        if (!p->pair[id])
            continue; /* a thread's spare */
        size_t i = hash_place(hash_mix(p->pair[id]), index_size(p));
        while (p->index[i])
            i = next_place(p, i);
        p->index[i] = id;
    }
}

void pairs_grow(struct pairs *p, size_t capacity)
{
    assert(capacity > p->capacity && capacity < UINT32_MAX / 2);
    mem_free(p->index); /* first: the room is needed */
    p->pair = mem_grow(p->pair, capacity * sizeof *p->pair);
    memset(p->pair + p->capacity, 0, (capacity - p->capacity) * sizeof *p->pair);
    p->capacity = capacity;
    index_fill(p);
}

void pairs_save(const struct pairs *p, struct blob *out)
{
    blob_put_u64(out, p->capacity);
    blob_put_array(out, p->pair, p->count, sizeof *p->pair);
}

bool pairs_restore(struct pairs *p, struct blob *in)
{
    size_t count;
    memset(p, 0, sizeof *p);
    p->capacity = (size_t)blob_get_u64(in);
    p->pair = blob_get_array(in, &count, sizeof *p->pair);
    if (!p->pair || p->capacity < count || p->capacity >= UINT32_MAX / 2)
        return false;
    p->pair = mem_grow(p->pair, p->capacity * sizeof *p->pair);
    memset(p->pair + count, 0, (p->capacity - count) * sizeof *p->pair);
    atomic_store(&p->count, count);
    for (size_t id = 1; id < count; id++)
        p->unused += !p->pair[id];
    index_fill(p);
    return true;
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
    size_t i = hash_place(hash_mix(pair), index_size(p));
    uint32_t own = 0;
    for (;; i = next_place(p, i)) {
        uint32_t id = atomic_load_explicit(&p->index[i], memory_order_acquire);
        if (!id) {
            if (!own) {
                own = id_take(p, spare);
                p->pair[own] = pair;
            }
            if (atomic_compare_exchange_strong_explicit(&p->index[i], &id, own, memory_order_acq_rel,
                                                        memory_order_acquire))
                return own | PAIR_INNER;
        }
        if (p->pair[id] == pair) {
            if (own) {
                p->pair[own] = 0;
                *spare = own;
            }
            return id | PAIR_INNER;
        }
    }
}

size_t pairs_bytes_used(const struct pairs *p)
{
    return (p->count - 1 - p->unused) * (sizeof *p->pair + sizeof *p->index);
}

size_t pairs_bytes_allocated(const struct pairs *p)
{
    return p->capacity * (sizeof *p->pair + 2 * sizeof *p->index);
}
