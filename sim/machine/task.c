/* See task.h. */
#include "machine/task.h"

#include <string.h>

#include "machine/loop.h"
#include "machine/memory.h"

void task_init(struct task *t, const struct layout *layout, struct intern *components)
{
    memset(t, 0, sizeof *t);
    t->layout = layout;
    t->program = layout->program;
    t->components = components;
    t->statics = mem_zero(layout->static_count, sizeof(struct object *));
}

void task_reset(struct task *t)
{
    for (size_t i = 0; i < t->touched.count; i++)
        t->statics[t->touched.items[i]] = NULL;
    t->touched.count = 0;
    t->frames.count = 0;
    t->interruptions.count = 0;
    t->handlers = false;
    t->faulting = 0;
    t->registers.count = 0;
    t->locals.count = 0;
    t->dynamics.count = 0;
    t->heap.count = 0;
    t->stale.count = 0;
    t->heap_bytes = 0;
    t->scanned = false;
    t->heap_lowest = 0;
    t->scan_steps = t->scan_bytes = 0;
    t->steps = 0;
    t->stopped = t->frozen = false;
    t->idle = IDLE_NONE;
    t->image = 0;
    t->last_place = 0;
    t->last_function = 0;
    memset(&t->pending, 0, sizeof t->pending);
    watch_end(t);
    pool_reset(&t->pool);
}

void task_free(struct task *t)
{
    watch_end(t);
    pool_free(&t->pool);
    VEC_FREE(&t->frames);
    VEC_FREE(&t->interruptions);
    VEC_FREE(&t->registers);
    VEC_FREE(&t->locals);
    VEC_FREE(&t->dynamics);
    VEC_FREE(&t->heap);
    mem_free(t->statics);
    VEC_FREE(&t->kept);
    VEC_FREE(&t->stale);
    VEC_FREE(&t->stale_reads);
    VEC_FREE(&t->touched);
    VEC_FREE(&t->packed);
    VEC_FREE(&t->arguments);
}

/* Whether the frame is where no call or visible access pauses: that of a signal handler that has not begun, or of an
 * instruction that faults and may run again. `f` may be one that is about to be pushed. Handlers may lie on top of each
 * other thousandfold (a timer, SA_NODEFER), and every frame asks: so those of its depth are found by halving. */
static bool is_elsewhere(const struct task *t, const struct frame *f)
{
    size_t depth = t->frames.count, low = 0, high = t->interruptions.count;
    if (f >= t->frames.items && f < t->frames.items + t->frames.count)
        depth = (size_t)(f - t->frames.items);
    if (depth + 1 == t->faulting)
        return true;
    while (low < high) { /* the first that is not further out */
        size_t middle = (low + high) / 2;
        if (t->interruptions.items[middle].depth < depth)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < t->interruptions.count && t->interruptions.items[low].depth <= depth + 1; low++) {
        const struct interruption *n = &t->interruptions.items[low];
        if (n->depth == depth && !n->entered)
            return true;
        if (n->depth == depth + 1 && (n->call.number == KCALL_FAULT || n->call.number == KCALL_SPIN))
            return true;
    }
    return false;
}

const struct code_live *task_live(const struct task *t, const struct frame *f)
{
    if ((t->interruptions.count || t->faulting) && is_elsewhere(t, f))
        return NULL;
    const struct code_function *function = &t->program->functions.items[f->function];
    uint32_t live = function->code.items[f->pc].live;
    return live == LIVE_NONE ? NULL : &function->lives.items[live];
}

void task_errno(struct task *t, int error)
{
    memory_store(t, (uint64_t)(OBJECT_GLOBAL + task_image(t)->errno_global) << 32, 4, (uint32_t)error);
}

void task_post(struct task *t, uint32_t number, const uint64_t *arguments, unsigned count)
{
    t->pending.call = (struct kcall){.number = number};
    for (unsigned i = 0; i < count && i < 6; i++)
        t->pending.call.args[i] = arguments[i];
    t->stopped = true;
}

/* The innermost frame outside of libc, or where the last such one was. */
static void settle_place(struct task *t)
{
    t->pending.place = t->last_place;
    t->pending.function = t->last_function;
    for (size_t i = t->frames.count; i-- > 0;) {
        const struct frame *f = &t->frames.items[i];
        const struct code_function *function = &t->program->functions.items[f->function];
        if (function->libc)
            continue;
        t->pending.place = function->code.items[f->pc].place;
        t->pending.function = f->function;
        return;
    }
}

/* Being idle concerns the first call after impasse_idle() that can wait, as often as it is made again. */
static void settle_idle(struct task *t)
{
    t->pending.idle = false;
    if (t->frozen) {
        t->idle = IDLE_NONE;
        return;
    }
    if (!t->idle || !kernel_call(t->pending.call.number)->explain)
        return;
    uint32_t here = t->pending.place + 1;
    t->idle = t->idle == IDLE_NEXT || t->idle == here ? here : IDLE_NONE;
    t->pending.idle = t->idle != IDLE_NONE;
}

void task_settle(struct task *t)
{
    uint32_t number = t->pending.call.number;
    settle_place(t);
    /* Until an exit has begun a signal handler may still run, and never return. */
    if (number == KCALL_EXIT && (!t->handlers || t->pending.call.progress)) {
        t->frozen = true;
        t->frames.count = t->interruptions.count = 0;
    }
    settle_idle(t);
}
