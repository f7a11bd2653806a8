/* The model: machine and kernel put together into steps over state vectors. See model.h. */
#include "model.h"

#include <string.h>

#include "model_private.h"
#include "program/calls.h"

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

/* One of the leaf's effects that are in no trouble. */
static const struct model_effect *fine_effect(const struct memo_leaf *leaf)
{
    for (uint32_t i = 0; i < leaf->effect_count; i++)
        if (leaf->effects[i].trouble == MODEL_FINE)
            return &leaf->effects[i];
    return NULL;
}

enum model_glance model_glance(const struct model *m, const uint32_t *vector, uint32_t count, uint32_t first,
                               struct model_step *step)
{
    uint32_t tasks = (uint32_t)m->tasks.count;
    bool waits = false, progress = false;
    step->effect = NULL;
    for (uint32_t i = 0, task = first % tasks; i < tasks; i++, task = task + 1 < tasks ? task + 1 : 0) {
        uint32_t local = vector_at(vector, count, m->tasks.items[task].slot);
        if (!local)
            continue;
        if (local >= m->memo.entry.count || m->memo.entry.items[local] & ENTRY_ATOMIC)
            return GLANCE_UNKNOWN;
        if (waits && step->effect)
            continue; /* but for atomic sections all is known */
        uint32_t index = step_memo_find(&m->memo, vector, count, local);
        if (index == LEAF_UNKNOWN)
            return GLANCE_UNKNOWN;
        const struct memo_leaf *leaf = &m->memo.leaves.items[index];
        waits |= !leaf->effect_count && !leaf->idle;
        progress |= leaf->progress;
        if (!step->effect && (step->effect = fine_effect(leaf)))
            step->task = task;
    }
    bool stays = waits || (step->effect && !progress);
    return !stays ? GLANCE_FREE : step->effect ? GLANCE_STEP : GLANCE_UNKNOWN;
}

void model_expansion_free(struct model_expansion *e)
{
    VEC_FREE(&e->steps);
    VEC_FREE(&e->leaves);
    VEC_FREE(&e->status);
    reduction_free(e->reduction);
}

bool model_has_marks(const struct model *m)
{
    return m->marks;
}

bool model_makes_progress(const struct model_expansion *e)
{
    for (size_t i = 0; i < e->steps.count; i++)
        if (e->steps.items[i].effect->progress)
            return true;
    return !e->steps.count;
}

/* GEN-10 */
bool model_is_deadlock(const struct model_expansion *e)
{
    return !e->steps.count && e->blocked;
}

/* ---- life ---- */

/* Plain accesses to shared memory have no name. */
static void calls_used(const struct program *p, bool *used)
{
    for (size_t i = 0; i < p->builtins.count; i++)
        used[kernel_call_by_name(p->builtins.items[i].name)] = true;
    used[KCALL_NONE] = false;
}

static bool has_progress_marks(const struct program *p)
{
    for (size_t i = 0; i < p->builtins.count; i++)
        if (strcmp(p->builtins.items[i].name, "impasse_progress") == 0)
            return true;
    return false;
}

static bool uses_signals(const bool *used, bool *sends)
{
    bool uses = false, some;
    *sends = false;
    for (uint32_t call = 0; call < KCALL_COUNT; call++)
        if (used[call] && kernel_call_uses_signals(call, &some)) {
            uses = true;
            *sends |= some;
        }
    return uses;
}

/* What the calls in the code say of the whole program. */
struct habits {
    bool functions;  /* some function's address is taken */
    bool quiet;      /* RED-10, as far as it has signals */
    bool sets_flags; /* FD-14 */
};

static void note_call(void *context, const struct program_call *call)
{
    struct habits *h = context;
    uint32_t number = kernel_call_by_name(call->name);
    h->quiet &=
        !machine_jumps(call->name) && kernel_call_is_quiet(number, call->arguments, call->constant, h->functions);
    h->sets_flags |= kernel_call_sets_flags(number, call->arguments, call->constant);
}

static struct habits program_habits(const struct program *p)
{
    struct habits h = {.functions = p->takes_functions, .quiet = true};
    program_each_call(p, note_call, &h);
    return h;
}

struct model *model_create(const struct program *program, const struct kernel_settings *settings,
                           const struct machine_options *options)
{
    struct model *m = mem_zero(1, sizeof *m);
    struct machine_options own = *options;
    calls_used(program, m->used);
    own.signals = m->signals = m->step.signals = uses_signals(m->used, &m->sends);
    struct habits habits = program_habits(program);
    own.quiet = m->step.quiet = m->signals && habits.quiet;
    m->step.sets_flags = habits.sets_flags;
    m->marks = has_progress_marks(program);
    m->reducible = !m->signals || m->step.quiet;
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
