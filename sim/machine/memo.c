/* See memo.h. Open addressing, at most half full. */
#include "machine/memo.h"

#include <assert.h>

#include "base/hash.h"
#include "base/vec.h"

enum { MEMO_MIN = 1024 };

static size_t find(const struct memo *m, uint64_t key)
{
    size_t i = hash_mix(key) & (m->size - 1);
    while (m->keys[i] && m->keys[i] != key)
        i = (i + 1) & (m->size - 1);
    return i;
}

uint32_t memo_get(const struct memo *m, uint32_t a, uint32_t b)
{
    uint64_t key = (uint64_t)a << 32 | b;
    if (!m->size)
        return UINT32_MAX;
    size_t i = find(m, key);
    return m->keys[i] ? m->values[i] : UINT32_MAX;
}

static void grow(struct memo *m)
{
    struct memo old = *m;
    m->size = old.size ? old.size * 2 : MEMO_MIN;
    m->keys = mem_zero(m->size, sizeof *m->keys);
    m->values = mem_zero(m->size, sizeof *m->values);
    for (size_t i = 0; i < old.size; i++) {
        if (!old.keys[i])
            continue;
        size_t to = find(m, old.keys[i]);
        m->keys[to] = old.keys[i];
        m->values[to] = old.values[i];
    }
    memo_free(&old);
}

void memo_put(struct memo *m, uint32_t a, uint32_t b, uint32_t value)
{
    assert(a);
    if (m->count * 2 >= m->size)
        grow(m);
    size_t i = find(m, (uint64_t)a << 32 | b);
    m->keys[i] = (uint64_t)a << 32 | b;
    m->values[i] = value;
    m->count++;
}

void memo_free(struct memo *m)
{
    mem_free(m->keys);
    mem_free(m->values);
}
