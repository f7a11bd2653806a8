/* See heap.h.
 *
 * The lowest number that is neither alive nor dangling is taken. What dangles is found by a conservative scan of all
 * live registers and memory: any aligned 32-bit word that could be the upper half of a heap address counts. A scan
 * whose cost would dominate is put off (scan_due); meanwhile every freed number counts as dangling, which is safe.
 */
#include "machine/heap.h"

#include <errno.h>
#include <string.h>

#include "machine/memory.h"

enum { NUMBER_ROOM = 65536 /* marks are kept for this many numbers above the highest block */ };

static void mark(struct task *t, uint32_t half)
{
    if (half < OBJECT_HEAP || half >= OBJECT_SHARED)
        return;
    uint32_t number = half - OBJECT_HEAP;
    if (number >= t->heap_room)
        return;
    while (t->heap.count <= number)
        VEC_PUSH(&t->heap, ((struct heap_slot){0}));
    if (t->heap.items[number].object)
        return;
    t->heap.items[number].dangling = true;
    if (number < t->dangling_lowest)
        t->dangling_lowest = number;
}

static void scan_bytes(struct task *t, const unsigned char *bytes, size_t n)
{
    t->scan_bytes += n;
    for (size_t i = 0; i + 4 <= n; i += 4)
        mark(t, (uint32_t)bytes[i] | (uint32_t)bytes[i + 1] << 8 | (uint32_t)bytes[i + 2] << 16 |
                    (uint32_t)bytes[i + 3] << 24);
}

static void scan_object(struct task *t, struct object *o)
{
    if (!o || (!o->chunks && !o->content))
        return;
    if (!o->chunks)
        object_load(t, o);
    for (size_t i = 0; i < object_chunks(o); i++)
        if (o->chunks[i].bytes != memory_zeros)
            scan_bytes(t, o->chunks[i].bytes, chunk_size(o, i));
}

static void scan_frame(struct task *t, size_t depth)
{
    const struct frame *f = &t->frames.items[depth];
    const struct code_function *function = &t->program->functions.items[f->function];
    const struct code_live *live = task_live(t, f);
    const uint32_t *items = function->live_items.items;
    if (live) {
        for (uint32_t i = 0; i < live->register_count; i++)
            mark(t, (uint32_t)(t->registers.items[f->registers + items[live->registers + i]] >> 32));
        for (uint32_t i = 0; i < live->alloca_count; i++)
            scan_object(t, t->locals.items[f->locals + items[live->allocas + i]]);
    } else {
        for (uint32_t i = 0; i < function->registers; i++)
            mark(t, (uint32_t)(t->registers.items[f->registers + i] >> 32));
        for (size_t i = 0; i < function->allocas.count; i++)
            scan_object(t, t->locals.items[f->locals + i]);
    }
    scan_object(t, f->varargs);
}

static void scan(struct task *t)
{
    t->scan_bytes = t->heap.count * sizeof(struct heap_slot);
    t->dangling_lowest = UINT32_MAX;
    t->heap_lowest = 0;
    for (size_t i = 0; i < t->heap.count; i++)
        t->heap.items[i].dangling = false;
    while (t->heap.count && !t->heap.items[t->heap.count - 1].object)
        t->heap.count--;
    t->heap_room = t->heap.count + NUMBER_ROOM;
    for (size_t i = 0; i < t->frames.count; i++)
        scan_frame(t, i);
    for (size_t i = 0; i < t->interruptions.count; i++)
        for (unsigned a = 0; a < 6; a++)
            mark(t, (uint32_t)(t->interruptions.items[i].call.args[a] >> 32));
    for (size_t i = 0; i < t->dynamics.count; i++)
        scan_object(t, t->dynamics.items[i].object);
    for (size_t i = 0; i < t->touched.count; i++)
        scan_object(t, t->statics[t->touched.items[i]]);
    for (size_t i = 0; i < t->heap.count; i++)
        scan_object(t, t->heap.items[i].object);
    t->scanned = true;
    t->scan_steps = t->steps;
}

static uint32_t lowest_free(struct task *t)
{
    while (t->heap_lowest < t->heap.count &&
           (t->heap.items[t->heap_lowest].object || t->heap.items[t->heap_lowest].dangling))
        t->heap_lowest++;
    return t->heap_lowest;
}

static bool scan_due(const struct task *t)
{
    return !t->scanned || t->scan_bytes <= 16384 || t->steps - t->scan_steps >= t->scan_bytes / 8;
}

uint64_t heap_allocate(struct task *t, uint64_t size)
{
    if (size > t->heap_max - t->heap_bytes || size > OBJECT_BYTES_MAX) {
        if (size < UINT64_C(1) << 47) /* no real machine could have given more */
            t->pending.limit = true;
        task_errno(t, ENOMEM);
        return 0;
    }
    if (!t->scanned || (t->dangling_lowest < lowest_free(t) && scan_due(t)))
        scan(t);
    uint32_t number = lowest_free(t);
    if (number == t->heap.count)
        VEC_PUSH(&t->heap, ((struct heap_slot){0}));
    t->heap.items[number].object = object_create(t, OBJECT_HEAP + number, size);
    t->heap_bytes += size;
    return (uint64_t)(OBJECT_HEAP + number) << 32;
}

struct object *heap_block(struct task *t, uint64_t address)
{
    uint32_t id = address_object(address);
    if (id < OBJECT_HEAP || id >= OBJECT_SHARED || address_offset(address))
        return NULL;
    return memory_find(t, id);
}

void heap_release(struct task *t, struct object *o)
{
    uint32_t number = o->id - OBJECT_HEAP;
    t->heap_bytes -= o->size;
    t->heap.items[number].object = NULL;
    if (t->scanned) {
        t->heap.items[number].dangling = true; /* until the next scan knows better */
        if (number < t->dangling_lowest)
            t->dangling_lowest = number;
    }
    object_destroy(t, o);
}
