/* The model: machine and kernel put together into steps over state vectors. See model.h.
 * It is over 500 lines long: tasks, leaves and expansion share one notion of a step, and are read together. */
#include "model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "model_private.h"

/* ---- tasks and slots ---- */

static uint32_t task_by_slot(const struct model *m, uint32_t slot)
{
    return slot < m->slot_task.count && m->slot_task.items[slot] ? m->slot_task.items[slot] - 1 : UINT32_MAX;
}

static void task_add(struct model *m, uint32_t tid, uint32_t slot)
{
    uint32_t task = (uint32_t)m->tasks.count;
    VEC_PUSH(&m->tasks, ((struct model_task){.pid = tid, .tid = tid, .slot = slot}));
    m->slot_task.items[slot] = task + 1;
    VEC_PUSH(&m->order, task);
    for (size_t i = m->order.count - 1; i > 0 && m->tasks.items[m->order.items[i - 1]].tid > tid; i--) {
        m->order.items[i] = m->order.items[i - 1];
        m->order.items[i - 1] = task;
    }
}

void model_notice_slots(struct model *m)
{
    for (uint32_t count = slots_count(m->slots); m->slots_seen < count; m->slots_seen++) {
        struct slot_name name = slots_name(m->slots, m->slots_seen);
        VEC_PUSH(&m->slot_task, 0);
        VEC_PUSH(&m->activity, 0);
        if (name.kind == SLOT_TASK)
            task_add(m, name.owner, m->slots_seen);
        else if (name.kind == SLOT_PROCESS || name.kind == SLOT_OFD || name.kind == SLOT_REGION ||
                 name.kind == SLOT_FIFO)
            VEC_PUSH(&m->access_slots, m->slots_seen);
    }
}

static uint32_t task_slot(struct model *m, uint32_t tid)
{
    return slots_find(m->slots, (struct slot_name){.kind = SLOT_TASK, .owner = tid, .index = 0});
}

uint32_t model_slots(const struct model *m)
{
    return m->slots_seen;
}
uint32_t model_tasks(const struct model *m)
{
    return (uint32_t)m->tasks.count;
}
uint32_t model_task_slot(const struct model *m, uint32_t task)
{
    return m->tasks.items[task].slot;
}
uint32_t model_task_pid(const struct model *m, uint32_t task)
{
    return m->tasks.items[task].pid;
}

uint32_t model_task_of_pid(const struct model *m, uint32_t pid)
{
    for (uint32_t task = 0; task < m->tasks.count; task++)
        if (m->tasks.items[task].pid == pid)
            return task;
    return UINT32_MAX;
}

/* ---- building one leaf: all outcomes of a pending call ---- */

void model_aim(struct model *m, const uint32_t *vector, uint32_t count, uint32_t pid, uint32_t tid, uint32_t local)
{
    struct kstep *k = &m->step;
    k->vector = vector;
    k->vector_count = count;
    k->pid = pid;
    k->tid = tid;
    k->call = machine_pending(m->machine, local)->call;
    k->memory = &machine_memory_ops;
    k->memory_context = machine_memory_context(m->machine, local);
}

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

static enum model_trouble trouble_of(struct model *m, uint32_t local)
{
    switch ((enum machine_trouble)machine_pending(m->machine, local)->trouble) {
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
}

static void reads_merge(struct model *m)
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

static uint32_t leaf_build(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, uint32_t local)
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
    if (!m->signals)
        futures_note_leaf(m, vector, count, task, local, &leaf);
    return step_memo_add(&m->memo, local, m->reads.items, m->reads.count, leaf);
}

/* ---- expansion ---- */

/* A task inside an atomic section that can move holds all the others. */
static void hold_others(struct model_expansion *out, uint32_t task)
{
    size_t kept = 0;
    for (size_t i = 0; i < out->steps.count; i++)
        if (out->steps.items[i].task == task)
            out->steps.items[kept++] = out->steps.items[i];
    out->steps.count = kept;
    out->blocked = 0;
    for (size_t t = 0; t < out->status.count; t++)
        if (t != task && out->status.items[t] != TASK_ABSENT)
            out->status.items[t] = TASK_HELD;
}

