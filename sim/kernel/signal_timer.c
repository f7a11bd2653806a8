/* The one real-time timer of a process: alarm, ualarm, setitimer. It may run out at any moment, or late (SIG-23,
 * GEN-09): an event of its own (signal_event.c). What is left of it is always what it was set to, as the clock stands
 * still. */
#include <errno.h>
#include <sys/time.h>

#include "kernel/handlers.h"
#include "kernel/signals.h"

#define MICROSECONDS UINT64_C(1000000)

/* Arms it, or disarms it with 0. Returns what was left. */
static uint64_t arm(struct kstep *k, uint64_t timer, uint64_t interval)
{
    struct signals s;
    signals_get(k, k->pid, &s);
    uint64_t left = s.h.timer;
    s.h.timer = timer;
    s.h.interval = timer ? interval : 0;
    signals_put(k, &s);
    return left;
}

void timer_alarm(struct kstep *k)
{
    uint64_t seconds = k->call.args[0] & UINT32_MAX;
    uint64_t left = arm(k, seconds * MICROSECONDS, 0);
    kstep_return(k, (int64_t)((left + MICROSECONDS - 1) / MICROSECONDS));
}

void timer_ualarm(struct kstep *k)
{
    uint64_t first = k->call.args[0] & UINT32_MAX, then = k->call.args[1] & UINT32_MAX;
    kstep_return(k, (int64_t)arm(k, first, then));
}

static struct itimerval value_of(uint64_t timer, uint64_t interval)
{
    struct itimerval v = {
        {(time_t)(interval / MICROSECONDS), (suseconds_t)(interval % MICROSECONDS)},
        {(time_t)(timer / MICROSECONDS), (suseconds_t)(timer % MICROSECONDS)},
    };
    return v;
}

static bool is_time(const struct timeval *t)
{
    return t->tv_sec >= 0 && t->tv_usec >= 0 && t->tv_usec < (suseconds_t)MICROSECONDS;
}

static uint64_t microseconds(const struct timeval *t)
{
    return (uint64_t)t->tv_sec * MICROSECONDS + (uint64_t)t->tv_usec;
}

/* False after failing: the timers of processor time are not modelled. */
static bool is_real(struct kstep *k)
{
    int32_t which = kstep_int(k, 0);
    if (which == ITIMER_REAL)
        return true;
    if (which == ITIMER_VIRTUAL || which == ITIMER_PROF)
        kstep_limit(k, "timers of processor time (ITIMER_VIRTUAL, ITIMER_PROF) are not modelled");
    kstep_fail(k, EINVAL);
    return false;
}

void timer_get(struct kstep *k)
{
    struct signals s;
    if (!is_real(k))
        return;
    signals_get(k, k->pid, &s);
    struct itimerval left = value_of(s.h.timer, s.h.interval);
    if (kstep_copy_out(k, k->call.args[1], &left, sizeof left))
        kstep_return(k, 0);
}

void timer_set(struct kstep *k)
{
    struct itimerval new = {0};
    struct signals s;
    if (k->call.args[1] && !kstep_copy_in(k, k->call.args[1], &new, sizeof new))
        return;
    if (!is_time(&new.it_value) || !is_time(&new.it_interval)) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (!is_real(k))
        return;
    signals_get(k, k->pid, &s);
    struct itimerval left = value_of(s.h.timer, s.h.interval);
    if (k->call.args[2] && !kstep_copy_out(k, k->call.args[2], &left, sizeof left))
        return;
    arm(k, microseconds(&new.it_value), microseconds(&new.it_interval));
    kstep_return(k, 0);
}
