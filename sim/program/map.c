/* See map.h: linear probing, at most half full. */
#include "program/map.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/vec.h"

static size_t map_place(const struct map *m, uint64_t key)
{
    size_t i = (size_t)hash_mix(key) & (m->capacity - 1);
    while (m->values[i] && m->keys[i] != key)
        i = (i + 1) & (m->capacity - 1);
    return i;
}

uint32_t map_get(const struct map *m, uint64_t key)
{
    if (!m->capacity)
        return MAP_NONE;
    return m->values[map_place(m, key)] - 1; /* a free place gives MAP_NONE */
}

static void map_grow(struct map *m)
{
    struct map bigger = {.capacity = m->capacity ? m->capacity * 2 : 64, .count = m->count};
    bigger.keys = mem_zero(bigger.capacity, sizeof *bigger.keys);
    bigger.values = mem_zero(bigger.capacity, sizeof *bigger.values);
    for (size_t i = 0; i < m->capacity; i++)
        if (m->values[i]) {
            size_t j = map_place(&bigger, m->keys[i]);
            bigger.keys[j] = m->keys[i];
            bigger.values[j] = m->values[i];
        }
    map_free(m);
    *m = bigger;
}

void map_put(struct map *m, uint64_t key, uint32_t value)
{
    assert(value < MAP_NONE);
    if (m->count * 2 >= m->capacity)
        map_grow(m);
    size_t i = map_place(m, key);
    if (!m->values[i])
        m->count++;
    m->keys[i] = key;
    m->values[i] = value + 1;
}

void map_clear(struct map *m)
{
    if (m->count)
        memset(m->values, 0, m->capacity * sizeof *m->values);
    m->count = 0;
}

void map_free(struct map *m)
{
    mem_free(m->keys);
    mem_free(m->values);
    *m = (struct map){0};
}
