/* Packing: see image.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "machine/image.h"
#include "machine/memory.h"

static void put(struct task *t, uint32_t word)
{
    VEC_PUSH(&t->packed, word);
}

static void put_bytes(struct task *t, const void *bytes, size_t n)
{
    size_t words = (n + 3) / 4;
    VEC_RESERVE(&t->packed, t->packed.count + words);
    if (words)
        t->packed.items[t->packed.count + words - 1] = 0;
    if (n)
        memcpy(t->packed.items + t->packed.count, bytes, n);
    t->packed.count += words;
}

static bool all_zero(const unsigned char *bytes, size_t n)
{
    return bytes == memory_zeros || memcmp(bytes, memory_zeros, n) == 0;
}

static uint32_t chunk_pack(struct task *t, const struct object *o, size_t i)
{
    const struct chunk *c = &o->chunks[i];
    if (c->id)
        return c->id;
    size_t n = chunk_size(o, i);
    return all_zero(c->bytes, n) ? 0 : intern_put(t->components, c->bytes, n);
}

static uint32_t list_pack(struct task *t, const uint32_t *ids, size_t n)
{
    bool zero = true;
    for (size_t i = 0; i < n && zero; i++)
        zero = !ids[i];
    return zero ? 0 : intern_put(t->components, ids, n * sizeof *ids);
}

/* The content id of an object above INLINE_BYTES. */
static uint32_t content_pack(struct task *t, struct object *o)
{
    if (o->unpacked && !o->dirty)
        return o->content;
    if (!o->chunks)
        object_load(t, o);
    size_t count = object_chunks(o);
    if (count <= 1)
        return chunk_pack(t, o, 0);
    vec_u32 groups = {0};
    uint32_t ids[GROUP_CHUNKS], content = 0;
    for (size_t i = 0; i < count; i += GROUP_CHUNKS) {
        size_t n = count - i < GROUP_CHUNKS ? count - i : GROUP_CHUNKS;
        for (size_t j = 0; j < n; j++)
            ids[j] = chunk_pack(t, o, i + j);
        content = list_pack(t, ids, n);
        VEC_PUSH(&groups, content);
    }
    if (count > GROUP_CHUNKS)
        content = list_pack(t, groups.items, groups.count);
    VEC_FREE(&groups);
    return content;
}

static void put_content(struct task *t, struct object *o)
{
    if (o->size > INLINE_BYTES) {
        put(t, content_pack(t, o));
        return;
    }
    unsigned char bytes[INLINE_BYTES];
    object_read(t, o, 0, bytes, o->size);
    put_bytes(t, bytes, (size_t)o->size);
}

static bool static_changed(struct task *t, struct object *o)
{
    if (!o->dirty)
        return o->unpacked;
    for (size_t i = 0; i < object_chunks(o); i++) {
        size_t n = chunk_size(o, i);
        const unsigned char *first = o->initial ? o->initial + i * CHUNK_BYTES : memory_zeros;
        if (o->chunks[i].bytes != first && memcmp(o->chunks[i].bytes, first, n) != 0)
            return true;
    }
    (void)t;
    return false;
}

