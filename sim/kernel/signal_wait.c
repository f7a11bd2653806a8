/* Waiting for signals: pause, sigsuspend and sigwait. See spec/signal.md.
 *
 * pause and sigsuspend always block here: what ends them is the event of a signal that is acted on (signal_event.c). */
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "kernel/handlers.h"
#include "kernel/names.h"
#include "kernel/process.h"
#include "kernel/signals.h"

void signal_pause(struct kstep *k)
{
    kstep_block(k); /* SIG-17 */
}

void signal_suspend(struct kstep *k)
{
    uint64_t mask;
    if (kstep_copy_in(k, k->call.args[0], &mask, sizeof mask))
        kstep_block_masked(k); /* SIG-18, SIG-42 */
}

void signal_pause_without(struct kstep *k)
{
    if (signal_exists(kstep_int(k, 0)))
        kstep_block(k);
    else
        kstep_fail(k, EINVAL);
}

/* SIG-20: takes one pending signal of the set, and gives its siginfo_t. 0: none is there, or the step has ended. */
static uint32_t accept(struct kstep *k, unsigned char bytes[SIGNAL_INFO_BYTES])
{
    struct signals s;
    uint64_t set;
    if (!kstep_copy_in(k, k->call.args[0], &set, sizeof set))
        return 0;
    signals_get(k, k->pid, &s);
    set &= signals_pending_set(&s, k->tid) & ~(signal_bit(SIGKILL) | signal_bit(SIGSTOP));
    if (!set)
        return 0;
    struct signal_info info = signals_take(&s, k->tid, signals_choose(k, &s, set));
    if (info.code == SI_TKILL)
        info.code = SI_USER; /* as glibc folds them (SIG-41) */
    signal_info_bytes(&s, &info, bytes);
    signals_put(k, &s);
    return info.signal;
}

void signal_wait(struct kstep *k)
{
    unsigned char bytes[SIGNAL_INFO_BYTES];
    int32_t signal = (int32_t)accept(k, bytes);
    if (signal) {
        if (kstep_copy_out(k, k->call.args[1], &signal, sizeof signal))
            kstep_return(k, 0);
    } else if (k->outcome.kind == KOUT_NONE) {
        kstep_block(k);
    }
}

/* True if the step has ended. */
static bool wait_info(struct kstep *k)
{
    unsigned char bytes[SIGNAL_INFO_BYTES];
    uint32_t signal = accept(k, bytes);
    if (!signal)
        return k->outcome.kind != KOUT_NONE;
    if (!k->call.args[1] || kstep_copy_out(k, k->call.args[1], bytes, sizeof bytes))
        kstep_return(k, signal);
    return true;
}

void signal_wait_info(struct kstep *k)
{
    if (!wait_info(k))
        kstep_block(k);
}

/* SIG-21: where it would wait, the time may be over (GEN-09). */
void signal_wait_timed(struct kstep *k)
{
    struct timespec t;
    if (!k->call.args[2]) {
        signal_wait_info(k);
        return;
    }
    if (!kstep_copy_in(k, k->call.args[2], &t, sizeof t))
        return;
    if (t.tv_nsec < 0 || t.tv_nsec > 999999999 || t.tv_sec < 0) {
        kstep_fail(k, EINVAL);
    } else if (!wait_info(k)) {
        kstep_fail(k, EAGAIN);
        k->outcome.waited = t.tv_sec || t.tv_nsec;
    }
}

struct senders {
    struct kstep *k;
    struct kwait *w;
    bool children;
};

static void sender_add(void *context, const struct process *p)
{
    struct senders *s = context;
    if (p->h.state != PROCESS_RUNNING || p->h.pid == s->k->pid || (s->children && p->h.ppid != s->k->pid))
        return;
    for (size_t i = 0; i < s->w->wakers.count; i++)
        if (s->w->wakers.items[i].pid == p->h.pid)
            return;
    VEC_PUSH(&s->w->wakers, ((struct kwaker){p->h.pid, -1, false}));
}

void kwait_add_senders(struct kstep *k, struct kwait *w, bool children)
{
    struct senders s = {k, w, children};
    process_visit(k, sender_add, &s);
}

/* GEN-11: whoever lives could send one. */
void signal_wait_explain(struct kstep *k, struct kwait *w)
{
    uint64_t set;
    if (!k->signals) {
        w->kind = KWAIT_FOREVER;
        text_printf(&w->needs, "pause waits for a signal, and none can come");
        return;
    }
    w->kind = KWAIT_SIGNAL;
    kwait_add_senders(k, w, false);
    switch (k->call.number) {
    case KCALL_SIGWAIT:
    case KCALL_SIGWAITINFO:
    case KCALL_SIGTIMEDWAIT:
        text_printf(&w->needs, "no signal that it waits for is pending: needs one of ");
        if (kstep_copy_in(k, k->call.args[0], &set, sizeof set))
            names_signal_set(&w->needs, set);
        break;
    case KCALL_SIGSUSPEND:
        text_printf(&w->needs, "sigsuspend waits for a signal that has a handler and that its mask lets through");
        break;
    default:
        text_printf(&w->needs, "pause waits for a signal that has a handler: one that comes from now on");
    }
}

/* GEN-16: an endless loop of the program's own, posted by the machine in programs with signals. */
void signal_spin(struct kstep *k)
{
    kstep_block(k);
}

void signal_spin_explain(struct kstep *k, struct kwait *w)
{
    w->kind = KWAIT_SPIN;
    text_printf(&w->needs,
                "endless loop: it repeats itself without ever waiting or ending; only a signal could end it");
    kwait_add_senders(k, w, false);
}

void kstep_explain(struct kstep *k, struct kwait *w)
{
    const struct kcall_info *info = kernel_call(k->call.number);
    if (k->signals && kstep_stopped(k)) { /* GEN-07, GEN-11 */
        w->kind = KWAIT_STOPPED;
        text_printf(&w->needs, "the process is stopped: needs SIGCONT");
        kwait_add_senders(k, w, false);
    } else if (info->explain) {
        info->explain(k, w);
    }
}
