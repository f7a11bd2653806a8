/* Goal: the timers of timer_create, SIG-39. Method: timers of one process, what happens when they run out, and what
 * their signals say. */
#include <time.h>

#include "signals.h"

#define EVENT_AT (MEMORY + 256)
#define VALUE (MEMORY + 512)
#define LEFT_AT (MEMORY + 768)

static int create_one(struct world *w, uint32_t pid, int notify, int signal, int value)
{
    struct sigevent e;
    uint64_t id;
    memset(&e, 0, sizeof e);
    e.sigev_notify = notify, e.sigev_signo = signal, e.sigev_value.sival_int = value;
    memcpy(w->memory + (EVENT_AT - MEMORY), &e, sizeof e);
    if (DO(w, pid, TIMER_CREATE, CLOCK_MONOTONIC, EVENT_AT, MEMORY))
        return -1;
    memcpy(&id, w->memory, sizeof id);
    return (int)id;
}

static int64_t arm(struct world *w, uint32_t pid, int id, time_t first, time_t then, int flags)
{
    struct itimerspec v = {.it_value.tv_sec = first, .it_interval.tv_sec = then};
    memcpy(w->memory + (VALUE - MEMORY), &v, sizeof v);
    return DO(w, pid, TIMER_SETTIME, I(id), I(flags), VALUE, LEFT_AT);
}

static struct itimerspec left_of(struct world *w, uint32_t pid, int id)
{
    struct itimerspec v;
    cr_assert_eq(DO(w, pid, TIMER_GETTIME, I(id), LEFT_AT), 0);
    memcpy(&v, w->memory + (LEFT_AT - MEMORY), sizeof v);
    return v;
}

/* The signal that sigwaitinfo takes, and its siginfo_t; 0: it blocks. */
static int taken(struct world *w, uint64_t set, siginfo_t *info)
{
    put_set(w, set);
    int64_t signal = DO(w, MAIN, SIGWAITINFO, SET, OLD);
    memcpy(info, w->memory + (OLD - MEMORY), sizeof *info);
    return signal == BLOCKED ? 0 : (int)signal;
}

Test(posix_timer, it_runs_out_once_or_again_and_again) /* SIG-39, GEN-10 */
{
    struct world *w = signals_open();
    siginfo_t info;
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
    int id = create_one(w, MAIN, SIGEV_SIGNAL, SIGUSR1, 77);
    cr_assert_eq(id, 0);
    cr_assert_eq(PAUSED(w, MAIN), BLOCKED, "not armed");
    cr_assert_eq(arm(w, MAIN, id, 5, 0, 0), 0);
    cr_assert_eq(left_of(w, MAIN, id).it_value.tv_sec, 5);
    cr_assert_eq(PAUSED(w, MAIN), CONTINUED);
    cr_assert_eq(w->k.outcome.event, KEVENT_TIMER);
    cr_assert_eq(left_of(w, MAIN, id).it_value.tv_sec, 0);
    cr_assert_eq(PAUSED(w, MAIN), BLOCKED, "once");
    cr_assert_eq(taken(w, set_of(SIGUSR1), &info), SIGUSR1);
    cr_assert_eq(info.si_code, SI_TIMER);
    cr_assert_eq(info.si_value.sival_int, 77);
    cr_assert_eq(info.si_timerid, id);
    cr_assert_eq(info.si_overrun, 0);
    arm(w, MAIN, id, 5, 3, 0);
    cr_assert_eq(PAUSED(w, MAIN), CONTINUED);
    cr_assert_eq(left_of(w, MAIN, id).it_value.tv_sec, 3, "again after the interval");
    cr_assert_eq(PAUSED(w, MAIN), CONTINUED);
    cr_assert_eq(PAUSED(w, MAIN), BLOCKED, "nothing would change");
    cr_assert_eq(DO(w, MAIN, TIMER_GETOVERRUN, I(id)), 0, "not taken yet");
    cr_assert_eq(taken(w, set_of(SIGUSR1), &info), SIGUSR1);
    cr_assert_eq(info.si_overrun, 1);
    cr_assert_eq(DO(w, MAIN, TIMER_GETOVERRUN, I(id)), 1);
    cr_assert_eq(arm(w, MAIN, id, 0, 0, 0), 0);
    cr_assert_eq(PAUSED(w, MAIN), BLOCKED, "disarmed");
    world_close(w);
}

