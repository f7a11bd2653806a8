/* Unpacking: see image.h. The bytes were packed by this program and are trusted. */
#include <assert.h>
#include <string.h>

#include "machine/image.h"
#include "machine/memory.h"

struct cursor {
    const uint32_t *at;
};

static uint32_t take(struct cursor *c)
{
    return *c->at++;
}

static uint64_t take_register(struct cursor *c)
{
    uint64_t value;
    memcpy(&value, c->at, sizeof value);
    c->at += 2;
    return value;
}

/* Small objects stay where they are: the chunk points into the packed state. */
static void take_content(struct cursor *c, struct object *o)
{
    o->unpacked = true;
    if (o->size > INLINE_BYTES) {
        o->content = take(c);
        return;
    }
    o->chunks = &o->one;
    o->one.bytes = (const unsigned char *)c->at;
    c->at += (o->size + 3) / 4;
}

static void take_registers(struct task *t, struct cursor *c, const struct frame *f)
{
    const struct code_function *function = &t->program->functions.items[f->function];
    const struct code_live *live = task_live(t, f);
    uint64_t *registers = t->registers.items + f->registers;
    if (!live) {
        for (uint32_t i = 0; i < function->registers; i++)
            registers[i] = take_register(c);
        return;
    }
    for (uint32_t i = 0; i < live->register_count; i++)
        registers[function->live_items.items[live->registers + i]] = take_register(c);
}

static void take_frame(struct task *t, struct cursor *c, uint32_t depth)
{
    struct frame f = {.function = take(c)};
    f.pc = take(c);
    f.jumps = f.pc & FRAME_JUMPS;
    f.pc &= ~FRAME_JUMPS;
    uint32_t dynamics = take(c);
    uint32_t varargs = take(c), base = OBJECT_STACK + (depth << 16);
    const struct code_function *function = &t->program->functions.items[f.function];
    f.registers = t->registers.count;
    f.locals = t->locals.count;
    f.dynamics = t->dynamics.count;
    f.stack_bytes = t->layout->frame_bytes[f.function] + (depth ? t->frames.items[depth - 1].stack_bytes : 0);
    if (!t->frozen) {
        VEC_RESERVE(&t->registers, f.registers + function->registers + 1);
        memset(t->registers.items + f.registers, 0, function->registers * sizeof(uint64_t));
        t->registers.count += function->registers;
        VEC_RESERVE(&t->locals, f.locals + function->allocas.count + 1);
        memset(t->locals.items + f.locals, 0, function->allocas.count * sizeof(struct object *));
        t->locals.count += function->allocas.count;
        take_registers(t, c, &f);
    }
    for (uint32_t i = 0; i < dynamics; i++) {
        struct dynamic d = {.object = NULL, .alloca = take(c)};
        d.object = object_create(t, base + OBJECT_DYNAMIC + i, take(c));
        f.stack_bytes += d.object->size;
        VEC_PUSH(&t->dynamics, d);
    }
    if (varargs)
        f.varargs = object_create(t, base + OBJECT_VARARGS, (uint64_t)(varargs - 1) * 8);
    VEC_PUSH(&t->frames, f);
}

static void take_heap(struct task *t, struct cursor *c)
{
    uint32_t number = take(c);
    uint32_t size = take(c);
    struct object *o = object_create(t, OBJECT_HEAP + number, size & 0x7fffffff);
    o->mapping = size >> 31;
    take_content(c, o);
    t->heap_bytes += o->size;
    while (t->heap.count < number)
        VEC_PUSH(&t->heap, ((struct heap_slot){0}));
    VEC_PUSH(&t->heap, ((struct heap_slot){.object = o}));
}

void image_unpack(struct task *t, uint32_t local)
{
    size_t size;
    const unsigned char *bytes = intern_get(t->components, local, &size);
    struct image_header header;
    assert(size >= sizeof header && size % 4 == 0);
    memcpy(&header, bytes, sizeof header);
    struct cursor c = {(const uint32_t *)(const void *)(bytes + sizeof header)};
    t->pending = header.pending;
    t->idle = header.idle;
    t->image = header.image;
    t->frozen = t->stopped = header.frozen;
    t->last_place = header.pending.place;
    t->last_function = header.pending.function;
    t->handlers = header.handlers;
    bool apart = header.pending.call.number == KCALL_FAULT || header.pending.call.number == KCALL_SPIN;
    t->faulting = apart ? header.frames : 0;
    for (uint32_t i = 0; i < header.interruptions; i++) {
        struct interruption n;
        memcpy(&n, c.at, sizeof n);
        c.at += sizeof n / sizeof *c.at;
        VEC_PUSH(&t->interruptions, n);
    }
    for (uint32_t i = 0; i < header.frames; i++)
        take_frame(t, &c, i);
    for (uint32_t i = 0; i < header.statics; i++)
        take_content(&c, memory_find(t, t->layout->statics[take(&c)].id));
    for (uint32_t i = 0; i < header.heap; i++)
        take_heap(t, &c);
    for (uint32_t i = 0; i < header.stack; i++)
        take_content(&c, memory_find(t, take(&c)));
    for (uint32_t i = 0; i < header.stale; i++) {
        struct stale_range r = {.object = take(&c)};
        r.begin = take(&c);
        r.end = take(&c);
        r.source = take(&c);
        VEC_PUSH(&t->stale, r);
    }
    assert((const unsigned char *)c.at == bytes + size);
}
