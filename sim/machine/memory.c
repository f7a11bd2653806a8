/* See memory.h. */
#include "machine/memory.h"

#include <string.h>

#include "machine/fault.h"
#include "machine/stale.h"

static struct object *find_static(struct task *t, uint32_t id)
{
    uint32_t i = layout_static(t->layout, id);
    if (i == UINT32_MAX)
        return NULL;
    if (!t->statics[i]) {
        const struct static_object *s = &t->layout->statics[i];
        struct object *o = object_create(t, id, s->size);
        o->initial = s->bytes;
        o->constant = s->constant;
        t->statics[i] = o;
        VEC_PUSH(&t->touched, i);
    }
    return t->statics[i];
}

static struct object *find_local(struct task *t, const struct frame *f, uint32_t number, uint32_t id)
{
    if (number >= t->program->allocas)
        return NULL;
    const struct alloca_owner *owner = &t->layout->owners[number];
    if (owner->function != f->function)
        return NULL;
    struct object **o = &t->locals.items[f->locals + owner->index];
    if (!*o)
        *o = object_create(t, id, t->program->functions.items[f->function].allocas.items[owner->index].size);
    return *o;
}

static struct object *find_stack(struct task *t, uint32_t id)
{
    uint32_t depth = (id - OBJECT_STACK) >> 16, number = id & 0xffff;
    if (depth >= t->frames.count)
        return NULL;
    const struct frame *f = &t->frames.items[depth];
    if (number < OBJECT_DYNAMIC)
        return find_local(t, f, number, id);
    if (number == OBJECT_VARARGS)
        return f->varargs;
    size_t end = depth + 1 < t->frames.count ? f[1].dynamics : t->dynamics.count;
    size_t i = f->dynamics + (number - OBJECT_DYNAMIC);
    return i < end ? t->dynamics.items[i].object : NULL;
}

struct object *memory_find(struct task *t, uint32_t id)
{
    if (id >= OBJECT_STACK)
        return id < UINT32_C(0x80000000) ? find_stack(t, id) : NULL;
    if (id >= OBJECT_SHARED)
        return NULL;
    if (id >= OBJECT_HEAP)
        return id - OBJECT_HEAP < t->heap.count ? t->heap.items[id - OBJECT_HEAP].object : NULL;
    return id >= OBJECT_GLOBAL ? find_static(t, id) : NULL;
}

struct object *memory_check(struct task *t, uint64_t address, uint64_t n, bool write)
{
    struct object *o = memory_find(t, address_object(address));
    uint64_t offset = address_offset(address);
    if (o && offset <= o->size && n <= o->size - offset && !(write && o->constant))
        return o;
    fault_access(t, address, n, write);
    return NULL;
}

enum kmemory memory_probe(struct task *t, uint64_t address, uint64_t n, bool write)
{
    uint32_t id = address_object(address);
    struct object *o = memory_find(t, id);
    uint64_t offset = address_offset(address);
    if (!n)
        return KMEMORY_OK;
    if (o && offset <= o->size && n <= o->size - offset)
        return write && o->constant ? KMEMORY_FAULT : KMEMORY_OK;
    /* An address that never was any object's fails as in a real kernel; a bug in the use of an object is a bug. */
    return id >= OBJECT_GLOBAL && id < UINT32_C(0x80000000) ? KMEMORY_CRASH : KMEMORY_FAULT;
}

static uint64_t load_le(const unsigned char *p, unsigned n)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < n; i++)
        value |= (uint64_t)p[i] << (8 * i);
    return value;
}

static void store_le(unsigned char *p, uint64_t value, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        p[i] = (unsigned char)(value >> (8 * i));
}

bool memory_load(struct task *t, uint64_t address, unsigned n, uint64_t *value)
{
    struct object *o = memory_check(t, address, n, false);
    if (!o)
        return false;
    if (!o->chunks)
        object_load(t, o);
    uint64_t offset = address_offset(address);
    if (t->stale.count)
        stale_read(t, o->id, offset, offset + n);
    size_t at = (size_t)(offset % CHUNK_BYTES);
    if (at + n <= CHUNK_BYTES) {
        const unsigned char *p = o->chunks[offset / CHUNK_BYTES].bytes + at;
        switch (n) {
        case 1:
            *value = p[0];
            return true;
        case 4:
            *value = load_le(p, 4);
            return true;
        case 8:
            *value = load_le(p, 8);
            return true;
        default:
            *value = load_le(p, n);
            return true;
        }
    }
    unsigned char bytes[8];
    object_read(t, o, offset, bytes, n);
    *value = load_le(bytes, n);
    return true;
}

bool memory_store(struct task *t, uint64_t address, unsigned n, uint64_t value)
{
    struct object *o = memory_check(t, address, n, true);
    if (!o)
        return false;
    uint64_t offset = address_offset(address);
    size_t at = (size_t)(offset % CHUNK_BYTES);
    if (t->stale.count)
        stale_write(t, o->id, offset, offset + n);
    if (!t->watch && at + n <= CHUNK_BYTES) {
        if (!o->chunks)
            object_load(t, o);
        unsigned char *p = object_own(t, o, (size_t)(offset / CHUNK_BYTES)) + at;
        switch (n) {
        case 1:
            p[0] = (unsigned char)value;
            return true;
        case 4:
            store_le(p, value, 4);
            return true;
        case 8:
            store_le(p, value, 8);
            return true;
        default:
            store_le(p, value, n);
            return true;
        }
    }
    unsigned char bytes[8];
    store_le(bytes, value, n);
    object_write(t, o, offset, bytes, n);
    return true;
}

bool memory_write(struct task *t, uint64_t address, const void *bytes, uint64_t n)
{
    if (!n)
        return true;
    struct object *o = memory_check(t, address, n, true);
    if (!o)
        return false;
    if (t->stale.count)
        stale_write(t, o->id, address_offset(address), address_offset(address) + n);
    object_write(t, o, address_offset(address), bytes, n);
    return true;
}

bool memory_move(struct task *t, uint64_t to, uint64_t from, uint64_t n)
{
    if (!n)
        return true;
    struct object *source = memory_check(t, from, n, false);
    struct object *target = source ? memory_check(t, to, n, true) : NULL;
    if (!target)
        return false;
    /* By way of a copy, as they may overlap. */
    unsigned char *copy = pool_take(&t->pool, (size_t)n);
    object_read(t, source, address_offset(from), copy, n);
    object_write(t, target, address_offset(to), copy, n);
    pool_give(&t->pool, copy, (size_t)n);
    if (t->stale.count)
        stale_copy(t, target->id, address_offset(to), source->id, address_offset(from), address_offset(from) + n);
    return true;
}

bool memory_set(struct task *t, uint64_t address, unsigned char byte, uint64_t n)
{
    if (!n)
        return true;
    struct object *o = memory_check(t, address, n, true);
    if (!o)
        return false;
    if (t->stale.count)
        stale_write(t, o->id, address_offset(address), address_offset(address) + n);
    unsigned char bytes[CHUNK_BYTES];
    memset(bytes, byte, sizeof bytes);
    for (uint64_t done = 0; done < n; done += CHUNK_BYTES)
        object_write(t, o, address_offset(address) + done, bytes, n - done < CHUNK_BYTES ? n - done : CHUNK_BYTES);
    return true;
}