/* What a leaf says of its task in this state. */
static void add_leaf(const struct model *m, uint32_t task, uint32_t index, struct model_expansion *out)
{
    const struct memo_leaf *leaf = &m->memo.leaves.items[index];
    out->leaves.items[task] = index;
    if (leaf->effect_count) {
        out->status.items[task] = TASK_ENABLED;
        VEC_RESERVE(&out->steps, out->steps.count + leaf->effect_count);
        for (uint32_t e = 0; e < leaf->effect_count; e++)
            out->steps.items[out->steps.count++] = (struct model_step){.task = task, .effect = &leaf->effects[e]};
    } else if (leaf->idle) {
        out->status.items[task] = TASK_IDLE;
    } else {
        out->status.items[task] = TASK_BLOCKED;
        out->blocked++;
    }
}

static void expansion_start(const struct model *m, struct model_expansion *out)
{
    uint32_t tasks = (uint32_t)m->tasks.count;
    VEC_RESERVE(&out->status, tasks);
    VEC_RESERVE(&out->leaves, tasks);
    out->status.count = out->leaves.count = tasks;
    out->steps.count = 0;
    out->blocked = out->live = 0;
    out->reduced = false;
    memset(out->status.items, TASK_ABSENT, tasks);
}

/* Tasks in the order of their ids; those first met while this state is expanded are not in it. `building` is m itself,
 * or NULL: then what is unknown ends the expansion. */
static bool expand(const struct model *m, struct model *building, const uint32_t *vector, uint32_t count,
                   struct model_expansion *out)
{
    uint32_t tasks = (uint32_t)m->tasks.count, atomic = UINT32_MAX;
    expansion_start(m, out);
    for (uint32_t i = 0, met = 0; met < tasks; i++) {
        uint32_t task = m->order.items[i];
        if (task >= tasks)
            continue;
        met++;
        uint32_t local = vector_at(vector, count, m->tasks.items[task].slot);
        if (!local)
            continue;
        out->live++;
        uint32_t index = m->memo_off ? LEAF_UNKNOWN : step_memo_find(&m->memo, vector, count, local);
        if (index == LEAF_UNKNOWN) {
            if (!building)
                return false;
            uint32_t node = leaf_build(building, vector, count, task, local);
            index = m->memo.nodes.items[node].next[0];
        }
        add_leaf(m, task, index, out);
        if (m->memo.leaves.items[index].atomic && m->memo.leaves.items[index].effect_count)
            atomic = task;
    }
    if (atomic != UINT32_MAX)
        hold_others(out, atomic);
    return true;
}

void model_expand(struct model *m, const uint32_t *vector, uint32_t count, struct model_expansion *out)
{
    expand(m, m, vector, count, out);
}

bool model_expand_known(const struct model *m, const uint32_t *vector, uint32_t count, struct model_expansion *out)
{
    return expand(m, NULL, vector, count, out);
}

void model_expansion_free(struct model_expansion *e)
{
    VEC_FREE(&e->steps);
    VEC_FREE(&e->leaves);
    VEC_FREE(&e->status);
    reduction_free(e->reduction);
}

/* GEN-10 */
bool model_is_deadlock(const struct model_expansion *e)
{
    return !e->steps.count && e->blocked;
}

/* ---- life ---- */

static void initial_build(struct model *m, const struct machine_options *options)
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

static bool program_uses_signals(const struct program *p, bool *sends)
{
    bool uses = false, some;
    *sends = false;
    for (size_t i = 0; i < p->builtins.count; i++) {
        uint32_t call = kernel_call_by_name(p->builtins.items[i].name);
        if (call != KCALL_NONE && kernel_call_uses_signals(call, &some)) {
            uses = true;
            *sends |= some;
        }
    }
    return uses;
}

static bool sets_flags(const struct code_builtin *b, uint32_t call)
{
    bool sets = b->any_second && (call == KCALL_FCNTL || call == KCALL_IOCTL);
    for (size_t i = 0; i < b->second_values.count; i++)
        sets |= kernel_call_sets_flags(call, b->second_values.items[i]);
    return sets;
}

