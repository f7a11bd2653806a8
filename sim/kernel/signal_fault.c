/* Faults that a process may catch (SIG-33). See spec/signal.md.
 *
 * The machine posts .fault for an instruction that faults, once a handler is installed; an access to shared memory
 * faults in its own step. A fault whose signal is ignored or blocked, or has its default action, kills: a crash. */
#include <signal.h>

#include "kernel/handlers.h"
#include "kernel/shm.h"
#include "kernel/signals.h"

/* abort() unblocks its signal. */
static bool caught(const struct kstep *k, const struct signals *s, uint32_t signal)
{
    bool blocked = signals_blocked(s, k->tid) & signal_bit(signal);
    return s->actions[signal].handler > SIGNAL_IGNORE && (!blocked || signal == SIGABRT);
}

bool signal_fault_caught(struct kstep *k, uint32_t signal, int32_t code, uint64_t address)
{
    struct signals s;
    signals_get(k, k->pid, &s);
    if (!caught(k, &s, signal))
        return false;
    if (signal == SIGABRT)
        signals_block(&s, k->tid, signals_blocked(&s, k->tid) & ~signal_bit(SIGABRT));
    k->outcome.event = KEVENT_SIGNAL;
    k->outcome.delivery.signal = signal;
    signal_handle(k, &s, &(struct signal_info){signal, code, 0, k->tid, address}, false);
    return true;
}

void signal_fault(struct kstep *k)
{
    uint32_t signal = (uint32_t)k->call.args[0];
    if (!signal_fault_caught(k, signal, kstep_int(k, 1), k->call.args[2]))
        kstep_die(k, (int)signal, "fault"); /* the machine says what it was */
}

bool signal_fault_silent(struct kstep *k)
{
    struct signals s;
    signals_get(k, k->pid, &s);
    return !caught(k, &s, (uint32_t)k->call.args[0]);
}
