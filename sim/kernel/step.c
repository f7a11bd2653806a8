/* One try of one call (GEN-01): components read and written, choices by re-execution, and the end of the step.
 *
 * Invariants: (1) a slot stands at most once in `reads`, with its value before the step, and at most once in `writes`;
 * (2) exactly one end is reached in a run; (3) a step that blocks has written nothing; (4) choices.count equals
 * choices_used after a run, so that the script says exactly what was chosen.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kernel/handlers.h"

static uint32_t vector_value(const struct kstep *k, uint32_t slot)
{
    return slot < k->vector_count ? k->vector[slot] : 0;
}

static struct kaccess *access_find(struct kaccess *items, size_t count, uint32_t slot)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].slot == slot)
            return &items[i];
    return NULL;
}

const void *kstep_get(struct kstep *k, uint32_t slot, size_t *size)
{
    uint32_t value;
    const struct kaccess *own = access_find(k->writes.items, k->writes.count, slot);
    if (own) {
        value = own->value;
    } else {
        value = vector_value(k, slot);
        if (!access_find(k->reads.items, k->reads.count, slot))
            VEC_PUSH(&k->reads, ((struct kaccess){slot, value}));
    }
    size_t bytes;
    const void *p = intern_get(k->components, value, &bytes);
    if (size)
        *size = bytes;
    return value ? p : NULL;
}

const void *kstep_peek(const struct kstep *k, uint32_t slot, size_t *size)
{
    uint32_t value = vector_value(k, slot);
    const void *bytes = intern_get(k->components, value, size);
    return value ? bytes : NULL;
}

void kstep_put(struct kstep *k, uint32_t slot, const void *bytes, size_t size)
{
    uint32_t value = intern_put(k->components, bytes, size);
    struct kaccess *own = access_find(k->writes.items, k->writes.count, slot);
    if (own)
        own->value = value;
    else
        VEC_PUSH(&k->writes, ((struct kaccess){slot, value}));
}

uint32_t kstep_slot(struct kstep *k, enum slot_kind kind, uint32_t owner, uint64_t index)
{
    return slots_find(k->slots, (struct slot_name){.kind = (uint32_t)kind, .owner = owner, .index = index});
}

uint64_t kstep_free_index(struct kstep *k, enum slot_kind kind, uint32_t owner)
{
    uint64_t index = 0;
    while (kstep_get(k, kstep_slot(k, kind, owner, index), NULL))
        index++;
    return index;
}

uint32_t kstep_choose(struct kstep *k, uint32_t n)
{
    assert(n >= 1);
    if (n == 1)
        return 0; /* no choice: not part of the script */
    size_t i = k->choices_used++;
    if (i == k->choices.count)
        VEC_PUSH(&k->choices, 0);
    while (k->choice_limits.count <= i)
        VEC_PUSH(&k->choice_limits, 0);
    k->choice_limits.items[i] = n;
    if (k->choices.items[i] >= n) /* only a script from outside can ask for that */
        k->choices.items[i] = n - 1;
    return k->choices.items[i];
}

bool kstep_next_choice(struct kstep *k)
{
    while (k->choices.count) {
        size_t last = k->choices.count - 1;
        if (k->choices.items[last] + 1 < k->choice_limits.items[last]) {
            k->choices.items[last]++;
            return true;
        }
        k->choices.count--;
    }
    return false;
}

void kstep_begin(struct kstep *k)
{
    k->reads.count = k->writes.count = 0;
    k->choices_used = 0;
    k->choice_limits.count = 0;
    struct koutcome *o = &k->outcome;
    o->kind = KOUT_NONE;
    o->event = KEVENT_CALL;
    o->delivery = (struct kdelivery){0};
    o->error = 0;
    o->value = 0;
    o->progress = 0;
    o->child = o->image = o->arguments = 0;
    o->note = 0;
    o->limit = o->waited = false;
    o->copies.count = o->console.count = 0;
}

void kstep_run(struct kstep *k)
{
    kstep_begin(k);
    if (k->signals)
        kstep_stopped(k); /* whoever runs the call has looked at it: it is part of the footprint */
    kernel_call(k->call.number)->handler(k);
    assert(k->outcome.kind != KOUT_NONE && "a handler must end the step");
    assert(k->choices_used <= k->choices.count);
    k->choices.count = k->choices_used;
}

void kstep_run_event(struct kstep *k, bool waiting)
{
    kstep_begin(k);
    signal_event(k, waiting);
    assert(k->outcome.kind != KOUT_NONE && k->choices_used <= k->choices.count);
    k->choices.count = k->choices_used;
}

void kstep_free(struct kstep *k)
{
    VEC_FREE(&k->reads);
    VEC_FREE(&k->writes);
    VEC_FREE(&k->choices);
    VEC_FREE(&k->choice_limits);
    VEC_FREE(&k->outcome.copies);
    VEC_FREE(&k->outcome.console);
}

/* Marks the one end of this run. */
static struct koutcome *step_end(struct kstep *k, enum koutcome_kind kind)
{
    assert(k->outcome.kind == KOUT_NONE && "a step ends once");
    k->outcome.kind = (uint32_t)kind;
    return &k->outcome;
}

void kstep_return(struct kstep *k, int64_t value)
{
    step_end(k, KOUT_RETURN)->value = value;
}

void kstep_fail(struct kstep *k, int error)
{
    struct koutcome *o = step_end(k, KOUT_RETURN);
    o->value = -1;
    o->error = error;
}

void kstep_block(struct kstep *k)
{
    assert(k->writes.count == 0 && "a blocked call has no effect");
    step_end(k, KOUT_BLOCK);
}

void kstep_continue(struct kstep *k, uint64_t progress)
{
    step_end(k, KOUT_CONTINUE)->progress = progress;
}

void kstep_exit(struct kstep *k)
{
    step_end(k, KOUT_EXIT);
}

void kstep_spawn(struct kstep *k, uint32_t child, int64_t value)
{
    struct koutcome *o = step_end(k, KOUT_SPAWN);
    o->child = child;
    o->value = value;
}

void kstep_exec(struct kstep *k, uint32_t image, uint32_t arguments)
{
    struct koutcome *o = step_end(k, KOUT_EXEC);
    o->image = image;
    o->arguments = arguments;
}

static uint32_t note_intern(struct kstep *k, const char *format, va_list arguments)
{
    char text[400];
    int n = vsnprintf(text, sizeof text, format, arguments);
    size_t length = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    return intern_put(k->components, text, length);
}

void kstep_die(struct kstep *k, int signal, const char *why, ...)
{
    struct koutcome *o = step_end(k, KOUT_DIE);
    o->error = signal;
    va_list arguments;
    va_start(arguments, why);
    o->note = note_intern(k, why, arguments);
    va_end(arguments);
}

void kstep_limit(struct kstep *k, const char *what, ...)
{
    k->outcome.limit = true;
    va_list arguments;
    va_start(arguments, what);
    k->outcome.note = note_intern(k, what, arguments);
    va_end(arguments);
}

void kwait_reset(struct kwait *w)
{
    w->kind = KWAIT_OTHER;
    w->object = UINT32_MAX;
    w->late = false;
    w->needs.count = 0;
    w->wakers.count = 0;
}

void kwait_free(struct kwait *w)
{
    VEC_FREE(&w->needs);
    VEC_FREE(&w->wakers);
}
