/* What may happen to a task while a call is pending: it acts on a signal (GEN-02), or its timer runs out. See
 * spec/signal.md.
 *
 * A signal that arrives is acted on in one of two places. *Before* the call begins: the handler runs, then the call,
 * from its start and with what the handler left (the lost wake-up of SIG-19 is this, before a pause). Or *inside* a
 * call that waits: the handler runs, and the call returns EINTR or goes on waiting, by the table in interrupt.def.
 * Where both come to the same, it is explored once. A call that can return at once is never interrupted (GEN-03), and
 * one that has made some progress returns that (GEN-04).
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "kernel/descriptor.h"
#include "kernel/handlers.h"
#include "kernel/process.h"
#include "kernel/signals.h"

static const uint8_t interrupts[KCALL_COUNT] = {
#define INTERRUPT(name, class) [KCALL_##name] = KINTERRUPT_##class,
#include "kernel/interrupt.def"
#undef INTERRUPT
};

enum kinterrupt kernel_interrupt(uint32_t call)
{
    return (enum kinterrupt)interrupts[call];
}

bool kcall_is_ending(const struct kcall *call)
{
    bool leaves = call->number == KCALL_EXIT || call->number == KCALL_EXECVE || call->number == KCALL_EXECVPE ||
                  call->number == KCALL_FEXECVE || call->number == KCALL_EXECVEAT;
    return call->number == KCALL_DIE || (leaves && call->progress);
}

bool kernel_call_uses_signals(uint32_t number, bool *sends)
{
    *sends = number == KCALL_KILL || number == KCALL_KILLPG || number == KCALL_TGKILL || number == KCALL_SIGQUEUE;
    return *sends || (number >= KCALL_SIGACTION && number <= KCALL_TIMER_DELETE && number != KCALL_PAUSE);
}

/* Something that may happen now. */
struct event {
    uint32_t signal; /* 0: a timer runs out */
    uint32_t timer;  /* which one: 0 the real-time timer, else the number of one of timer_create, from 1 */
    bool inside;
};

enum { EVENTS_MAX = 2 * SIGNAL_MAX + 1 + SIGNAL_TIMERS_MAX };

struct events {
    struct event items[EVENTS_MAX];
    uint32_t count;
};

static void add(struct events *e, uint32_t signal, bool inside)
{
    e->items[e->count++] = (struct event){.signal = signal, .inside = inside};
}

/* The mask that holds while the call waits: sigsuspend brings its own (SIG-18), and so does ppoll (SIG-37, POLL-09).
 * False: the step has ended. */
static bool mask_inside(struct kstep *k, uint64_t blocked, uint64_t *mask)
{
    uint64_t address = 0;
    *mask = blocked;
    switch (k->call.number) {
    case KCALL_SIGSUSPEND:
        return kstep_copy_in(k, k->call.args[0], mask, sizeof *mask);
    case KCALL_SIGPAUSE:
        *mask &= ~signal_bit((uint32_t)k->call.args[0]);
        break;
    case KCALL_PPOLL:
        address = k->call.args[3];
        break;
    case KCALL_PSELECT:
        address = k->call.args[5];
        break;
    case KCALL_EPOLL_PWAIT:
        address = k->call.args[4];
        break;
    default:
        break;
    }
    return !address || kstep_copy_in(k, address, mask, sizeof *mask);
}

/* GEN-04, PIPE-13: progress of a write is what it has written. Of others it is no result: an open's descriptor that
 * waits for a partner (FIFO-03), a call that has fallen asleep (PROC-24, FD-14). */
static uint64_t written(const struct kcall *call)
{
    return call->number == KCALL_WRITE ? call->progress & ~KCALL_ASLEEP : 0;
}

/* An open that stops waiting counts as an end no more (FIFO-07, FIFO-13, GEN-07). */
static void open_cancel(struct kstep *k)
{
    if ((k->call.number == KCALL_OPEN || k->call.number == KCALL_OPENAT) && k->call.progress)
        descriptor_release(k, k->pid, (uint32_t)(k->call.progress - 1));
}