Test(posix_timer, signals_of_timers_do_not_merge) /* SIG-39, SIG-02 */
{
    struct world *w = signals_open();
    siginfo_t info;
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
    int a = create_one(w, MAIN, SIGEV_SIGNAL, SIGUSR1, 1), b = create_one(w, MAIN, SIGEV_SIGNAL, SIGUSR1, 2);
    arm(w, MAIN, a, 1, 0, 0), arm(w, MAIN, b, 1, 0, 0);
    DO(w, MAIN, KILL, MAIN, SIGUSR1);
    cr_assert_eq(PAUSED(w, MAIN), CONTINUED);
    cr_assert_eq(PAUSED(w, MAIN), CONTINUED);
    cr_assert_eq(taken(w, set_of(SIGUSR1), &info), SIGUSR1);
    cr_assert_eq(info.si_code, SI_USER);
    cr_assert_eq(taken(w, set_of(SIGUSR1), &info), SIGUSR1);
    cr_assert_eq(info.si_value.sival_int, 1);
    cr_assert_eq(taken(w, set_of(SIGUSR1), &info), SIGUSR1);
    cr_assert_eq(info.si_value.sival_int, 2);
    arm(w, MAIN, a, 1, 0, 0);
    cr_assert_eq(PAUSED(w, MAIN), CONTINUED);
    DO(w, MAIN, KILL, MAIN, SIGUSR1);
    cr_assert_eq(taken(w, set_of(SIGUSR1), &info), SIGUSR1);
    cr_assert_eq(info.si_code, SI_TIMER);
    cr_assert_eq(taken(w, set_of(SIGUSR1), &info), 0, "the kill merged into it");
    world_close(w);
}

Test(posix_timer, setting_and_deleting_take_back) /* SIG-39 */
{
    struct world *w = signals_open();
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
    int id = create_one(w, MAIN, SIGEV_SIGNAL, SIGUSR1, 1);
    for (int deletes = 0; deletes < 2; deletes++) {
        arm(w, MAIN, id, 1, 0, 0);
        cr_assert_eq(PAUSED(w, MAIN), CONTINUED);
        cr_assert_eq(pending_of(w, MAIN), set_of(SIGUSR1));
        cr_assert_eq(deletes ? DO(w, MAIN, TIMER_DELETE, I(id)) : arm(w, MAIN, id, 0, 0, 0), 0);
        cr_assert_eq(pending_of(w, MAIN), 0);
    }
    FAILS(EINVAL, DO(w, MAIN, TIMER_GETTIME, I(id), LEFT_AT));
    change_mask(w, MAIN, SIG_SETMASK, 0);
    cr_assert_eq(world_objects(w, SLOT_SIGNALS), 0, "nothing is left");
    world_close(w);
}

Test(posix_timer, exec_deletes_them) /* SIG-39, PROC-04: as a real kernel answered */
{
    static const struct kernel_program program = {"a", 0, false};
    struct world *w = signals_open();
    w->settings.programs = &program;
    w->settings.program_count = 1;
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1) | set_of(SIGUSR2));
    int kept = create_one(w, MAIN, SIGEV_SIGNAL, SIGUSR2, 1), id = create_one(w, MAIN, SIGEV_SIGNAL, SIGUSR1, 1);
    arm(w, MAIN, kept, 1, 1, 0), arm(w, MAIN, id, 1, 0, 0);
    DO(w, MAIN, RAISE, SIGUSR2);
    cr_assert_eq(PAUSED(w, MAIN), CONTINUED);
    cr_assert_eq(EVENT(w, MAIN, PAUSE, true, 1, 0), CONTINUED);
    cr_assert_eq(pending_of(w, MAIN), set_of(SIGUSR1) | set_of(SIGUSR2));
    DO(w, MAIN, ALARM, 100);
    strcpy((char *)w->memory, "a");
    cr_assert_eq(DO(w, MAIN, EXECVE, MEMORY, 0, 0), EXECUTED);
    cr_assert_eq(pending_of(w, MAIN), set_of(SIGUSR2), "what raise has sent");
    FAILS(EINVAL, DO(w, MAIN, TIMER_GETTIME, I(kept), LEFT_AT));
    FAILS(EINVAL, DO(w, MAIN, TIMER_GETTIME, I(id), LEFT_AT));
    cr_assert_eq(DO(w, MAIN, ALARM, 0), 100);
    cr_assert_eq(PAUSED(w, MAIN), BLOCKED, "no timer is left");
    world_close(w);
}

