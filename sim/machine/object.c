/* The bytes of one object, in chunks that are shared with the interned state until they are written. */
#include <string.h>

#include "base/hash.h"
#include "machine/memory.h"
#include "machine/stale.h"

const unsigned char memory_zeros[CHUNK_BYTES];

struct object *object_create(struct task *t, uint32_t id, uint64_t size)
{
    struct object *o = pool_take(&t->pool, sizeof *o);
    o->id = id;
    o->size = size;
    return o;
}

static void chunks_take(struct task *t, struct object *o)
{
    size_t count = object_chunks(o);
    o->chunks = count <= 1 ? &o->one : pool_take(&t->pool, count * sizeof *o->chunks);
}

/* The chunk ids of one group, or of the whole if there is only one. */
static void load_group(struct task *t, struct object *o, size_t first, size_t count, uint32_t group)
{
    const uint32_t *ids = group ? intern_get(t->components, group, NULL) : NULL;
    for (size_t i = 0; i < count; i++) {
        uint32_t id = ids ? ids[i] : 0;
        o->chunks[first + i].id = id;
        o->chunks[first + i].bytes = id ? intern_get(t->components, id, NULL) : memory_zeros;
    }
}

static void load_content(struct task *t, struct object *o)
{
    size_t count = object_chunks(o);
    if (count <= 1) {
        o->one.id = o->content;
        o->one.bytes = o->content ? intern_get(t->components, o->content, NULL) : memory_zeros;
    } else if (count <= GROUP_CHUNKS) {
        load_group(t, o, 0, count, o->content);
    } else {
        const uint32_t *groups = o->content ? intern_get(t->components, o->content, NULL) : NULL;
        for (size_t i = 0; i < count; i += GROUP_CHUNKS) {
            size_t n = count - i < GROUP_CHUNKS ? count - i : GROUP_CHUNKS;
            load_group(t, o, i, n, groups ? groups[i / GROUP_CHUNKS] : 0);
        }
    }
}

void object_load(struct task *t, struct object *o)
{
    chunks_take(t, o);
    if (o->unpacked) {
        load_content(t, o);
        return;
    }
    size_t count = object_chunks(o);
    for (size_t i = 0; i < count; i++)
        o->chunks[i].bytes = o->initial ? o->initial + i * CHUNK_BYTES : memory_zeros;
    if (!count)
        o->one.bytes = memory_zeros;
}

/* The sum over a range changes with every byte: each counts with a factor made of its address. */
static void sum_add(struct task *t, const struct object *o, uint64_t offset, const unsigned char *bytes, size_t n)
{
    uint64_t address = ((uint64_t)o->id << 32) + offset;
    for (size_t i = 0; i < n; i++)
        t->memory_sum += bytes[i] * (hash_mix(address + i) | 1);
}

static void sum_remove(struct task *t, const struct object *o, uint64_t offset, const unsigned char *bytes, size_t n)
{
    uint64_t address = ((uint64_t)o->id << 32) + offset;
    for (size_t i = 0; i < n; i++)
        t->memory_sum -= bytes[i] * (hash_mix(address + i) | 1);
}

static void sum_remove_object(struct task *t, struct object *o)
{
    if (!o->chunks)
        object_load(t, o);
    for (size_t i = 0; i < object_chunks(o); i++)
        sum_remove(t, o, i * CHUNK_BYTES, o->chunks[i].bytes, chunk_size(o, i));
}

static void chunk_give(struct task *t, struct object *o, size_t i)
{
    struct chunk *c = &o->chunks[i];
    if (c->own)
        pool_give(&t->pool, (void *)(uintptr_t)c->bytes, chunk_size(o, i));
    *c = (struct chunk){.bytes = memory_zeros};
}

void object_destroy(struct task *t, struct object *o)
{
    if (t->stale.count)
        stale_forget(t, o->id);
    if (t->watch)
        sum_remove_object(t, o);
    if (o->chunks) {
        size_t count = object_chunks(o);
        for (size_t i = 0; i < count; i++)
            chunk_give(t, o, i);
        if (o->chunks != &o->one)
            pool_give(&t->pool, o->chunks, count * sizeof *o->chunks);
    }
    pool_give(&t->pool, o, sizeof *o);
}

void object_clear(struct task *t, struct object *o)
{
    if (!o->chunks)
        object_load(t, o);
    if (t->watch)
        sum_remove_object(t, o);
    for (size_t i = 0; i < object_chunks(o); i++)
        chunk_give(t, o, i);
    o->dirty = true;
    if (t->stale.count)
        stale_forget(t, o->id);
}

/* Chunks that are zero already are left as they are. */
void object_zero(struct task *t, struct object *o, uint64_t offset, uint64_t n)
{
    if (!o->chunks)
        object_load(t, o);
    while (n) {
        size_t i = (size_t)(offset / CHUNK_BYTES), at = (size_t)(offset % CHUNK_BYTES), piece = CHUNK_BYTES - at;
        if (piece > n)
            piece = (size_t)n;
        if (memcmp(o->chunks[i].bytes + at, memory_zeros, piece) != 0)
            object_write(t, o, offset, memory_zeros, piece);
        offset += piece;
        n -= piece;
    }
}

unsigned char *object_own(struct task *t, struct object *o, size_t i)
{
    struct chunk *c = &o->chunks[i];
    o->dirty = true;
    if (!c->own) {
        size_t size = chunk_size(o, i);
        unsigned char *copy = pool_take(&t->pool, size);
        memcpy(copy, c->bytes, size);
        *c = (struct chunk){.bytes = copy, .own = true};
    }
    return (unsigned char *)(uintptr_t)c->bytes;
}

void object_read(struct task *t, struct object *o, uint64_t offset, void *bytes, uint64_t n)
{
    unsigned char *to = bytes;
    if (!o->chunks)
        object_load(t, o);
    while (n) {
        size_t i = (size_t)(offset / CHUNK_BYTES), at = (size_t)(offset % CHUNK_BYTES), piece = CHUNK_BYTES - at;
        if (piece > n)
            piece = (size_t)n;
        memcpy(to, o->chunks[i].bytes + at, piece);
        to += piece;
        offset += piece;
        n -= piece;
    }
}

void object_write(struct task *t, struct object *o, uint64_t offset, const void *bytes, uint64_t n)
{
    const unsigned char *from = bytes;
    if (!o->chunks)
        object_load(t, o);
    while (n) {
        size_t i = (size_t)(offset / CHUNK_BYTES), at = (size_t)(offset % CHUNK_BYTES), piece = CHUNK_BYTES - at;
        if (piece > n)
            piece = (size_t)n;
        unsigned char *to = object_own(t, o, i) + at;
        if (t->watch) {
            sum_remove(t, o, offset, to, piece);
            sum_add(t, o, offset, from, piece);
        }
        memcpy(to, from, piece);
        from += piece;
        offset += piece;
        n -= piece;
    }
}