/* Whether acting on the signal inside the call differs from acting on it before the call. */
static bool inside_differs(const struct kstep *k, const struct signals *s, uint32_t signal)
{
    const struct signal_action *a = &s->actions[signal];
    enum kinterrupt class = kernel_interrupt(k->call.number);
    if (a->handler == SIGNAL_DEFAULT)
        return signal_default(signal) == SIGNAL_STOPS && class == KINTERRUPT_STOPS;
    return class != KINTERRUPT_NEVER && !(class == KINTERRUPT_RESTARTS && a->flags & SA_RESTART);
}

/* Signals in the order of the settings: the first one, or each (SIG-04, MODE-01). */
static uint64_t candidates(const struct kstep *k, const struct signals *s, uint64_t set)
{
    uint32_t first = signals_first(s, k->tid, set);
    return !set || k->settings->signal_order ? set : signal_bit(first);
}

/* Who waits in vfork is only killed; all else comes when it goes on (PROC-22). */
static uint64_t deadly(const struct signals *s, uint64_t set)
{
    for (uint32_t i = 1; i <= SIGNAL_MAX; i++) {
        enum signal_default what = signal_default(i);
        if (s->actions[i].handler != SIGNAL_DEFAULT || (what != SIGNAL_ENDS && what != SIGNAL_DUMPS))
            set &= ~signal_bit(i);
    }
    return set;
}

static bool waits_in_vfork(const struct kcall *call)
{
    return (call->number == KCALL_VFORK || call->number == KCALL_SPAWN) && call->progress;
}

static uint64_t acting(const struct signals *s, uint32_t tid, uint64_t mask)
{
    struct signals at = *s;
    signals_block(&at, tid, mask);
    return signals_due(&at, tid);
}

/* Everything that may happen now; false if the step has ended. */
static bool events_find(struct kstep *k, const struct signals *s, bool waiting, struct events *e)
{
    uint64_t blocked = signals_blocked(s, k->tid), mask, before = 0, inside = 0;
    if (s->h.job & JOB_STOPPED) { /* SIG-26, GEN-08: only SIGKILL gets through */
        if (signals_pending_set(s, k->tid) & signal_bit(SIGKILL))
            add(e, SIGKILL, false);
        return true;
    }
    if (!k->call.progress)
        before = candidates(k, s, acting(s, k->tid, blocked));
    if (waiting) {
        if (!mask_inside(k, blocked, &mask))
            return false;
        inside = acting(s, k->tid, mask);
        inside = candidates(k, s, waits_in_vfork(&k->call) ? deadly(s, inside) : inside);
    }
    for (uint32_t i = 1; i <= SIGNAL_MAX; i++) {
        bool first = before & signal_bit(i);
        if (first)
            add(e, i, false);
        if (inside & signal_bit(i) && (!first || inside_differs(k, s, i)))
            add(e, i, true);
    }
    if (signals_expires(s, NULL))
        add(e, 0, false);
    for (uint32_t i = 0; i < s->h.timer_count; i++)
        if (signals_expires(s, &s->timers[i]))
            e->items[e->count++] = (struct event){.timer = i + 1};
    return true;
}

/* SIG-23: SIGALRM is sent, and a repeating timer starts again. */
static void run_out(struct kstep *k, struct signals *s)
{
    s->h.timer = 0; /* SIG-43: a repeating one starts again when its signal is taken */
    signals_put(k, s);
    signal_send(k, k->pid, (struct signal_info){SIGALRM, SI_KERNEL, 0, 0, 0});
    kstep_continue(k, k->call.progress);
    k->outcome.event = KEVENT_TIMER;
}

