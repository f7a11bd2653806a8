/* Why a task waits, who could still help, and where they got the descriptor that they could help with. */
#include <string.h>

#include "kernel/ofd.h"
#include "model_private.h"

static uint32_t descriptor_at(struct model *m, const struct model_path *path, size_t state, uint32_t pid,
                              int32_t number)
{
    struct kstep *k = &m->step;
    k->vector = path->states + state * path->width;
    k->vector_count = path->width;
    kstep_begin(k);
    struct process p;
    if (!process_get(k, pid, &p))
        return UINT32_MAX;
    const struct descriptor *d = process_descriptor(&p, number);
    return d ? d->ofd : UINT32_MAX;
}

/* "inherited by fork at line 12", "opened by pipe at line 9": the step of the path that gave pid this descriptor. */
static void provenance(struct model *m, const struct model_path *path, uint32_t pid, int32_t number, vec_char *out)
{
    uint32_t ofd = descriptor_at(m, path, path->length, pid, number);
    size_t since = path->length;
    while (since > 0 && descriptor_at(m, path, since - 1, pid, number) == ofd)
        since--;
    if (since == 0) {
        text_printf(out, "open from the start");
        return;
    }
    const struct model_step *step = &path->steps[since - 1];
    struct model_operation o = {0};
    model_describe_pending(m, path->states + (since - 1) * path->width, path->width, step->task, &o);
    bool inherited = m->tasks.items[step->task].pid != pid;
    text_printf(out, "%s by %s at line %u", inherited ? "inherited" : "opened", o.call, o.place.line);
    model_operation_free(&o);
}

static enum model_wait wait_kind(uint32_t kind)
{
    switch ((enum kwait_kind)kind) {
    case KWAIT_OTHER:
        return MODEL_WAIT_OTHER;
    case KWAIT_PIPE_EMPTY:
        return MODEL_WAIT_PIPE_EMPTY;
    case KWAIT_PIPE_FULL:
        return MODEL_WAIT_PIPE_FULL;
    case KWAIT_SEMAPHORE:
        return MODEL_WAIT_SEMAPHORE;
    case KWAIT_CHILD:
        return MODEL_WAIT_CHILD;
    case KWAIT_FOREVER:
        return MODEL_WAIT_FOREVER;
    case KWAIT_SIGNAL:
        return MODEL_WAIT_SIGNAL;
    case KWAIT_SPIN:
        return MODEL_WAIT_SPIN;
    case KWAIT_STOPPED:
        return MODEL_WAIT_STOPPED;
    case KWAIT_FIFO_OPEN:
        return MODEL_WAIT_NAME_OPEN;
    case KWAIT_FIFO_GONE:
        return MODEL_WAIT_NAME_GONE;
    case KWAIT_EDGE:
        return MODEL_WAIT_EDGE;
    case KWAIT_ANY:
        return MODEL_WAIT_ANY;
    }
    return MODEL_WAIT_OTHER;
}

/* The kernel's view of why the task waits in a state, in m->wait. */
static void look(struct model *m, const uint32_t *vector, uint32_t width, const struct model_task *t)
{
    model_aim(m, vector, width, t->pid, t->tid, vector_at(vector, width, t->slot));
    kstep_begin(&m->step);
    kwait_reset(&m->wait);
    kstep_explain(&m->step, &m->wait);
}

bool model_task_spins(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task)
{
    const struct model_task *t = &m->tasks.items[task];
    if (!vector_at(vector, count, t->slot))
        return false;
    if (model_task_trouble(m, vector, count, task) == MODEL_ENDLESS)
        return true;
    look(m, vector, count, t);
    return m->wait.kind == KWAIT_SPIN;
}

void model_explain(struct model *m, const struct model_path *path, uint32_t task, struct model_explanation *out)
{
    const uint32_t *last = path->states + path->length * path->width;
    out->needs.count = 0;
    out->object = UINT32_MAX;
    look(m, last, path->width, &m->tasks.items[task]);
    out->kind = wait_kind(m->wait.kind);
    out->object = m->wait.object;
    out->late = m->wait.late;
    text_append(&out->needs, m->wait.needs.items, m->wait.needs.count);
    for (size_t i = 0; i < m->wait.wakers.count; i++) {
        const struct kwaker w = m->wait.wakers.items[i];
        uint32_t other = w.weak ? UINT32_MAX : model_task_of_pid(m, w.pid);
        if (other == UINT32_MAX || !vector_at(last, path->width, m->tasks.items[other].slot))
            continue;
        struct model_waker waker = {.task = other, .descriptor = w.descriptor};
        VEC_PUSH(&out->wakers, waker);
    }
    for (size_t i = 0; i < out->wakers.count; i++) {
        struct model_waker *w = &out->wakers.items[i];
        text_append(&w->how, "", 0);
        if (w->descriptor < 0)
            continue;
        const struct model_task *holder = &m->tasks.items[w->task];
        w->unwritten = machine_unwritten(m->machine, vector_at(last, path->width, holder->slot), w->descriptor);
        provenance(m, path, holder->pid, w->descriptor, &w->how);
    }
}

void model_explanation_free(struct model_explanation *e)
{
    for (size_t i = 0; i < e->wakers.count; i++)
        VEC_FREE(&e->wakers.items[i].how);
    VEC_FREE(&e->wakers);
    VEC_FREE(&e->needs);
}
