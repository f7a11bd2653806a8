/* Sleeps, time-outs and timers of the program, brought near: they end within BRIEF. A process that sleeps longer than
 * that sleeps for ever, which is how the keeper knows a hang (conform_keeper.c). What is left of a timer is what it was
 * set to, as in the simulation, whose clock stands still. Anything that the kernel would refuse goes to it unchanged.
 */
#include "cli/jitter/jitter.h"

#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* Nanoseconds: a sleep or time-out, and a timer, at most. */
enum { BRIEF = 2000000, TIMER_MAX = 8000000, SECOND = 1000000000, MICROSECOND = 1000 };
/* Microseconds: the real-time timer, at least; and its interval. */
enum { VALUE_MIN = 50, INTERVAL_MIN = 4000 };

/* ---- durations ---- */

static bool is_time(const struct timespec *t) {
    return t->tv_sec >= 0 && t->tv_nsec >= 0 && t->tv_nsec < SECOND;
}

static long brief(void) {
    return (long)(jitter_draw() % BRIEF);
}

/* At most BRIEF; NULL (for ever) and what is no time stay. */
static const struct timespec *shorter(const struct timespec *t, struct timespec *room) {
    if (!t || !is_time(t) || (!t->tv_sec && t->tv_nsec <= BRIEF))
        return t;
    *room = (struct timespec){0, brief()};
    return room;
}

/* A deadline of the clock; one that has passed stays. */
static const struct timespec *nearer(const struct timespec *deadline, clockid_t clock, struct timespec *room) {
    if (!is_time(deadline) || clock_gettime(clock, room) != 0)
        return deadline;
    room->tv_nsec += brief();
    if (room->tv_nsec >= SECOND) {
        room->tv_nsec -= SECOND;
        room->tv_sec++;
    }
    bool far = deadline->tv_sec > room->tv_sec || (deadline->tv_sec == room->tv_sec && deadline->tv_nsec > room->tv_nsec);
    return far ? room : deadline;
}

/* 0, or -1 with EINTR. */
static int nap(void) {
    struct timespec t = {0, brief()};
    return (int)syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &t, NULL);
}

/* ---- sleeps ---- */

EXPORT unsigned sleep(unsigned seconds) {
    int before = errno;
    if (!seconds || nap() == 0)
        seconds = 0;
    errno = before;
    return seconds;
}

EXPORT int usleep(useconds_t microseconds) {
    (void)microseconds;
    return nap();
}

EXPORT int nanosleep(const struct timespec *t, struct timespec *left) {
    struct timespec room;
    if (!t || !is_time(t) || shorter(t, &room) == t)
        return (int)syscall(SYS_nanosleep, t, left);
    int done = nap();
    if (done != 0 && left)
        *left = *t;
    return done;
}

EXPORT int clock_nanosleep(clockid_t clock, int flags, const struct timespec *t, struct timespec *left) {
    static int (*next)(clockid_t, int, const struct timespec *, struct timespec *);
    struct timespec room;
    bool by_date = flags & TIMER_ABSTIME;
    NEXT(next, clock_nanosleep);
    jitter_dawdle();
    const struct timespec *near = by_date ? nearer(t, clock, &room) : shorter(t, &room);
    int done = next(clock, flags, near, left);
    if (done == EINTR && near != t && !by_date && left)
        *left = *t;
    return done;
}

/* ---- time-outs ---- */

static int shorter_milliseconds(int timeout) {
    return timeout > 2 ? (int)(jitter_draw() % 3) : timeout;
}

EXPORT int poll(struct pollfd *set, nfds_t count, int timeout) {
    static int (*next)(struct pollfd *, nfds_t, int);
    NEXT(next, poll);
    jitter_dawdle();
    return next(set, count, shorter_milliseconds(timeout));
}

EXPORT int ppoll(struct pollfd *set, nfds_t count, const struct timespec *timeout, const sigset_t *mask) {
    static int (*next)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
    struct timespec room;
    NEXT(next, ppoll);
    jitter_dawdle();
    return next(set, count, shorter(timeout, &room), mask);
}

/* What is left of the time is told: nothing, or all of it. */
EXPORT int select(int count, fd_set *in, fd_set *out, fd_set *other, struct timeval *timeout) {
    static int (*next)(int, fd_set *, fd_set *, fd_set *, struct timeval *);
    NEXT(next, select);
    jitter_dawdle();
    if (!timeout || timeout->tv_sec < 0 || timeout->tv_usec < 0 || !(timeout->tv_sec || timeout->tv_usec))
        return next(count, in, out, other, timeout);
    struct timeval near = {0, brief() / MICROSECOND};
    int done = next(count, in, out, other, &near);
    if (done == 0)
        *timeout = (struct timeval){0, 0};
    return done;
}

