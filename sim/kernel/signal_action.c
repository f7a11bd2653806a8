/* What a process does about a signal: sigaction and its older relatives. See spec/signal.md. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "kernel/handlers.h"
#include "kernel/shm.h"
#include "kernel/signals.h"

/* struct sigaction of glibc on x86-64. */
struct action_layout {
    uint64_t handler;
    uint64_t mask[16];
    uint32_t flags, unused;
    uint64_t restorer;
};
_Static_assert(sizeof(struct action_layout) == sizeof(struct sigaction), "the caller's own layout");

/* What sigaction keeps of the flags; SA_ONSTACK has no effect. */
#define ACTION_FLAGS                                                                                                   \
    ((uint32_t)SA_NOCLDSTOP | (uint32_t)SA_NOCLDWAIT | (uint32_t)SA_SIGINFO | (uint32_t)SA_RESTART |                   \
     (uint32_t)SA_NODEFER | (uint32_t)SA_RESETHAND)

/* SIG-08: EINVAL for what is no signal, and for those whose action is fixed. */
static bool can_change(struct kstep *k, int32_t signal)
{
    if (signal_exists(signal) && signal != SIGKILL && signal != SIGSTOP)
        return true;
    kstep_fail(k, EINVAL);
    return false;
}

static void change(struct kstep *k, struct signal_action a)
{
    struct signals s;
    signals_get(k, k->pid, &s);
    s.actions[a.signal] = a;
    signals_put(k, &s); /* SIG-11: what is pending goes if it is ignored from now on */
    if (signals_ignored(&s, a.signal)) {
        signals_get(k, k->pid, &s);
        uint64_t timer = s.h.timer; /* what is dropped is not taken (SIG-43) */
        for (uint64_t set; (set = signals_pending_set(&s, k->tid)) & signal_bit(a.signal);)
            signals_take(&s, k->tid, a.signal);
        s.h.timer = timer;
        signals_put(k, &s);
    }
}

void signal_action(struct kstep *k)
{
    int32_t signal = kstep_int(k, 0);
    struct action_layout new = {0}, old = {0};
    struct signals s;
    if (k->call.args[1] && !kstep_copy_in(k, k->call.args[1], &new, sizeof new))
        return;
    if (k->call.args[1] || !signal_exists(signal)) {
        if (!can_change(k, signal))
            return;
    }
    signals_get(k, k->pid, &s);
    const struct signal_action *a = &s.actions[signal];
    old = (struct action_layout){.handler = a->handler, .mask = {a->mask}, .flags = a->flags};
    if (k->call.args[2] && !kstep_copy_out(k, k->call.args[2], &old, sizeof old))
        return;
    if (k->call.args[1])
        change(k, (struct signal_action){(uint32_t)signal, new.flags &ACTION_FLAGS, new.handler,
                                         new.mask[0] & ~(signal_bit(SIGKILL) | signal_bit(SIGSTOP))}); /* SIG-08 */
    kstep_return(k, 0);
}

/* The simple forms: returns the old handler. */
static void simple(struct kstep *k, uint32_t flags, bool masked)
{
    int32_t signal = kstep_int(k, 0);
    uint64_t handler = k->call.args[1];
    struct signals s;
    if (handler == UINT64_MAX) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (!can_change(k, signal))
        return;
    signals_get(k, k->pid, &s);
    uint64_t old = s.actions[signal].handler;
    change(k, (struct signal_action){(uint32_t)signal, flags, handler, masked ? signal_bit((uint32_t)signal) : 0});
    kstep_return(k, (int64_t)old);
}

/* SIG-34: signal() of glibc restarts calls, unless siginterrupt was told otherwise, and blocks the signal; System V's
 * resets the action and blocks nothing. */
void signal_bsd(struct kstep *k)
{
    struct signals s;
    int32_t signal = kstep_int(k, 0);
    signals_get(k, k->pid, &s);
    bool interrupts = signal_exists(signal) && s.h.interrupting & signal_bit((uint32_t)signal);
    simple(k, interrupts ? 0 : SA_RESTART, true);
}

void signal_sysv(struct kstep *k)
{
    simple(k, (uint32_t)SA_RESETHAND | (uint32_t)SA_NODEFER, false);
}

/* sigset: SIG_HOLD blocks; anything else sets the action and unblocks. Returns the old action, or SIG_HOLD. */
void signal_set(struct kstep *k)
{
    static const uint64_t hold = 2;
    int32_t signal = kstep_int(k, 0);
    struct signals s;
    if (k->call.args[1] == hold && !signal_exists(signal)) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (k->call.args[1] != hold && !can_change(k, signal)) /* SIGKILL may be "held" (SIG-08) */
        return;
    signals_get(k, k->pid, &s);
    uint64_t blocked = signals_blocked(&s, k->tid), bit = signal_bit((uint32_t)signal);
    uint64_t old = blocked & bit ? hold : s.actions[signal].handler;
    if (k->call.args[1] != hold)
        change(k, (struct signal_action){(uint32_t)signal, 0, k->call.args[1], 0});
    signals_get(k, k->pid, &s);
    signals_block(&s, k->tid, k->call.args[1] == hold ? blocked | bit : blocked & ~bit);
    signals_put(k, &s);
    kstep_return(k, (int64_t)old);
}

void signal_ignore(struct kstep *k)
{
    int32_t signal = kstep_int(k, 0);
    if (!can_change(k, signal))
        return;
    change(k, (struct signal_action){(uint32_t)signal, 0, SIGNAL_IGNORE, 0});
    kstep_return(k, 0);
}

void signal_interrupt(struct kstep *k)
{
    int32_t signal = kstep_int(k, 0);
    struct signals s;
    if (!can_change(k, signal))
        return;
    signals_get(k, k->pid, &s);
    struct signal_action a = s.actions[signal];
    a.signal = (uint32_t)signal;
    a.flags = kstep_int(k, 1) ? a.flags & ~(uint32_t)SA_RESTART : a.flags | (uint32_t)SA_RESTART;
    uint64_t bit = signal_bit((uint32_t)signal);
    s.h.interrupting = kstep_int(k, 1) ? s.h.interrupting | bit : s.h.interrupting & ~bit;
    signals_put(k, &s);
    change(k, a);
    kstep_return(k, 0);
}

/* Accepted, without effect: the simulated stack does not run out in a handler. */
void signal_stack(struct kstep *k)
{
    stack_t none = {0};
    none.ss_flags = SS_DISABLE;
    unsigned char bytes[sizeof none] = {0};
    memcpy(bytes, &none, sizeof none);
    if (!k->call.args[1] || kstep_copy_out(k, k->call.args[1], bytes, sizeof bytes))
        kstep_return(k, 0);
}

bool signal_stack_silent(struct kstep *k)
{
    return !shm_is_shared(k->call.args[1]);
}
