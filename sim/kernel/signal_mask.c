/* The mask of blocked signals, and what is pending behind it. See spec/signal.md. */
#include <errno.h>
#include <signal.h>

#include "kernel/handlers.h"
#include "kernel/signals.h"

/* 0, or the errno; -1: the step has ended. */
static int mask_change(struct kstep *k)
{
    struct signals s;
    uint64_t set = 0, how = k->call.args[0] & UINT32_MAX;
    if (k->call.args[1] && !kstep_copy_in(k, k->call.args[1], &set, sizeof set))
        return -1;
    signals_get(k, k->pid, &s);
    uint64_t old = signals_blocked(&s, k->tid), new = old;
    if (k->call.args[1]) {
        if (how == SIG_BLOCK)
            new = old | set;
        else if (how == SIG_UNBLOCK)
            new = old & ~set;
        else if (how == SIG_SETMASK)
            new = set;
        else
            return EINVAL;
    }
    if (k->call.args[2] && !kstep_copy_out(k, k->call.args[2], &old, sizeof old))
        return -1;
    if (new != old) {
        signals_block(&s, k->tid, new);
        signals_put(k, &s); /* SIG-13: what is due now comes before anything else that the task does */
    }
    return 0;
}

void signal_procmask(struct kstep *k)
{
    int error = mask_change(k);
    if (error > 0)
        kstep_fail(k, error);
    else if (!error)
        kstep_return(k, 0);
}

void signal_pthread_mask(struct kstep *k)
{
    int error = mask_change(k);
    if (error >= 0)
        kstep_return(k, error);
}

static void block_one(struct kstep *k, bool block)
{
    int32_t signal = kstep_int(k, 0);
    struct signals s;
    if (!signal_exists(signal)) {
        kstep_fail(k, EINVAL);
        return;
    }
    signals_get(k, k->pid, &s);
    uint64_t old = signals_blocked(&s, k->tid), bit = signal_bit((uint32_t)signal);
    signals_block(&s, k->tid, block ? old | bit : old & ~bit);
    signals_put(k, &s);
    kstep_return(k, 0);
}

void signal_hold(struct kstep *k)
{
    block_one(k, true);
}

void signal_release(struct kstep *k)
{
    block_one(k, false);
}

void signal_pending(struct kstep *k)
{
    struct signals s;
    signals_get(k, k->pid, &s);
    uint64_t set = signals_pending_set(&s, k->tid) & signals_blocked(&s, k->tid);
    if (kstep_copy_out(k, k->call.args[0], &set, sizeof set))
        kstep_return(k, 0);
}

/* SIG-05: a handler begins only when nothing else is due. What is due comes first, on top of it: so the frames are
 * stacked before any of the bodies runs, and the last one begins first. */
void signal_enter(struct kstep *k)
{
    kstep_return(k, 0);
}

bool signal_enter_silent(struct kstep *k)
{
    return !kstep_signal_due(k);
}

/* SIG-06: a handler has returned, and what it blocked is unblocked. Nobody can tell when: a signal that is due from
 * then on comes in a step of its own. */
void signal_return(struct kstep *k)
{
    struct signals s;
    signals_get(k, k->pid, &s);
    signals_block(&s, k->tid, k->call.args[0]);
    signals_put(k, &s);
    kstep_return(k, 0);
}

bool signal_return_silent(struct kstep *k)
{
    (void)k;
    return true;
}
