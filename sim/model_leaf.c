/* Building what the memo remembers: all outcomes of the pending call of a task, each with its whole effect; and the
 * effect of the start. See model_private.h. */
#include <assert.h>
#include <string.h>

#include "model_private.h"

/* ---- silent calls ---- */

static void outcome_reset(struct koutcome *o)
{
    o->kind = KOUT_NONE;
    o->event = KEVENT_CALL;
    o->delivery = (struct kdelivery){0};
    o->waited = false;
    o->error = 0;
    o->value = 0;
    o->progress = 0;
    o->child = o->image = o->arguments = 0;
    o->note = 0;
    o->copies.count = 0;
    o->console.count = 0;
}

/* With the line of the call that met it. */
static void limit_keep(struct model *m, uint32_t local)
{
    if (!m->step.outcome.limit || m->limit_note)
        return;
    struct diag_place at = program_place(m->program, machine_pending(m->machine, local)->place);
    size_t n;
    const char *note = intern_get(m->components, m->step.outcome.note, &n);
    vec_char text = {0};
    if (at.file)
        text_printf(&text, "%s:%u:%u: ", at.file, at.line, at.column);
    text_append(&text, note, n);
    m->limit_note = intern_put(m->components, text.items, text.count);
    VEC_FREE(&text);
}

static void console_keep(struct model *m, size_t *kept)
{
    const struct koutcome *o = &m->step.outcome;
    for (size_t i = 0; i < o->console.count; i++) {
        VEC_PUSH(&m->console, o->console.items[i]);
        ++*kept;
    }
}

/* Whether a signal is to be acted on before the task does anything else. */
static bool signal_is_due(struct model *m, uint32_t local)
{
    const struct machine_pending *p = machine_pending(m->machine, local);
    return m->signals && p->trouble == TROUBLE_NONE && !kcall_is_ending(&p->call) && kstep_signal_due(&m->step);
}

/* Makes the calls that nobody else can tell from nothing (getpid, a write to the console), until a visible one, or
 * until a signal is due or has stopped the process: that can be only where a call has returned. What was met on the way
 * (limits, the last mark) goes to the effect. */
static uint32_t settle(struct model *m, uint32_t pid, uint32_t local, bool returned, struct model_effect *e,
                       size_t *console)
{
    struct kstep *k = &m->step;
    uint32_t saved = 0, calls = 0, power = 1; /* Brent's algorithm, as in machine/loop.h */
    for (; local; returned = true) {
        const struct machine_pending *p = machine_pending(m->machine, local);
        e->limit |= p->limit;
        e->label = p->label ? p->label : e->label;
        e->progress |= p->progress;
        const struct kcall_info *info = kernel_call(p->call.number);
        if (p->trouble != TROUBLE_NONE || !info->silent)
            break;
        if (returned && (signal_is_due(m, local) || (m->signals && kstep_stopped(k))))
            break; /* SIG-12, SIG-26 */
        model_aim(m, k->vector, k->vector_count, pid, p->tid, local);
        if (!info->silent(k))
            break;
        outcome_reset(&k->outcome);
        info->handler(k); /* not kstep_run: the footprint of the step so far goes on */
        e->limit |= k->outcome.limit;
        limit_keep(m, local);
        console_keep(m, console);
        local = machine_resume(m->machine, local, &k->outcome);
        if (local == saved)
            return machine_endless(m->machine, local, "calls that nobody can notice repeat themselves for ever");
        if (++calls == power) {
            saved = local;
            calls = 0;
            power *= 2;
        }
    }
    return local;
}

/* ---- one outcome ---- */

enum model_trouble pending_trouble(const struct machine_pending *p)
{
    switch ((enum machine_trouble)p->trouble) {
    case TROUBLE_NONE:
        return MODEL_FINE;
    case TROUBLE_CRASH:
        return MODEL_CRASH;
    case TROUBLE_ASSERTION:
        return MODEL_ASSERTION;
    case TROUBLE_ENDLESS:
        return MODEL_ENDLESS;
    case TROUBLE_LIMIT:
        return MODEL_LIMIT;
    }
    return MODEL_FINE;
}

static enum model_trouble trouble_of(struct model *m, uint32_t local)
{
    return pending_trouble(machine_pending(m->machine, local));
}

static bool slot_was_read(const struct kstep *k, uint32_t slot)
{
    for (size_t i = 0; i < k->reads.count; i++)
        if (k->reads.items[i].slot == slot)
            return true;
    return false;
}