/* SIG-39: a timer of timer_create. While its signal is pending it only counts. */
static void run_out_one(struct kstep *k, struct signals *s, struct signal_timer *t)
{
    struct signal_info info = {t->signal, SI_TIMER, t->id, t->tid, t->value};
    bool pending = false;
    t->left = t->interval;
    for (uint32_t i = 0; i < s->h.pending_count; i++)
        pending |= s->pending[i].code == SI_TIMER && s->pending[i].pid == t->id;
    if (pending)
        t->missed = 1;
    signals_put(k, s);
    if (info.signal && !pending)
        signal_send(k, k->pid, info);
    kstep_continue(k, k->call.progress);
    k->outcome.event = KEVENT_TIMER;
    k->outcome.delivery.signal = info.signal;
    k->outcome.delivery.value = (int64_t)info.pid + 1;
}

/* What the interrupted call returns. It is not in any queue any more: a retry comes as anybody else (EINTR-08). */
static void interrupted_result(struct kstep *k, struct kdelivery *d)
{
    d->interrupts = true;
    d->value = -1;
    d->error = EINTR;
    if (written(&k->call)) {
        d->value = (int64_t)written(&k->call);
        d->error = 0;
    } else if (k->call.number == KCALL_SLEEP) { /* EINTR-05 */
        d->value = (int64_t)(k->call.args[0] & UINT32_MAX);
        d->error = 0;
    } else if (k->call.number == KCALL_CLOCK_NANOSLEEP) {
        d->value = EINTR;
        d->error = 0;
    }
}

/* nanosleep says what is left: all of it, as the clock stands still. */
static bool rest_out(struct kstep *k)
{
    struct timespec rest;
    bool plain = k->call.number == KCALL_NANOSLEEP;
    if (!plain && (k->call.number != KCALL_CLOCK_NANOSLEEP || kstep_int(k, 1)))
        return true;
    uint64_t from = k->call.args[plain ? 0 : 2], to = k->call.args[plain ? 1 : 3];
    return !to || (kstep_copy_in(k, from, &rest, sizeof rest) && kstep_copy_out(k, to, &rest, sizeof rest));
}

void signal_handle(struct kstep *k, struct signals *s, const struct signal_info *info, bool inside)
{
    struct signal_action *a = &s->actions[info->signal];
    struct kdelivery d = {.signal = info->signal, .handler = a->handler, .mask = signals_blocked(s, k->tid)};
    enum kinterrupt class = kernel_interrupt(k->call.number);
    uint64_t mask = d.mask;
    if (inside && !mask_inside(k, mask, &mask))
        return;
    bool again = class == KINTERRUPT_NEVER || (class == KINTERRUPT_RESTARTS && a->flags & SA_RESTART);
    if (inside && (!again || written(&k->call))) { /* EINTR-10: this signal decides, whatever comes on top of it */
        interrupted_result(k, &d);
        if (!rest_out(k))
            return;
    }
    if (a->flags & SA_SIGINFO) {
        unsigned char bytes[SIGNAL_INFO_BYTES];
        signal_info_bytes(s, info, bytes);
        d.info = intern_put(k->components, bytes, sizeof bytes);
    }
    mask |= a->mask | (a->flags & SA_NODEFER ? 0 : signal_bit(info->signal)); /* SIG-06 */
    signals_block(s, k->tid, mask);
    if (a->flags & (uint32_t)SA_RESETHAND)
        a->handler = SIGNAL_DEFAULT; /* SIG-07 */
    signals_put(k, s);
    open_cancel(k);
    k->outcome.kind = KOUT_SIGNAL;
    k->outcome.delivery = d;
}

/* SIG-26: the process stops where it is. A call that may not wait through that returns EINTR (EINTR-03), one that has
 * begun returns how far it came (GEN-04), all others are made again. */