Test(posix_timer, without_a_sigevent_or_a_signal) /* SIG-39 */
{
    struct world *w = signals_open();
    siginfo_t info;
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGALRM));
    cr_assert_eq(create_one(w, MAIN, SIGEV_NONE, 0, 0), 0);
    cr_assert_eq(DO(w, MAIN, TIMER_CREATE, CLOCK_REALTIME, 0, MEMORY), 0);
    arm(w, MAIN, 1, 1, 0, TIMER_ABSTIME); /* long ago */
    cr_assert_eq(PAUSED(w, MAIN), CONTINUED);
    cr_assert_eq(taken(w, set_of(SIGALRM), &info), SIGALRM);
    cr_assert_eq(info.si_value.sival_int, 1, "its id");
    arm(w, MAIN, 0, 1, 0, 0);
    cr_assert_eq(PAUSED(w, MAIN), CONTINUED);
    cr_assert_eq(pending_of(w, MAIN), 0);
    cr_assert_eq(left_of(w, MAIN, 0).it_value.tv_sec, 0);
    arm(w, MAIN, 0, 1, 1, 0);
    cr_assert_eq(PAUSED(w, MAIN), BLOCKED, "nothing changes");
    cr_assert_eq(arm(w, MAIN, 0, 1000000007, 0, TIMER_ABSTIME), 0);
    cr_assert_eq(left_of(w, MAIN, 0).it_value.tv_sec, 7);
    uint32_t child = world_fork(w, MAIN);
    FAILS(EINVAL, DO(w, child, TIMER_GETTIME, 0, LEFT_AT));
    world_close(w);
}

Test(posix_timer, what_is_wrong) /* SIG-39, SIG-36 */
{
    struct world *w = signals_open();
    struct timespec bad = {.tv_nsec = 1000000000};
    cr_assert_eq(create_one(w, MAIN, SIGEV_SIGNAL, SIGUSR1, 0), 0);
    FAILS(EINVAL, create_one(w, MAIN, SIGEV_SIGNAL, 0, 0));
    FAILS(EINVAL, create_one(w, MAIN, SIGEV_SIGNAL, 65, 0));
    FAILS(EINVAL, create_one(w, MAIN, 17, SIGUSR1, 0));
    FAILS(EINVAL, create_one(w, MAIN, SIGEV_THREAD, SIGUSR1, 0));
    cr_assert(w->k.outcome.limit);
    FAILS(EINVAL, DO(w, MAIN, TIMER_CREATE, 99, 0, MEMORY));
    FAILS(EINVAL, DO(w, MAIN, TIMER_CREATE, CLOCK_PROCESS_CPUTIME_ID, 0, MEMORY));
    FAILS(EOPNOTSUPP, DO(w, MAIN, TIMER_CREATE, CLOCK_MONOTONIC_RAW, 0, MEMORY));
    FAILS(EINVAL, arm(w, MAIN, 77, 1, 0, 0));
    FAILS(EINVAL, DO(w, MAIN, TIMER_SETTIME, 0, 0, 0, 0));
    memcpy(w->memory + (VALUE - MEMORY) + 16, &bad, sizeof bad);
    FAILS(EINVAL, DO(w, MAIN, TIMER_SETTIME, 0, 0, VALUE, 0));
    FAILS(EINVAL, DO(w, MAIN, TIMER_GETOVERRUN, 77));
    FAILS(EINVAL, DO(w, MAIN, TIMER_DELETE, 77));
    for (int i = 1; i < SIGNAL_TIMERS_MAX; i++)
        cr_assert_eq(create_one(w, MAIN, SIGEV_SIGNAL, SIGUSR1, 0), i);
    FAILS(EAGAIN, create_one(w, MAIN, SIGEV_SIGNAL, SIGUSR1, 0));
    cr_assert_eq(DO(w, MAIN, TIMER_DELETE, 5), 0);
    cr_assert_eq(create_one(w, MAIN, SIGEV_SIGNAL, SIGUSR1, 0), 5, "the lowest free id");
    world_close(w);
}