/* Plain accesses to shared memory have no name. *flags: see struct kstep. */
static void calls_used(const struct program *p, bool *used, bool *flags)
{
    for (size_t i = 0; i < p->builtins.count; i++) {
        uint32_t call = kernel_call_by_name(p->builtins.items[i].name);
        used[call] = true;
        *flags |= sets_flags(&p->builtins.items[i], call);
    }
    used[KCALL_NONE] = false;
}

struct model *model_create(const struct program *program, const struct kernel_settings *settings,
                           const struct machine_options *options)
{
    struct model *m = mem_zero(1, sizeof *m);
    struct machine_options own = *options;
    own.signals = m->signals = m->step.signals = program_uses_signals(program, &m->sends);
    m->program = program;
    m->settings = settings;
    m->components = intern_create();
    m->write_sets = intern_create();
    m->slots = slots_create();
    m->machine = machine_create(program, m->components, &own);
    m->step.components = m->components;
    m->step.slots = m->slots;
    m->step.settings = settings;
    m->memo_off = options->memo_off;
    calls_used(program, m->used, &m->step.sets_flags);
    m->step.used = m->used;
    step_memo_init(&m->memo);
    futures_init(m);
    VEC_PUSH(&m->outputs, ((struct model_output_range){0}));
    initial_build(m, options);
    return m;
}

void model_destroy(struct model *m)
{
    if (!m)
        return;
    machine_destroy(m->machine);
    kstep_free(&m->step);
    kwait_free(&m->wait);
    step_memo_free(&m->memo);
    futures_free(&m->futures);
    slots_destroy(m->slots);
    intern_destroy(m->components);
    intern_destroy(m->write_sets);
    VEC_FREE(&m->tasks);
    VEC_FREE(&m->order);
    VEC_FREE(&m->slot_task);
    VEC_FREE(&m->access_slots);
    VEC_FREE(&m->activity);
    VEC_FREE(&m->console);
    VEC_FREE(&m->outputs);
    VEC_FREE(&m->reads);
    VEC_FREE(&m->stuck_tasks);
    mem_free(m->stuck_index);
    mem_free(m);
}

const struct model_effect *model_initial(struct model *m)
{
    return &m->initial;
}
unsigned model_stale_reads(const struct model *m, const uint32_t **sources)
{
    return machine_stale_reads(m->machine, sources);
}
const uint32_t *model_activity(const struct model *m)
{
    return m->activity.items;
}

void model_visit_effects(const struct model *m,
                         void (*visit)(void *context, uint32_t task_slot, const struct model_effect *e), void *context)
{
    for (size_t l = 0; l < m->memo.leaves.count; l++) {
        const struct memo_leaf *leaf = &m->memo.leaves.items[l];
        for (uint32_t i = 0; i < leaf->effect_count; i++) {
            const struct model_effect *e = &leaf->effects[i];
            uint32_t actor = UINT32_MAX;
            for (uint32_t w = 0; w < e->write_count && actor == UINT32_MAX; w++)
                if (task_by_slot(m, e->writes[w].slot) != UINT32_MAX)
                    actor = e->writes[w].slot;
            if (actor != UINT32_MAX)
                visit(context, actor, e);
        }
    }
}

size_t model_bytes(const struct model *m)
{
    const struct step_memo *memo = &m->memo;
    return intern_bytes_used(m->components) + memo->bytes + memo->nodes.capacity * sizeof(struct memo_node) +
           memo->leaves.capacity * sizeof(struct memo_leaf) + memo->edge_size * sizeof(struct memo_edge) +
           memo->entry.capacity * sizeof(uint32_t);
}

void model_output(const struct model *m, const struct model_effect *e,
                  void (*sink)(void *context, int descriptor, const void *bytes, size_t n), void *context)
{
    for (size_t i = 0; i < m->outputs.items[e->output].count; i++) {
        const struct kcopy *c = &m->console.items[m->outputs.items[e->output].first + i];
        size_t n;
        const void *bytes = intern_get(m->components, c->bytes, &n);
        sink(context, (int)c->address, bytes, n);
    }
}
