/* Programs in which signals are only set aside (RED-10): nothing is sent by kill and its like, nothing is blocked, no timer
 * is set, and SIGCHLD keeps its default action. Then what is left, SIGPIPE and faults, is what a process does to itself,
 * and where no handler is installed nothing is ever pending. */
#include <signal.h>

#include "kernel/future.h"
#include "kernel/signals.h"

static bool is_known(uint32_t constant, unsigned argument)
{
    return constant >> argument & 1;
}

/* A signal that is named in the code, and not SIGCHLD. */
static bool is_another(const uint64_t *arguments, uint32_t constant)
{
    return is_known(constant, 0) && (int32_t)(uint32_t)arguments[0] != SIGCHLD;
}

bool kernel_call_is_quiet(uint32_t number, const uint64_t *arguments, uint32_t constant, bool functions)
{
    bool sends;
    switch (number) {
    case KCALL_SIGNAL:
    case KCALL_BSD_SIGNAL:
    case KCALL_SSIGNAL:
    case KCALL_SYSV_SIGNAL:
        return is_known(constant, 1) && (arguments[1] == SIGNAL_DEFAULT ||
                                         (arguments[1] == SIGNAL_IGNORE && is_another(arguments, constant)));
    case KCALL_SIGACTION:
        return (is_known(constant, 1) && !arguments[1]) || (!functions && is_another(arguments, constant));
    case KCALL_SIGIGNORE:
        return is_another(arguments, constant);
    case KCALL_SIGINTERRUPT:
    case KCALL_SIGALTSTACK:
    case KCALL_SIGPENDING:
        return true;
    default:
        return !kernel_call_uses_signals(number, &sends);
    }
}

bool kstep_signals_known(struct kstep *k)
{
    struct signals s;
    if (!k->signals)
        return true;
    if (!k->quiet)
        return false;
    signals_get(k, k->pid, &s);
    for (uint32_t i = 1; i <= SIGNAL_MAX; i++)
        if (s.actions[i].handler != SIGNAL_DEFAULT && s.actions[i].handler != SIGNAL_IGNORE)
            return false;
    return !s.h.pending_count;
}
