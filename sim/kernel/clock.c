/* Time, which is not synchronisation: the clock stands still, and a sleep may end before or after anything else
 * (GEN-09). A sleep is a visible step without effect, so that every other process may run in between. */
#include <errno.h>
#include <sys/time.h>
#include <time.h>

#include "kernel/handlers.h"
#include "kernel/shm.h"

void clock_yield(struct kstep *k)
{
    kstep_return(k, 0);
    k->outcome.waited = k->call.number != KCALL_SCHED_YIELD;
}

/* 0, or the errno of a bad duration; the step has ended if it returns -1. */
static int duration_check(struct kstep *k, uint64_t address)
{
    struct timespec t;
    if (!kstep_copy_in(k, address, &t, sizeof t))
        return -1;
    return t.tv_nsec < 0 || t.tv_nsec > 999999999 || t.tv_sec < 0 ? EINVAL : 0;
}

void clock_sleep(struct kstep *k)
{
    int error = duration_check(k, k->call.args[0]);
    if (error > 0)
        kstep_fail(k, error);
    else if (!error)
        clock_yield(k);
}

/* Clocks that tell the time. The alarm clocks need hardware that may be missing, and is missing here. */
static bool clock_exists(int32_t clock)
{
    return clock >= CLOCK_REALTIME && clock <= CLOCK_TAI && clock != CLOCK_REALTIME_ALARM &&
           clock != CLOCK_BOOTTIME_ALARM && clock != CLOCK_TAI - 1; /* 10 was CLOCK_SGI_CYCLE; GEN-15 */
}

/* 0, or why nobody can sleep by that clock (GEN-15). */
static int clock_sleep_error(struct kstep *k, int32_t clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
        return 0;
    case CLOCK_PROCESS_CPUTIME_ID:
        kstep_limit(k, "sleeping by the clock of a process's own work is not modelled");
        return EINVAL;
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC_COARSE:
        return EOPNOTSUPP;
    case CLOCK_REALTIME_ALARM:
    case CLOCK_BOOTTIME_ALARM: /* only their hardware is missed, and later */
        return 0;
    default:
        return EINVAL;
    }
}

/* Returns the error itself, and leaves errno alone. */
void clock_sleep_on(struct kstep *k)
{
    int clock_error = clock_sleep_error(k, kstep_int(k, 0));
    if (clock_error) {
        kstep_return(k, clock_error);
        return;
    }
    int error = duration_check(k, k->call.args[2]);
    if (!error && (kstep_int(k, 0) == CLOCK_REALTIME_ALARM || kstep_int(k, 0) == CLOCK_BOOTTIME_ALARM))
        error = EOPNOTSUPP;
    if (error >= 0) {
        kstep_return(k, error);
        k->outcome.waited = !error;
    } else if (k->outcome.kind == KOUT_RETURN) {
        k->outcome.value = k->outcome.error;
        k->outcome.error = 0;
    }
}

void clock_time(struct kstep *k)
{
    int64_t now = CLOCK_NOW;
    if (!k->call.args[0] || kstep_copy_out(k, k->call.args[0], &now, sizeof now))
        kstep_return(k, now);
}

void clock_timeofday(struct kstep *k)
{
    struct timeval now = {.tv_sec = CLOCK_NOW};
    if (!k->call.args[0] || kstep_copy_out(k, k->call.args[0], &now, sizeof now))
        kstep_return(k, 0);
}

void clock_now(struct kstep *k)
{
    struct timespec now = {.tv_sec = CLOCK_NOW};
    if (!clock_exists(kstep_int(k, 0)))
        kstep_fail(k, EINVAL);
    else if (kstep_copy_out(k, k->call.args[1], &now, sizeof now))
        kstep_return(k, 0);
}

bool clock_silent(struct kstep *k)
{
    unsigned result = k->call.number == KCALL_CLOCK_GETTIME ? 1 : 0;
    return !shm_is_shared(k->call.args[result]);
}
