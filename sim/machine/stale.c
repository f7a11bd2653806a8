/* See stale.h. */
#include "machine/stale.h"

#include <string.h>

#include "machine/memory.h"

uint32_t stale_source(uint32_t object)
{
    if (object >= OBJECT_STACK)
        return OBJECT_STACK | (object & 0xffff);
    return object >= OBJECT_HEAP ? (uint32_t)OBJECT_HEAP : object;
}

/* The first range that ends behind byte `begin` of the object, or lies in a later object. */
static size_t find(const struct task *t, uint32_t object, uint64_t begin)
{
    size_t low = 0, high = t->stale.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct stale_range *r = &t->stale.items[middle];
        if (r->object < object || (r->object == object && r->end <= begin))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Replaces `gone` ranges from index i by new ones. */
static void splice(struct task *t, size_t i, size_t gone, const struct stale_range *put, size_t n)
{
    size_t tail = t->stale.count - i - gone;
    VEC_RESERVE(&t->stale, t->stale.count + n);
    if (tail)
        memmove(t->stale.items + i + n, t->stale.items + i + gone, tail * sizeof *put);
    if (n)
        memcpy(t->stale.items + i, put, n * sizeof *put);
    t->stale.count = i + n + tail;
}

void stale_write(struct task *t, uint32_t object, uint64_t begin, uint64_t end)
{
    size_t i = find(t, object, begin), last = i, n = 0;
    struct stale_range rest[2];
    for (; last < t->stale.count; last++) {
        struct stale_range r = t->stale.items[last];
        if (r.object != object || r.begin >= end)
            break;
        if (r.begin < begin)
            rest[n++] = (struct stale_range){object, r.begin, (uint32_t)begin, r.source};
        if (r.end > end)
            rest[n++] = (struct stale_range){object, (uint32_t)end, r.end, r.source};
    }
    if (last > i)
        splice(t, i, last - i, rest, n);
}

static bool joins(const struct stale_range *a, const struct stale_range *b)
{
    return a->object == b->object && a->end == b->begin && a->source == b->source;
}

static void mark(struct task *t, struct stale_range r)
{
    stale_write(t, r.object, r.begin, r.end);
    size_t i = find(t, r.object, r.begin), gone = 0;
    if (i < t->stale.count && joins(&r, &t->stale.items[i])) {
        r.end = t->stale.items[i].end;
        gone++;
    }
    if (i > 0 && joins(&t->stale.items[i - 1], &r)) {
        r.begin = t->stale.items[--i].begin;
        gone++;
    }
    splice(t, i, gone, &r, 1);
}

static bool contains(const vec_u32 *set, uint32_t value)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i] == value)
            return true;
    return false;
}

void stale_read(struct task *t, uint32_t object, uint64_t begin, uint64_t end)
{
    for (size_t i = find(t, object, begin); i < t->stale.count; i++) {
        const struct stale_range *r = &t->stale.items[i];
        if (r->object != object || r->begin >= end)
            return;
        if (contains(&t->stale_reads, r->source))
            continue;
        VEC_PUSH(&t->stale_reads, r->source);
        for (size_t j = t->stale_reads.count - 1; j > 0 && t->stale_reads.items[j - 1] > r->source; j--) {
            t->stale_reads.items[j] = t->stale_reads.items[j - 1];
            t->stale_reads.items[j - 1] = r->source;
        }
    }
}

void stale_copy(struct task *t, uint32_t to, uint64_t at, uint32_t from, uint64_t begin, uint64_t end)
{
    VEC_OF(struct stale_range) moved = {0};
    for (size_t i = find(t, from, begin); i < t->stale.count; i++) {
        struct stale_range r = t->stale.items[i];
        if (r.object != from || r.begin >= end)
            break;
        uint64_t first = r.begin < begin ? begin : r.begin, last = r.end > end ? end : r.end;
        VEC_PUSH(&moved,
                 ((struct stale_range){to, (uint32_t)(first - begin + at), (uint32_t)(last - begin + at), r.source}));
    }
    stale_write(t, to, at, at + (end - begin));
    for (size_t i = 0; i < moved.count; i++)
        mark(t, moved.items[i]);
    VEC_FREE(&moved);
}

