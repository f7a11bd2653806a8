/* See intern.h. An open-addressing index of ids over an append-only arena of blocks. */
#include "base/intern.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "base/vec.h"

enum { BLOCK_BYTES = 1 << 20, INDEX_MIN = 1 << 12 };

struct entry {
    const unsigned char *bytes;
    size_t size;
    uint64_t hash;
};

struct intern {
    VEC_OF(struct entry) entries; /* by id */
    VEC_OF(unsigned char *) blocks;
    size_t block_used, block_size; /* of the last block */
    uint32_t *index;               /* slot -> id, 0 = free */
    size_t index_size;             /* a power of two */
    size_t bytes;
    uint64_t digest;
};

struct intern *intern_create(void)
{
    struct intern *t = mem_zero(1, sizeof *t);
    t->index_size = INDEX_MIN;
    t->index = mem_zero(t->index_size, sizeof *t->index);
    VEC_PUSH(&t->entries, ((struct entry){.bytes = (const unsigned char *)"", .size = 0, .hash = 0}));
    return t;
}

void intern_destroy(struct intern *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->blocks.count; i++)
        mem_free(t->blocks.items[i]);
    VEC_FREE(&t->blocks);
    VEC_FREE(&t->entries);
    mem_free(t->index);
    mem_free(t);
}

static unsigned char *arena_take(struct intern *t, size_t size)
{
    size_t rounded = (size + 7) & ~(size_t)7;
    if (!t->blocks.count || t->block_size - t->block_used < rounded) {
        t->block_size = rounded > BLOCK_BYTES ? rounded : BLOCK_BYTES;
        t->block_used = 0;
        VEC_PUSH(&t->blocks, mem_alloc(t->block_size));
        t->bytes += t->block_size;
    }
    unsigned char *p = t->blocks.items[t->blocks.count - 1] + t->block_used;
    t->block_used += rounded;
    return p;
}

static void index_grow(struct intern *t)
{
    size_t size = t->index_size * 2;
    uint32_t *index = mem_zero(size, sizeof *index);
    for (uint32_t id = 1; id < t->entries.count; id++) {
        size_t i = t->entries.items[id].hash & (size - 1);
        while (index[i])
            i = (i + 1) & (size - 1);
        index[i] = id;
    }
    mem_free(t->index);
    t->index = index;
    t->index_size = size;
}

uint32_t intern_put(struct intern *t, const void *bytes, size_t size)
{
    if (!size)
        return 0;
    uint64_t hash = hash_bytes(bytes, size);
    size_t mask = t->index_size - 1, i = hash & mask;
    for (uint32_t id; (id = t->index[i]) != 0; i = (i + 1) & mask) {
        const struct entry *e = &t->entries.items[id];
        if (e->hash == hash && e->size == size && memcmp(e->bytes, bytes, size) == 0)
            return id;
    }
    assert(t->entries.count < UINT32_MAX - 1);
    unsigned char *copy = arena_take(t, size);
    memcpy(copy, bytes, size);
    uint32_t id = (uint32_t)t->entries.count;
    VEC_PUSH(&t->entries, ((struct entry){.bytes = copy, .size = size, .hash = hash}));
    t->digest = hash_mix(t->digest ^ hash) + size;
    t->index[i] = id;
    if (t->entries.count * 2 > t->index_size)
        index_grow(t);
    return id;
}

const void *intern_get(const struct intern *t, uint32_t id, size_t *size)
{
    assert(id < t->entries.count);
    const struct entry *e = &t->entries.items[id];
    if (size)
        *size = e->size;
    return e->bytes;
}

uint32_t intern_count(const struct intern *t)
{
    return (uint32_t)t->entries.count;
}

size_t intern_bytes_used(const struct intern *t)
{
    return t->bytes + t->entries.capacity * sizeof(struct entry) + t->index_size * sizeof *t->index;
}

uint64_t intern_digest(const struct intern *t)
{
    return t->digest;
}