EXPORT int pselect(int count, fd_set *in, fd_set *out, fd_set *other, const struct timespec *timeout,
                   const sigset_t *mask) {
    static int (*next)(int, fd_set *, fd_set *, fd_set *, const struct timespec *, const sigset_t *);
    struct timespec room;
    NEXT(next, pselect);
    jitter_dawdle();
    return next(count, in, out, other, shorter(timeout, &room), mask);
}

EXPORT int epoll_wait(int f, struct epoll_event *events, int room, int timeout) {
    static int (*next)(int, struct epoll_event *, int, int);
    NEXT(next, epoll_wait);
    jitter_dawdle();
    return next(f, events, room, shorter_milliseconds(timeout));
}

EXPORT int epoll_pwait(int f, struct epoll_event *events, int room, int timeout, const sigset_t *mask) {
    static int (*next)(int, struct epoll_event *, int, int, const sigset_t *);
    NEXT(next, epoll_pwait);
    jitter_dawdle();
    return next(f, events, room, shorter_milliseconds(timeout), mask);
}

EXPORT int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout) {
    static int (*next)(const sigset_t *, siginfo_t *, const struct timespec *);
    struct timespec room;
    NEXT(next, sigtimedwait);
    jitter_dawdle();
    return next(set, info, shorter(timeout, &room));
}

EXPORT int sem_timedwait(sem_t *s, const struct timespec *deadline) {
    static int (*next)(sem_t *, const struct timespec *);
    struct timespec room;
    NEXT(next, sem_timedwait);
    jitter_dawdle();
    return next(s, nearer(deadline, CLOCK_REALTIME, &room));
}

EXPORT int sem_clockwait(sem_t *s, clockid_t clock, const struct timespec *deadline) {
    static int (*next)(sem_t *, clockid_t, const struct timespec *);
    struct timespec room;
    NEXT(next, sem_clockwait);
    jitter_dawdle();
    bool known = clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
    return next(s, clock, known ? nearer(deadline, clock, &room) : deadline);
}

/* ---- the real-time timer of the process ---- */

static struct itimerval told; /* what the program has set it to */
static struct {
    long at, every; /* when it goes off for the first time, and the time between that and the next */
} real;             /* the kernel's own timer: microseconds, of the monotonic clock */

void jitter_forget_timers(void) {
    told = (struct itimerval){{0, 0}, {0, 0}};
}

static long microseconds(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * (SECOND / MICROSECOND) + now.tv_nsec / MICROSECOND;
}

/* Something below TIMER_MAX, but `least` microseconds at least; 0 stays 0. */
static struct timeval soon(struct timeval t, long least) {
    if (!t.tv_sec && !t.tv_usec)
        return t;
    return (struct timeval){0, least + (long)(jitter_draw() % (uint64_t)(TIMER_MAX / MICROSECOND - least))};
}

static bool is_armed(const struct itimerval *v) {
    return v->it_value.tv_sec || v->it_value.tv_usec;
}

/* What is told of a timer that was set to `set`, where the kernel says `left` at the time `now`: all of what it was set to,
 * or, once it has gone off, all of its interval. Whether it has is not to be read from the clock alone, which goes on
 * while this process waits for a processor: what is left leads to one of the times at which the timer goes off. */
static struct itimerval rest(const struct itimerval *set, const struct itimerval *left, long now) {
    if (!is_armed(left))
        return (struct itimerval){set->it_interval, {0, 0}};
    bool again = real.every && now + left->it_value.tv_usec > real.at + real.every / 2;
    return again ? (struct itimerval){set->it_interval, set->it_interval} : *set;
}

/* Of less than a microsecond that is left the kernel says 0, as if the timer had gone off: waits until it has. */
static void leave_the_brink(void) {
    enum { BRINK = 20 };
    struct itimerval left = {{0, 0}, {0, 0}};
    struct timespec t = {0, 2 * BRINK * MICROSECOND};
    int before = errno;
    if (is_armed(&told) && syscall(SYS_getitimer, ITIMER_REAL, &left) == 0 && !left.it_value.tv_sec &&
        left.it_value.tv_usec < BRINK)
        syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &t, NULL);
    errno = before;
}