void stale_forget(struct task *t, uint32_t object)
{
    size_t first = find(t, object, 0), last = first;
    while (last < t->stale.count && t->stale.items[last].object == object)
        last++;
    if (last > first)
        splice(t, first, last - first, NULL, 0);
}

void stale_leave(struct task *t)
{
    t->stale.count = find(t, OBJECT_STACK + ((uint32_t)t->frames.count << 16), 0);
}

/* ---- what is thrown away when a task stops ---- */

static void throw_away(struct task *t, struct object *o, uint32_t object, uint64_t begin, uint64_t end)
{
    if (end <= begin || contains(&t->kept, stale_source(object)))
        return;
    if (o)
        object_zero(t, o, begin, end - begin);
    mark(t, (struct stale_range){object, (uint32_t)begin, (uint32_t)end, stale_source(object)});
}

static void throw_away_buffer(struct task *t, uint64_t address, uint64_t n)
{
    if (!n || memory_probe(t, address, n, true) != KMEMORY_OK)
        return; /* shared, or the call fails without having written */
    uint64_t offset = address_offset(address);
    throw_away(t, memory_find(t, address_object(address)), address_object(address), offset, offset + n);
}

/* Bytes that an argument of the pending call points to and that it does not read: see kernel/calls.def. */
static uint64_t bytes_filled(const struct kcall *call, char letter, unsigned i)
{
    switch (letter) {
    case 'B':
        return i + 1 < 6 ? call->args[i + 1] : 0;
    case 'P':
        return 2 * sizeof(int32_t);
    case 'W':
        return sizeof(int32_t);
    default:
        return 0;
    }
}

static void throw_away_results(struct task *t)
{
    const struct kcall *call = &t->pending.call;
    const struct kcall_info *info = kernel_call(call->number);
    for (unsigned i = 0; i < 6 && info->arguments[i]; i++)
        throw_away_buffer(t, call->args[i], bytes_filled(call, info->arguments[i], i));
    if (info->name[0] != '.') { /* every C function may set errno, and leaves it alone when it succeeds */
        uint32_t global = task_image(t)->errno_global;
        throw_away(t, t->statics[global], OBJECT_GLOBAL + global, 0, sizeof(int32_t));
    }
}

/* Allocas that are alive only because a later call might fail to overwrite them; marks of dead ones go. */
static void settle_frame(struct task *t, size_t depth)
{
    const struct frame *f = &t->frames.items[depth];
    const struct code_live *live = task_live(t, f);
    if (!live)
        return;
    const struct code_function *function = &t->program->functions.items[f->function];
    const uint32_t *alive = function->live_items.items + live->allocas;
    uint32_t base = OBJECT_STACK + ((uint32_t)depth << 16);
    for (size_t i = find(t, base, 0); i < t->stale.count && t->stale.items[i].object < base + OBJECT_DYNAMIC;) {
        uint32_t index = t->layout->owners[t->stale.items[i].object & 0xffff].index, n = 0;
        while (n < live->alloca_count && alive[n] != index)
            n++;
        if (n < live->alloca_count)
            i++;
        else
            splice(t, i, 1, NULL, 0);
    }
    if (live->variable_doubtful && f->varargs)
        throw_away(t, f->varargs, f->varargs->id, 0, f->varargs->size);
    for (uint32_t i = 0; i < live->doubtful_count; i++) {
        uint32_t index = function->live_items.items[live->doubtful + i];
        const struct code_alloca *a = &function->allocas.items[index];
        throw_away(t, t->locals.items[f->locals + index], base + a->number, 0, a->size);
    }
}

void stale_settle(struct task *t)
{
    if (!t->clear)
        return;
    if (t->frozen) {
        t->stale.count = 0;
        return;
    }
    for (size_t i = 0; i < t->frames.count; i++)
        settle_frame(t, i);
    if (!t->pending.call.progress)
        throw_away_results(t);
}