static int compare_words(const void *a, const void *b)
{
    uint32_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static uint32_t put_statics(struct task *t)
{
    uint32_t records = 0;
    if (t->touched.count)
        qsort(t->touched.items, t->touched.count, sizeof *t->touched.items, compare_words);
    for (size_t i = 0; i < t->touched.count; i++) {
        struct object *o = t->statics[t->touched.items[i]];
        if (!static_changed(t, o))
            continue;
        put(t, t->touched.items[i]);
        put_content(t, o);
        records++;
    }
    return records;
}

static uint32_t put_heap(struct task *t)
{
    uint32_t records = 0;
    for (size_t i = 0; i < t->heap.count; i++) {
        struct object *o = t->heap.items[i].object;
        if (!o)
            continue;
        put(t, (uint32_t)i);
        put(t, (uint32_t)o->size | (uint32_t)o->mapping << 31);
        put_content(t, o);
        records++;
    }
    return records;
}

/* Returns 1 if it was not all zero, and so was put. */
static uint32_t put_stack_object(struct task *t, struct object *o)
{
    if (!o || (!o->dirty && !o->unpacked))
        return 0;
    size_t mark = t->packed.count;
    put(t, o->id);
    put_content(t, o);
    for (size_t i = mark + 1; i < t->packed.count; i++)
        if (t->packed.items[i])
            return 1;
    t->packed.count = mark;
    return 0;
}

static uint32_t put_frame_objects(struct task *t, size_t depth, bool all)
{
    const struct frame *f = &t->frames.items[depth];
    const struct code_function *function = &t->program->functions.items[f->function];
    const struct code_live *live = all ? NULL : task_live(t, f);
    uint32_t records = 0;
    if (live)
        for (uint32_t i = 0; i < live->alloca_count; i++)
            records += put_stack_object(t, t->locals.items[f->locals + function->live_items.items[live->allocas + i]]);
    else
        for (size_t i = 0; i < function->allocas.count; i++)
            records += put_stack_object(t, t->locals.items[f->locals + i]);
    size_t end = depth + 1 < t->frames.count ? f[1].dynamics : t->dynamics.count;
    for (size_t i = f->dynamics; i < end; i++)
        records += put_stack_object(t, t->dynamics.items[i].object);
    return records + put_stack_object(t, f->varargs);
}

static void put_registers(struct task *t, const struct frame *f, bool all)
{
    const struct code_function *function = &t->program->functions.items[f->function];
    const struct code_live *live = all ? NULL : task_live(t, f);
    const uint64_t *registers = t->registers.items + f->registers;
    if (!live) {
        put_bytes(t, registers, function->registers * sizeof *registers);
        return;
    }
    for (uint32_t i = 0; i < live->register_count; i++)
        put_bytes(t, &registers[function->live_items.items[live->registers + i]], sizeof *registers);
}

static void put_frame(struct task *t, size_t depth, bool all)
{
    const struct frame *f = &t->frames.items[depth];
    size_t end = depth + 1 < t->frames.count ? f[1].dynamics : t->dynamics.count;
    put(t, f->function);
    put(t, f->pc | (f->jumps ? FRAME_JUMPS : 0));
    put(t, t->frozen ? 0 : (uint32_t)(end - f->dynamics));
    put(t, t->frozen || !f->varargs ? 0 : (uint32_t)(f->varargs->size / 8 + 1));
    if (t->frozen)
        return;
    put_registers(t, f, all);
    for (size_t i = f->dynamics; i < end; i++) {
        put(t, t->dynamics.items[i].alloca);
        put(t, (uint32_t)t->dynamics.items[i].object->size);
    }
}

/* A struct may carry anything in its padding after an assignment; the interned copy must not. */
static void copy_pending(struct machine_pending *to, const struct machine_pending *from)
{
    to->pid = from->pid;
    to->tid = from->tid;
    to->call = from->call;
    to->call.unused = 0;
    to->place = from->place;
    to->function = from->function;
    to->atomic = from->atomic;
    to->idle = from->idle;
    to->limit = from->limit;
    to->signalled = from->signalled;
    to->trouble = from->trouble;
    to->message = from->message;
    to->label = from->label;
    to->progress = from->progress;
}

static void pack(struct task *t, bool all)
{
    struct image_header header;
    memset(&header, 0, sizeof header);
    copy_pending(&header.pending, &t->pending);
    header.idle = t->idle;
    header.frozen = t->frozen;
    header.image = t->image;
    header.handlers = t->handlers;
    header.frames = (uint32_t)t->frames.count;
    header.interruptions = t->frozen ? 0 : (uint32_t)t->interruptions.count;
    t->packed.count = 0;
    put_bytes(t, &header, sizeof header);
    put_bytes(t, t->interruptions.items, header.interruptions * sizeof *t->interruptions.items);
    for (size_t i = 0; i < t->frames.count; i++)
        put_frame(t, i, all);
    if (!t->frozen) {
        header.statics = put_statics(t);
        header.heap = put_heap(t);
        for (size_t i = 0; i < t->frames.count; i++)
            header.stack += put_frame_objects(t, i, all);
        header.stale = (uint32_t)t->stale.count;
        put_bytes(t, t->stale.items, t->stale.count * sizeof *t->stale.items);
    }
    memcpy(t->packed.items, &header, sizeof header);
}

uint32_t image_pack(struct task *t)
{
    assert(t->stopped);
    pack(t, false);
    return intern_put(t->components, t->packed.items, t->packed.count * sizeof *t->packed.items);
}

void image_snapshot(struct task *t)
{
    pack(t, true);
}