/* A call for the timer. Returns what it does; `now`: the time at which it was made, about. */
static int call_timer(long number, const struct itimerval *new, struct itimerval *left, long *now) {
    leave_the_brink();
    long before = microseconds();
    int done = (int)(number == SYS_getitimer ? syscall(number, ITIMER_REAL, left)
                                             : syscall(number, ITIMER_REAL, new, left));
    *now = before + (microseconds() - before) / 2;
    return done;
}

/* Returns what was left, as the simulation tells it. */
static struct itimerval arm(struct itimerval new) {
    /* A timer that goes off again and again leaves time to do something in between. */
    struct itimerval near = {soon(new.it_interval, INTERVAL_MIN), soon(new.it_value, VALUE_MIN)}, left = {{0, 0}, {0, 0}};
    long now;
    call_timer(SYS_setitimer, &near, &left, &now);
    struct itimerval was = rest(&told, &left, now);
    told = is_armed(&new) ? new : (struct itimerval){{0, 0}, {0, 0}}; /* as in the kernel: no interval stays */
    real.at = now + near.it_value.tv_usec;
    real.every = near.it_interval.tv_usec;
    return was;
}

EXPORT unsigned alarm(unsigned seconds) {
    jitter_dawdle();
    struct itimerval old = arm((struct itimerval){{0, 0}, {seconds, 0}});
    return (unsigned)old.it_value.tv_sec + (old.it_value.tv_usec > 0);
}

EXPORT useconds_t ualarm(useconds_t value, useconds_t interval) {
    static useconds_t (*next)(useconds_t, useconds_t);
    const useconds_t second = 1000000;
    NEXT(next, ualarm);
    jitter_dawdle();
    if (value >= second || interval >= second)
        return next(value, interval);
    struct itimerval old = arm((struct itimerval){{0, (long)interval}, {0, (long)value}});
    return (useconds_t)(old.it_value.tv_sec * second + old.it_value.tv_usec);
}

EXPORT int setitimer(__itimer_which_t which, const struct itimerval *new, struct itimerval *old) {
    const struct itimerval nothing = {{0, 0}, {0, 0}};
    long now;
    jitter_dawdle();
    if (which != ITIMER_REAL)
        return (int)syscall(SYS_setitimer, which, new, old);
    /* First as it is, so that the kernel has its say about it; then near. */
    if (call_timer(SYS_setitimer, new, old, &now) != 0)
        return -1;
    if (old)
        *old = rest(&told, old, now);
    arm(new ? *new : nothing);
    return 0;
}

EXPORT int getitimer(__itimer_which_t which, struct itimerval *v) {
    long now;
    jitter_dawdle();
    if (which != ITIMER_REAL)
        return (int)syscall(SYS_getitimer, which, v);
    int done = call_timer(SYS_getitimer, NULL, v, &now);
    if (done == 0)
        *v = rest(&told, v, now);
    return done;
}

/* ---- timers of timer_create and timerfd_create ---- */

static bool is_setting(const struct itimerspec *v) {
    return v && is_time(&v->it_value) && is_time(&v->it_interval) && (v->it_value.tv_sec || v->it_value.tv_nsec);
}

static struct itimerspec near_setting(const struct itimerspec *v) {
    bool again = v->it_interval.tv_sec || v->it_interval.tv_nsec;
    struct itimerspec near = {{0, again ? 1000000 + brief() : 0}, {0, 1 + brief()}};
    return near;
}

EXPORT int timer_settime(timer_t timer, int flags, const struct itimerspec *new, struct itimerspec *old) {
    static int (*next)(timer_t, int, const struct itimerspec *, struct itimerspec *);
    NEXT(next, timer_settime);
    jitter_dawdle();
    if (!is_setting(new) || flags & ~TIMER_ABSTIME)
        return next(timer, flags, new, old);
    struct itimerspec near = near_setting(new);
    return next(timer, 0, &near, old);
}

EXPORT int timerfd_settime(int f, int flags, const struct itimerspec *new, struct itimerspec *old) {
    static int (*next)(int, int, const struct itimerspec *, struct itimerspec *);
    NEXT(next, timerfd_settime);
    jitter_dawdle();
    if (!is_setting(new) || flags & ~TFD_TIMER_ABSTIME)
        return next(f, flags, new, old);
    struct itimerspec near = near_setting(new);
    return next(f, 0, &near, old);
}
