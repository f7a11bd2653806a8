/* Programs in which no signal matters to another process (RED-10): nothing is sent by kill and its like, nothing is
 * blocked, no timer is set, and SIGCHLD keeps its default action. Then what is left, SIGPIPE and faults, is what a
 * process does to itself; where these have no handler nothing is ever pending, and no handler ever runs. */
#include <signal.h>

#include "kernel/future.h"
#include "kernel/signals.h"

#define BIT(signal) (UINT64_C(1) << ((signal)-1))
/* Signals that come although nobody sends them. All others need a call. */
#define UNSENT                                                                                                         \
    (BIT(SIGCHLD) | BIT(SIGPIPE) | BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGFPE) | BIT(SIGILL) | BIT(SIGTRAP) |             \
     BIT(SIGABRT) | BIT(SIGSYS) | BIT(SIGXCPU) | BIT(SIGXFSZ))

static bool comes_unsent(int32_t signal)
{
    return signal_exists(signal) && UNSENT & signal_bit((uint32_t)signal);
}

static bool is_known(uint32_t constant, unsigned argument)
{
    return constant >> argument & 1;
}

/* What the code says of the signal that a call is about. */
enum about { ABOUT_ANY, ABOUT_CHILDREN, ABOUT_UNSENT, ABOUT_NEVER };

static enum about about(const uint64_t *arguments, uint32_t constant)
{
    int32_t signal = (int32_t)(uint32_t)arguments[0];
    if (!is_known(constant, 0))
        return ABOUT_ANY;
    if (signal == SIGCHLD)
        return ABOUT_CHILDREN;
    return comes_unsent(signal) ? ABOUT_UNSENT : ABOUT_NEVER;
}

bool kernel_call_is_quiet(uint32_t number, const uint64_t *arguments, uint32_t constant, bool functions)
{
    bool sends;
    enum about signal = about(arguments, constant);
    switch (number) {
    case KCALL_SIGNAL:
    case KCALL_BSD_SIGNAL:
    case KCALL_SSIGNAL:
    case KCALL_SYSV_SIGNAL:
        return signal == ABOUT_NEVER ||
               (is_known(constant, 1) &&
                (arguments[1] == SIGNAL_DEFAULT || (arguments[1] == SIGNAL_IGNORE && signal == ABOUT_UNSENT)));
    case KCALL_SIGACTION:
        return signal == ABOUT_NEVER || (is_known(constant, 1) && !arguments[1]) ||
               (signal == ABOUT_UNSENT && !functions);
    case KCALL_SIGIGNORE:
        return signal == ABOUT_NEVER || signal == ABOUT_UNSENT;
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
        if (comes_unsent((int32_t)i) && s.actions[i].handler != SIGNAL_DEFAULT && s.actions[i].handler != SIGNAL_IGNORE)
            return false;
    return !s.h.pending_count;
}
