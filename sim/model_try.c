/* What a task may do in a state: see model_private.h. */
#include "model_private.h"

/* The pending call never returns: an endless loop, or a local limit. */
static bool never_returns(const struct machine_pending *p)
{
    return p->trouble == TROUBLE_ENDLESS || p->trouble == TROUBLE_LIMIT;
}

static bool run(struct model *m, struct model_try *t)
{
    struct kstep *k = &m->step;
    const struct model_task task = m->tasks.items[t->task];
    model_aim(m, t->vector, t->count, task.pid, task.tid, t->local);
    if (t->event)
        kstep_run_event(k, t->waits);
    else
        kstep_run(k);
    if (!t->event && k->outcome.kind != KOUT_BLOCK && !k->outcome.waited)
        t->waits = false;
    t->outcomes += k->outcome.kind != KOUT_BLOCK;
    return true;
}

static bool begin(struct model *m, struct model_try *t, bool event)
{
    m->step.choices.count = m->step.choice_limits.count = 0;
    t->event = event;
    return run(m, t);
}

bool model_try_first(struct model *m, struct model_try *t)
{
    const struct machine_pending *p = machine_pending(m->machine, t->local);
    const struct model_task task = m->tasks.items[t->task];
    t->waits = true;
    t->outcomes = 0;
    if (never_returns(p))
        return false;
    if (!m->signals)
        return begin(m, t, false);
    model_aim(m, t->vector, t->count, task.pid, task.tid, t->local);
    kstep_begin(&m->step);
    t->stopped = kstep_stopped(&m->step) && !kcall_is_ending(&p->call);
    /* The mark may be out of date, as when a continuation has done away with the stop that was due. */
    bool due = p->signalled && kstep_signal_due(&m->step);
    if (t->stopped || due) {
        t->waits = false;
        return begin(m, t, true);
    }
    return begin(m, t, false);
}

bool model_try_next(struct model *m, struct model_try *t)
{
    if (kstep_next_choice(&m->step))
        return run(m, t);
    return m->signals && !t->event && begin(m, t, true);
}