static void stop(struct kstep *k, struct signals *s, uint32_t signal, bool inside)
{
    struct process p;
    s->h.job = JOB_STOPPED | JOB_STOP_NEWS | signal << JOB_SIGNAL_SHIFT;
    signals_put(k, s);
    process_get(k, k->pid, &p);
    signal_tell_parent(k, p.h.ppid, CLD_STOPPED, k->pid, (int32_t)signal);
    if (inside && kernel_interrupt(k->call.number) == KINTERRUPT_STOPS) {
        kstep_fail(k, EINTR);
    } else if (inside && written(&k->call)) {
        kstep_return(k, (int64_t)written(&k->call));
    } else {
        open_cancel(k);
        kstep_continue(k, 0);
    }
}

/* A fault that the process reports of itself is a crash; a kill is its business. */
static void die(struct kstep *k, struct signals *s, const struct signal_info *info)
{
    bool own = info->pid == k->pid && info->code == SI_TKILL && signal_default(info->signal) == SIGNAL_DUMPS;
    signals_put(k, s); /* SIG-32: what is left of its life are the steps of its end */
    if (own) {
        kstep_die(k, (int)info->signal, "raise() of a signal that kills");
        return;
    }
    k->outcome.kind = KOUT_SIGNAL;
    k->outcome.delivery.signal = info->signal;
}

void signal_event(struct kstep *k, bool waiting)
{
    struct signals s;
    struct events e = {.count = 0};
    if (kcall_is_ending(&k->call)) {
        kstep_block(k);
        return;
    }
    signals_get(k, k->pid, &s);
    if (!events_find(k, &s, waiting, &e))
        return;
    if (!e.count) {
        kstep_block(k); /* EINTR-09: what is ignored is not among them */
        return;
    }
    struct event now = e.items[kstep_choose(k, e.count)];
    if (!now.signal) {
        if (now.timer)
            run_out_one(k, &s, &s.timers[now.timer - 1]);
        else
            run_out(k, &s);
        return;
    }
    struct signal_info info = signals_take(&s, k->tid, now.signal);
    uint64_t handler = s.actions[now.signal].handler;
    k->outcome.event = KEVENT_SIGNAL;
    k->outcome.delivery.signal = now.signal;
    if (handler != SIGNAL_DEFAULT)
        signal_handle(k, &s, &info, now.inside);
    else if (signal_default(now.signal) == SIGNAL_STOPS)
        stop(k, &s, now.signal, now.inside);
    else
        die(k, &s, &info);
}

bool kstep_stopped(struct kstep *k)
{
    struct signals s;
    signals_get(k, k->pid, &s);
    return s.h.job & JOB_STOPPED;
}

void kstep_block_masked(struct kstep *k)
{
    enum { ASLEEP = 1 };
    struct signals s;
    uint64_t mask;
    if (k->signals && !k->call.progress) {
        signals_get(k, k->pid, &s);
        uint64_t blocked = signals_blocked(&s, k->tid);
        if (!mask_inside(k, blocked, &mask))
            return;
        if (signals_drop_ignored(&s, k->tid, mask)) {
            signals_put(k, &s);
            kstep_continue(k, ASLEEP);
            return;
        }
        if (mask & ~blocked & ~(signal_bit(SIGKILL) | signal_bit(SIGSTOP))) {
            kstep_continue(k, ASLEEP);
            return;
        }
    }
    kstep_block(k);
}

bool kstep_timer_armed(struct kstep *k)
{
    struct signals s;
    if (!k->signals)
        return false;
    signals_get(k, k->pid, &s);
    return s.h.timer || s.h.timer_count;
}

bool kstep_signal_due_inside(struct kstep *k)
{
    struct signals s;
    uint64_t mask;
    if (!k->signals)
        return false;
    signals_get(k, k->pid, &s);
    if (!mask_inside(k, signals_blocked(&s, k->tid), &mask))
        return false;
    if (acting(&s, k->tid, mask))
        return true;
    if (signals_drop_ignored(&s, k->tid, mask))
        signals_put(k, &s);
    return false;
}

bool kstep_signal_due(struct kstep *k)
{
    struct signals s;
    signals_get(k, k->pid, &s);
    return !(s.h.job & JOB_STOPPED) && signals_due(&s, k->tid);
}
