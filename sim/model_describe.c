/* Words for reports: operations, objects. Names of tasks are in model_names.c. See model.h. */
#include <string.h>

#include "model_private.h"

/* ---- places and operations ---- */

static struct model_place place_of(const struct model *m, uint32_t place)
{
    struct diag_place at = program_place(m->program, place);
    return (struct model_place){.file = at.file, .line = at.line, .column = at.column};
}

static const char *call_name(uint32_t number)
{
    static const char internal[] = "__impasse_";
    const char *name = kernel_call(number)->name;
    if (strncmp(name, internal, sizeof internal - 1) == 0)
        return name + sizeof internal - 1;
    return name[0] == '.' ? name + 1 : name;
}

static void operation_reset(struct model_operation *o)
{
    o->arguments.count = o->result.count = o->note.count = 0;
    text_append(&o->arguments, "", 0);
    text_append(&o->result, "", 0);
    text_append(&o->note, "", 0);
}

bool model_redo(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, uint32_t outcome)
{
    struct model_try t = {.vector = vector, .count = count, .task = task};
    t.local = vector_at(vector, count, m->tasks.items[task].slot);
    for (bool more = model_try_first(m, &t); more; more = model_try_next(m, &t))
        if (m->step.outcome.kind != KOUT_BLOCK && t.outcomes == outcome + 1)
            return true;
    return false;
}

void model_describe_pending(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task,
                            struct model_operation *out)
{
    const struct model_task t = m->tasks.items[task];
    uint32_t local = vector_at(vector, count, t.slot);
    const struct machine_pending *p = machine_pending(m->machine, local);
    operation_reset(out);
    out->call = call_name(p->call.number);
    out->place = place_of(m, p->place);
    model_aim(m, vector, count, t.pid, t.tid, local);
    kstep_begin(&m->step);
    struct koutcome none = {.kind = KOUT_BLOCK};
    kernel_describe_call(&m->step, &none, &out->arguments, &out->result);
    out->result.count = 0;
    text_append(&out->result, "", 0);
}

/* Interned texts end where their length says, with or without a NUL. */
static void append_interned(const struct model *m, uint32_t id, vec_char *out)
{
    size_t n;
    const char *text = intern_get(m->components, id, &n);
    text_append(out, text, n && !text[n - 1] ? n - 1 : n);
}

void model_describe_step(struct model *m, const uint32_t *vector, uint32_t count, const struct model_step *step,
                         struct model_operation *out)
{
    model_describe_pending(m, vector, count, step->task, out);
    if (!model_redo(m, vector, count, step->task, step->effect->outcome))
        return;
    struct koutcome *o = &m->step.outcome;
    out->arguments.count = 0;
    if (o->event != KEVENT_CALL)
        out->call = o->event == KEVENT_TIMER ? "timer" : "deliver";
    kernel_describe_call(&m->step, o, &out->arguments, &out->result);
    append_interned(m, o->note, &out->note);
    if (step->effect->label) {
        text_printf(&out->note, "%smark ", out->note.count ? "; " : "");
        append_interned(m, step->effect->label, &out->note);
    }
}

void model_operation_free(struct model_operation *o)
{
    VEC_FREE(&o->arguments);
    VEC_FREE(&o->result);
    VEC_FREE(&o->note);
}

void model_describe_objects(struct model *m, const uint32_t *vector, uint32_t count, vec_char *out)
{
    model_aim(m, vector, count, KERNEL_MAIN_PID, KERNEL_MAIN_PID, m->initial.writes[m->initial.write_count - 1].value);
    kstep_begin(&m->step);
    for (uint32_t slot = 0; slot < count && slot < m->slots_seen; slot++) {
        size_t before = out->count;
        if (!vector[slot])
            continue;
        if (kernel_describe_slot(&m->step, slot, out))
            text_printf(out, "\n");
        else
            out->count = before;
    }
}

const char *model_limit_text(struct model *m)
{
    if (!m->limit_note)
        return NULL;
    size_t n;
    const char *text = intern_get(m->components, m->limit_note, &n);
    vec_char copy = {0};
    text_append(&copy, text, n);
    /* Interned once more with its end, so that the text lives as long as the model. */
    text = intern_get(m->components, intern_put(m->components, copy.items, n + 1), NULL);
    VEC_FREE(&copy);
    return text;
}

/* ---- trouble ---- */

static const struct machine_pending *pending_of(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task)
{
    uint32_t local = vector_at(vector, count, m->tasks.items[task].slot);
    return local ? machine_pending(m->machine, local) : NULL;
}

enum model_trouble model_task_trouble(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task)
{
    const struct machine_pending *p = pending_of(m, vector, count, task);
    return p ? pending_trouble(p) : MODEL_FINE;
}

void model_describe_trouble(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, vec_char *out,
                            struct model_place *place)
{
    const struct machine_pending *p = pending_of(m, vector, count, task);
    if (!p || p->trouble == TROUBLE_NONE)
        return;
    *place = place_of(m, p->place);
    append_interned(m, p->message, out);
}

const void *model_console(struct model *m, const uint32_t *vector, uint32_t count, int stream, size_t *size)
{
    m->step.vector = vector;
    m->step.vector_count = count;
    kstep_begin(&m->step);
    return kernel_console(&m->step, stream, size);
}

bool model_main_ended(struct model *m, const uint32_t *vector, uint32_t count, int32_t *wait_status)
{
    m->step.vector = vector;
    m->step.vector_count = count;
    kstep_begin(&m->step);
    return kernel_process_status(&m->step, KERNEL_MAIN_PID, wait_status);
}

int model_task_signal(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task)
{
    const struct machine_pending *p = pending_of(m, vector, count, task);
    return p && p->call.number == KCALL_DIE && p->trouble != TROUBLE_NONE ? (int)p->call.args[0] : 0;
}

bool model_step_ends_process(struct model *m, const uint32_t *vector, uint32_t count, const struct model_step *step,
                             uint32_t *pid, int32_t *wait_status)
{
    if (!model_redo(m, vector, count, step->task, step->effect->outcome) || m->step.outcome.kind != KOUT_EXIT)
        return false;
    const struct kcall *call = &m->step.call;
    *pid = m->tasks.items[step->task].pid;
    *wait_status = call->number == KCALL_DIE ? (int32_t)(call->args[0] & 0x7f) : (int32_t)(call->args[0] & 0xff) << 8;
    return true;
}