/* Plain accesses to memory and choices are no calls: no signal is looked for when they are done. */
static bool returns_from_call(const struct kstep *k)
{
    switch (k->call.number) {
    case KCALL_LOAD:
    case KCALL_STORE:
    case KCALL_RMW:
    case KCALL_CAS:
    case KCALL_COPY:
    case KCALL_SET:
    case KCALL_CHOOSE:
        return false;
    default:
        return true;
    }
}

/* SIG-12, SIG-13: when a call returns, what is due is acted on before anything else. */
static uint32_t mark_due(struct model *m, uint32_t local)
{
    return signal_is_due(m, local) ? machine_signalled(m->machine, local) : local;
}

/* Turns the finished kstep, with the new local states, into an effect. */
static void effect_make(struct model *m, struct model_effect *e, const struct model_write *locals, uint32_t local_count)
{
    const struct kstep *k = &m->step;
    struct model_write *writes = step_memo_own(&m->memo, (k->writes.count + local_count) * sizeof *writes);
    uint32_t n = 0;
    for (size_t i = 0; i < k->writes.count; i++) {
        struct kaccess w = k->writes.items[i];
        if (vector_at(k->vector, k->vector_count, w.slot) != w.value || !slot_was_read(k, w.slot))
            writes[n++] = (struct model_write){.slot = w.slot, .value = w.value};
    }
    for (uint32_t i = 0; i < local_count; i++)
        writes[n++] = locals[i];
    e->writes = writes;
    e->write_count = n;
    vec_u32 slots = {0};
    for (uint32_t i = 0; i < n; i++)
        VEC_PUSH(&slots, writes[i].slot);
    e->write_set = intern_put(m->write_sets, slots.items, n * sizeof *slots.items);
    VEC_FREE(&slots);
}

/* SIG-33: a handler that returned to what it came from, and nothing is different: it will be so again. Any other signal
 * that is acted on is not pending any more. */
static bool handled_in_vain(const struct kstep *k, uint32_t local, uint32_t next)
{
    for (size_t i = 0; i < k->writes.count; i++)
        if (vector_at(k->vector, k->vector_count, k->writes.items[i].slot) != k->writes.items[i].value)
            return false;
    return next == local;
}

static uint32_t task_slot(struct model *m, uint32_t tid)
{
    return slots_find(m->slots, (struct slot_name){.kind = SLOT_TASK, .owner = tid, .index = 0});
}

/* LIVE-01. In the effect of a step of the task, out of a call that may wait for ever or not: other writes than that of
 * its own local state, or bytes on the console. */
static void judge_progress(const struct model *m, uint32_t slot, bool idle, struct model_effect *e)
{
    e->still = !e->output;
    for (uint32_t i = 0; i < e->write_count; i++)
        e->still &= e->writes[i].slot == slot;
    e->progress |= idle || e->trouble != MODEL_FINE || (!m->marks && !e->still); /* settle has seen the marks */
}

static void outcome_to_effect(struct model *m, uint32_t task, uint32_t local, uint32_t number, struct model_effect *e)
{
    struct kstep *k = &m->step;
    const struct model_task t = m->tasks.items[task];
    memset(e, 0, sizeof *e);
    e->outcome = number;
    e->limit = k->outcome.limit;
    limit_keep(m, local);
    size_t console_first = m->console.count, console_count = 0;
    console_keep(m, &console_count);

    struct model_write locals[2];
    uint32_t local_count = 0;
    uint32_t child = k->outcome.kind == KOUT_SPAWN ? k->outcome.child : 0;
    uint32_t next = machine_resume(m->machine, local, &k->outcome);
    uint32_t child_local = child ? machine_child(m->machine, local, child) : 0;
    bool handled = k->outcome.kind == KOUT_SIGNAL;
    bool called = k->outcome.kind != KOUT_CONTINUE && (k->outcome.event != KEVENT_CALL || returns_from_call(k));
    next = settle(m, t.pid, next, called || k->outcome.event != KEVENT_CALL, e, &console_count);
    if (handled && handled_in_vain(k, local, next))
        next = machine_endless(m->machine, local, "the signal handler returns to the instruction that faults again");
    called |= k->call.number != machine_pending(m->machine, local)->call.number; /* made silently on the way */
    if (m->signals && next && called)
        next = mark_due(m, next);
    locals[local_count++] = (struct model_write){.slot = t.slot, .value = next};
    e->next = next;
    if (next) {
        e->trouble = (uint8_t)trouble_of(m, next);
        e->holds = machine_pending(m->machine, next)->atomic;
    }
    if (child) {
        child_local = settle(m, child, child_local, false, e, &console_count);
        locals[local_count++] = (struct model_write){.slot = task_slot(m, child), .value = child_local};
        e->holds |= machine_pending(m->machine, child_local)->atomic;
        if (e->trouble == MODEL_FINE)
            e->trouble = (uint8_t)trouble_of(m, child_local);
    }
    effect_make(m, e, locals, local_count);
    if (console_count) {
        e->output = (uint32_t)m->outputs.count;
        VEC_PUSH(&m->outputs, ((struct model_output_range){.first = console_first, .count = console_count}));
    }
    judge_progress(m, t.slot, machine_pending(m->machine, local)->idle, e);
}

