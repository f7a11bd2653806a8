/* timer_create and its relatives (SIG-39): timers that send a signal, or none. Each may run out at any moment, as the
 * one of alarm does (signal_event.c), and what is left of it is always what it was set to. Ids are the lowest free
 * ones. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "kernel/handlers.h"
#include "kernel/signals.h"

#define NANOSECONDS UINT64_C(1000000000)
#define SECONDS_MAX (UINT64_MAX / NANOSECONDS - 1)

/* 0, or why no timer goes by that clock. */
static int clock_error(struct kstep *k, int32_t clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
        return 0;
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
        kstep_limit(k, "timers of processor time are not modelled");
        return EINVAL;
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_BOOTTIME_ALARM:
        return EOPNOTSUPP;
    default:
        return EINVAL;
    }
}

/* What the sigevent asks for; false after failing. */
static bool notification(struct kstep *k, struct signal_timer *t)
{
    struct sigevent e;
    if (!k->call.args[1]) {
        t->signal = SIGALRM;
        t->value = t->id;
        return true;
    }
    memset(&e, 0, sizeof e);
    if (!kstep_copy_in(k, k->call.args[1], &e, sizeof e))
        return false;
    if (e.sigev_notify == SIGEV_THREAD) {
        kstep_limit(k, "timer_create with SIGEV_THREAD is not modelled"); /* SIG-36 */
        kstep_fail(k, EINVAL);
        return false;
    }
    memcpy(&t->value, &e.sigev_value, sizeof t->value);
    bool directed = e.sigev_notify == SIGEV_THREAD_ID;
    bool sends = directed || e.sigev_notify == SIGEV_SIGNAL;
    memcpy(&t->tid, (const char *)&e + 2 * sizeof(int) + sizeof e.sigev_value, directed ? sizeof t->tid : 0);
    t->signal = sends ? (uint32_t)e.sigev_signo : 0;
    if ((!sends && e.sigev_notify != SIGEV_NONE) || (sends && !signal_exists(e.sigev_signo)) ||
        (directed && t->tid != k->tid)) {
        kstep_fail(k, EINVAL);
        return false;
    }
    return true;
}

void posix_timer_create(struct kstep *k)
{
    struct signals s;
    struct signal_timer t = {0};
    int error = clock_error(k, kstep_int(k, 0));
    if (error) {
        kstep_fail(k, error);
        return;
    }
    signals_get(k, k->pid, &s);
    while (signals_timer(&s, t.id))
        t.id++;
    if (s.h.timer_count == SIGNAL_TIMERS_MAX) {
        kstep_limit(k, "more than %d timers in one process", SIGNAL_TIMERS_MAX);
        kstep_fail(k, EAGAIN);
        return;
    }
    uint64_t handle = t.id; /* glibc's timer_t is the id, as a pointer */
    if (!notification(k, &t) || !kstep_copy_out(k, k->call.args[2], &handle, sizeof handle))
        return;
    memmove(&s.timers[t.id + 1], &s.timers[t.id], (s.h.timer_count - t.id) * sizeof *s.timers);
    s.timers[t.id] = t; /* all below the lowest free one are there */
    s.h.timer_count++;
    signals_put(k, &s);
    kstep_return(k, 0);
}

/* The timer that the first argument means; NULL after failing. */
static struct signal_timer *own_timer(struct kstep *k, struct signals *s)
{
    signals_get(k, k->pid, s);
    struct signal_timer *t = k->call.args[0] > INT32_MAX ? NULL : signals_timer(s, (uint32_t)k->call.args[0]);
    if (!t)
        kstep_fail(k, EINVAL);
    return t;
}

static struct itimerspec value_of(const struct signal_timer *t)
{
    struct itimerspec v;
    memset(&v, 0, sizeof v);
    v.it_value.tv_sec = (time_t)(t->left / NANOSECONDS);
    v.it_value.tv_nsec = (long)(t->left % NANOSECONDS);
    v.it_interval.tv_sec = (time_t)(t->interval / NANOSECONDS);
    v.it_interval.tv_nsec = (long)(t->interval % NANOSECONDS);
    return v;
}

static bool is_time(const struct timespec *t)
{
    return t->tv_sec >= 0 && t->tv_nsec >= 0 && t->tv_nsec < (long)NANOSECONDS;
}

static uint64_t nanoseconds(const struct timespec *t)
{
    uint64_t seconds = (uint64_t)t->tv_sec < SECONDS_MAX ? (uint64_t)t->tv_sec : SECONDS_MAX;
    return seconds * NANOSECONDS + (uint64_t)t->tv_nsec;
}

/* How long until a time of the clock, which stands still: at least a moment. */
static uint64_t until(uint64_t time)
{
    uint64_t now = (uint64_t)CLOCK_NOW * NANOSECONDS;
    return !time ? 0 : time > now ? time - now : 1;
}

void posix_timer_set(struct kstep *k)
{
    struct itimerspec new;
    struct signals s;
    if (!k->call.args[2]) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (!kstep_copy_in(k, k->call.args[2], &new, sizeof new))
        return;
    if (!is_time(&new.it_value) || !is_time(&new.it_interval)) {
        kstep_fail(k, EINVAL);
        return;
    }
    struct signal_timer *t = own_timer(k, &s);
    if (!t)
        return;
    struct itimerspec left = value_of(t);
    if (k->call.args[3] && !kstep_copy_out(k, k->call.args[3], &left, sizeof left))
        return;
    t->left = nanoseconds(&new.it_value);
    t->interval = t->left ? nanoseconds(&new.it_interval) : 0;
    if (k->call.args[1] & TIMER_ABSTIME)
        t->left = until(t->left);
    t->missed = t->overrun = 0;
    signals_drop_timer(&s, t->id);
    signals_put(k, &s);
    kstep_return(k, 0);
}

void posix_timer_get(struct kstep *k)
{
    struct signals s;
    struct signal_timer *t = own_timer(k, &s);
    if (!t)
        return;
    struct itimerspec left = value_of(t);
    if (kstep_copy_out(k, k->call.args[1], &left, sizeof left))
        kstep_return(k, 0);
}

void posix_timer_overrun(struct kstep *k)
{
    struct signals s;
    const struct signal_timer *t = own_timer(k, &s);
    if (t)
        kstep_return(k, t->overrun);
}

void posix_timer_delete(struct kstep *k)
{
    struct signals s;
    struct signal_timer *t = own_timer(k, &s);
    if (!t)
        return;
    size_t at = (size_t)(t - s.timers);
    signals_drop_timer(&s, t->id);
    s.h.timer_count--;
    memmove(t, t + 1, (s.h.timer_count - at) * sizeof *t);
    signals_put(k, &s);
    kstep_return(k, 0);
}