/* ---- all outcomes ---- */

void reads_merge(struct model *m)
{
    const struct kstep *k = &m->step;
    for (size_t i = 0; i < k->reads.count; i++) {
        bool known = false;
        for (size_t j = 0; j < m->reads.count && !known; j++)
            known = m->reads.items[j].slot == k->reads.items[i].slot;
        if (!known)
            VEC_PUSH(&m->reads, k->reads.items[i]);
    }
}

static void activity_count(struct model *m, const struct memo_leaf *leaf)
{
    for (uint32_t i = 0; i < leaf->effect_count; i++)
        for (uint32_t w = 0; w < leaf->effects[i].write_count; w++)
            m->activity.items[leaf->effects[i].writes[w].slot]++;
}

uint32_t leaf_build(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, uint32_t local)
{
    struct memo_leaf leaf = {.idle = machine_pending(m->machine, local)->idle,
                             .atomic = machine_pending(m->machine, local)->atomic};
    struct model_try t = {.vector = vector, .count = count, .task = task, .local = local};
    VEC_OF(struct model_effect) effects = {0};
    m->reads.count = 0;
#ifdef IMPASSE_DEBUG
    bool promised = future_promises(m, vector, count, task, local);
#endif
    for (bool more = model_try_first(m, &t); more; more = model_try_next(m, &t)) {
#ifdef IMPASSE_DEBUG
        assert((!promised || m->step.outcome.event != KEVENT_CALL || future_is_kept(m)) && "M2");
#endif
        if (m->step.outcome.kind != KOUT_BLOCK) {
            struct model_effect e;
            outcome_to_effect(m, task, local, (uint32_t)effects.count, &e);
            leaf.progress |= e.progress;
            VEC_PUSH(&effects, e);
        }
        reads_merge(m);
    }
    model_notice_slots(m);
    if (effects.count) {
        struct model_effect *kept = step_memo_own(&m->memo, effects.count * sizeof *kept);
        memcpy(kept, effects.items, effects.count * sizeof *kept);
        leaf.effects = kept;
        leaf.effect_count = (uint32_t)effects.count;
        activity_count(m, &leaf);
    }
    VEC_FREE(&effects);
    if (m->reducible)
        futures_note_leaf(m, vector, count, task, local, &leaf);
    return step_memo_add(&m->memo, local, m->reads.items, m->reads.count, leaf);
}

/* ---- the start ---- */

void initial_build(struct model *m, const struct machine_options *options)
{
    struct kstep *k = &m->step;
    k->pid = k->tid = KERNEL_MAIN_PID;
    kstep_begin(k);
    kernel_initial(k, KERNEL_MAIN_PID);
    size_t first = m->console.count, console = 0;
    struct model_write *locals = mem_zero(options->start_count + (size_t)1, sizeof *locals);
    for (uint32_t i = 0; i <= options->start_count; i++) {
        uint32_t pid = KERNEL_MAIN_PID + i;
        uint32_t local =
            i ? machine_start_beside(m->machine, pid, &options->starts[i - 1]) : machine_start(m->machine, pid, 0, 0);
        local = settle(m, pid, local, false, &m->initial, &console);
        locals[i] = (struct model_write){.slot = task_slot(m, pid), .value = local};
        if (m->initial.trouble == MODEL_FINE)
            m->initial.trouble = (uint8_t)trouble_of(m, local);
    }
    effect_make(m, &m->initial, locals, options->start_count + 1);
    mem_free(locals);
    if (console) {
        m->initial.output = (uint32_t)m->outputs.count;
        VEC_PUSH(&m->outputs, ((struct model_output_range){.first = first, .count = console}));
    }
    model_notice_slots(m);
}
