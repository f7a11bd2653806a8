/* Goal: the table of EINTR in spec/signal.md. Method: every call that can block has a row; each row is tried with a
 * handler with and without SA_RESTART, and with a stop and a continuation. */
#include <fcntl.h>

#include "signals.h"

Test(interrupt, every_call_that_waits_has_a_row)
{
    for (uint32_t i = KCALL_NONE + 1; i < KCALL_COUNT; i++)
        if (kernel_call(i)->explain)
            cr_assert_neq(kernel_interrupt(i), KINTERRUPT_NONE, "%s has no row in sim/kernel/interrupt.def",
                          kernel_call(i)->name);
}

enum answer { AGAIN, BREAKS /* EINTR */, LEFT /* the seconds that are left */ };

/* The calls with arguments for which they wait: a descriptor 3 that nobody writes to, 6 that is full, an empty
 * epoll 7, a signalfd 8 without a signal, a semaphore of 0. */
#define SEMAPHORE (MEMORY + 512)
#define WHEN (MEMORY + 640)
static const struct row {
    uint32_t call;
    uint64_t args[6];
    enum answer without, with, stopped;
} rows[] = {
    {KCALL_READ, {3, MEMORY, 1}, BREAKS, AGAIN, AGAIN},                           /* EINTR-01 */
    {KCALL_READ, {8, MEMORY, 128}, BREAKS, AGAIN, AGAIN},                         /* EINTR-01, SIG-35 */
    {KCALL_WRITE, {6, MEMORY, 1}, BREAKS, AGAIN, AGAIN},                          /* EINTR-01 */
    {KCALL_WAIT, {0}, BREAKS, AGAIN, AGAIN},                                      /* EINTR-01 */
    {KCALL_WAITPID, {UINT32_MAX, 0, 0}, BREAKS, AGAIN, AGAIN},                    /* EINTR-01 */
    {KCALL_WAITID, {0 /* P_ALL */, 0, 0, WEXITED}, BREAKS, AGAIN, AGAIN},         /* EINTR-01 */
    {KCALL_SEM_WAIT, {SEMAPHORE}, BREAKS, AGAIN, AGAIN},                          /* EINTR-01 */
    {KCALL_PAUSE, {0}, BREAKS, BREAKS, AGAIN},                                    /* EINTR-02 */
    {KCALL_SIGSUSPEND, {SET}, BREAKS, BREAKS, AGAIN},                             /* EINTR-02 */
    {KCALL_SIGPAUSE, {SIGHUP}, BREAKS, BREAKS, AGAIN},                            /* EINTR-02 */
    {KCALL_USLEEP, {5}, BREAKS, BREAKS, AGAIN},                                   /* EINTR-02 */
    {KCALL_NANOSLEEP, {WHEN, 0}, BREAKS, BREAKS, AGAIN},                          /* EINTR-02 */
    {KCALL_CLOCK_NANOSLEEP, {0, 0, WHEN, 0}, BREAKS, BREAKS, AGAIN},              /* EINTR-02 */
    {KCALL_POLL, {MEMORY, 0, UINT32_MAX}, BREAKS, BREAKS, AGAIN},                 /* EINTR-02, EINTR-07 */
    {KCALL_PPOLL, {MEMORY, 0, WHEN, 0}, BREAKS, BREAKS, AGAIN},                   /* EINTR-02 */
    {KCALL_SELECT, {0}, BREAKS, BREAKS, AGAIN},                                   /* EINTR-02, EINTR-07 */
    {KCALL_PSELECT, {0, 0, 0, 0, WHEN, SET}, BREAKS, BREAKS, AGAIN},              /* EINTR-02 */
    {KCALL_EPOLL_WAIT, {7, MEMORY, 1, 5}, BREAKS, BREAKS, BREAKS},                /* EINTR-03 */
    {KCALL_EPOLL_PWAIT, {7, MEMORY, 1, UINT32_MAX, SET}, BREAKS, BREAKS, BREAKS}, /* EINTR-03 */
    {KCALL_SIGWAITINFO, {SET, 0}, BREAKS, BREAKS, BREAKS},                        /* EINTR-03 */
    {KCALL_SIGTIMEDWAIT, {SET, 0, WHEN}, BREAKS, BREAKS, BREAKS},                 /* EINTR-03 */
    {KCALL_SEM_TIMEDWAIT, {SEMAPHORE, WHEN}, BREAKS, BREAKS, AGAIN},              /* EINTR-04 */
    {KCALL_SEM_CLOCKWAIT, {SEMAPHORE, 0, WHEN}, BREAKS, BREAKS, AGAIN},           /* EINTR-04 */
    {KCALL_SLEEP, {5}, LEFT, LEFT, AGAIN},                                        /* EINTR-05 */
    {KCALL_SPIN, {0}, AGAIN, AGAIN, AGAIN},                                       /* GEN-16 */
    {KCALL_SIGWAIT, {SET, OLD}, AGAIN, AGAIN, AGAIN},                             /* EINTR-06 */
};

static struct world *waiting_world(void)
{
    struct world *w = signals_open();
    int in[2], full[2];
    struct timespec second = {.tv_sec = 1};
    w->settings.pipe_capacity = 1;
    world_pipe(w, MAIN, in);
    world_pipe(w, MAIN, full);
    world_write(w, MAIN, full[1], "x", 1);
    cr_assert_eq(DO(w, MAIN, EPOLL_CREATE1, 0), 7);
    put_set(w, set_of(SIGHUP));
    cr_assert_eq(DO(w, MAIN, SIGNALFD, I(-1), SET, 0), 8);
    world_fork(w, MAIN);
    memcpy(w->memory + (WHEN - MEMORY), &second, sizeof second);
    put_set(w, 0);
    return w;
}

static enum answer handled(const struct row *row, int flags)
{
    struct world *w = waiting_world();
    act(w, MAIN, SIGUSR1, HANDLER, flags, 0);
    DO(w, MAIN, RAISE, SIGUSR1);
    put_set(w, 0);
    event(w, MAIN, row->call, row->args, true, 1);
    cr_assert_eq(w->k.outcome.kind, KOUT_SIGNAL);
    bool two = alternatives(w) == 2;
    struct kdelivery d = w->k.outcome.delivery;
    world_close(w);
    if (!two)
        return AGAIN; /* inside comes to the same as before */
    cr_assert(d.interrupts, "the second alternative is the interruption");
    bool error = row->call == KCALL_CLOCK_NANOSLEEP ? d.value == EINTR : d.value == -1 && d.error == EINTR;
    return error ? BREAKS : d.value == 5 && !d.error ? LEFT : AGAIN;
}

static enum answer stopped(const struct row *row)
{
    struct world *w = waiting_world();
    DO(w, MAIN, RAISE, SIGSTOP);
    put_set(w, 0);
    event(w, MAIN, row->call, row->args, true, 1);
    bool two = alternatives(w) == 2;
    enum answer a = two && w->k.outcome.kind == KOUT_RETURN && w->k.outcome.error == EINTR ? BREAKS : AGAIN;
    cr_assert(two ? a == BREAKS : w->k.outcome.kind == KOUT_CONTINUE);
    world_close(w);
    return a;
}

Test(interrupt, each_row_is_as_linux_has_it)
{
    bool tried[KCALL_COUNT] = {
        [KCALL_OPEN] = true, [KCALL_OPENAT] = true, [KCALL_VFORK] = true, [KCALL_SPAWN] = true}; /* below */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        const char *name = kernel_call(row->call)->name;
        struct world *w = waiting_world();
        world_try(w, MAIN, row->call, row->args, 0);
        cr_assert(w->k.outcome.kind == KOUT_BLOCK || w->k.outcome.waited, "%s waits", name);
        world_close(w);
        cr_assert_eq(handled(row, 0), row->without, "%s, handler without SA_RESTART", name);
        cr_assert_eq(handled(row, SA_RESTART), row->with, "%s, handler with SA_RESTART", name);
        cr_assert_eq(stopped(row), row->stopped, "%s, stopped and continued", name);
        tried[row->call] = true;
    }
    for (uint32_t i = KCALL_NONE + 1; i < KCALL_COUNT; i++)
        cr_assert(tried[i] || kernel_interrupt(i) == KINTERRUPT_NONE, "%s is in the table and not tried here",
                  kernel_call(i)->name);
}

/* The event of a call that has gone on already; its effect. */
static void event_begun(struct world *w, uint32_t call, const uint64_t args[6], uint64_t progress)
{
    world_try(w, MAIN, call, args, progress);
    cr_assert_eq(w->k.outcome.kind, KOUT_BLOCK);
    w->k.choices.count = w->k.choice_limits.count = 0;
    kstep_run_event(&w->k, true);
    cr_assert_eq(alternatives(w), 1, "it has begun");
    world_apply(w);
}

Test(interrupt, an_open_that_waits_is_cancelled) /* FIFO-07, FIFO-13, GEN-07 */
{
    static const int signals[] = {SIGUSR1, SIGUSR1, SIGSTOP};
    for (int i = 0; i < 6; i++) {
        struct world *w = signals_open();
        strcpy((char *)w->memory + 512, "/tmp/f");
        cr_assert_eq(DO(w, MAIN, MKFIFO, MEMORY + 512, 0600), 0);
        act(w, MAIN, SIGUSR1, HANDLER, i % 3 == 1 ? SA_RESTART : 0, 0);
        uint32_t call = i < 3 ? KCALL_OPEN : KCALL_OPENAT;
        const uint64_t args[6] = {i < 3 ? MEMORY + 512 : I(AT_FDCWD), i < 3 ? O_RDONLY : MEMORY + 512, O_RDONLY};
        unsigned descriptions = world_objects(w, SLOT_OFD), pipes = world_objects(w, SLOT_PIPE);
        cr_assert_eq(world_step(w, MAIN, call, args, 0), CONTINUED);
        uint64_t progress = w->k.outcome.progress;
        cr_assert_eq(world_objects(w, SLOT_OFD), descriptions + 1);
        DO(w, MAIN, RAISE, I(signals[i % 3]));
        event_begun(w, call, args, progress);
        if (i % 3 == 2) {
            cr_assert_eq(w->k.outcome.kind, KOUT_CONTINUE);
            cr_assert_eq(w->k.outcome.progress, 0);
        } else {
            cr_assert_eq(w->k.outcome.kind, KOUT_SIGNAL);
            cr_assert_eq(w->k.outcome.delivery.interrupts, i % 3 == 0);
            cr_assert_eq(w->k.outcome.delivery.error, i % 3 == 0 ? EINTR : 0);
        }
        cr_assert_eq(world_objects(w, SLOT_OFD), descriptions, "it counts as a reader no more");
        cr_assert_eq(world_objects(w, SLOT_PIPE), pipes);
        world_close(w);
    }
}

Test(interrupt, a_parent_in_vfork_is_only_killed) /* PROC-22 */
{
    static const int signals[] = {SIGUSR1, SIGSTOP, SIGTERM};
    for (int i = 0; i < 6; i++) {
        struct world *w = signals_open();
        uint32_t call = i < 3 ? KCALL_VFORK : KCALL_SPAWN;
        const uint64_t args[6] = {0};
        act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
        int64_t child = world_step(w, MAIN, call, args, 0);
        cr_assert_gt(child, 0);
        cr_assert_eq(w->k.outcome.progress, (uint64_t)child);
        world_try(w, MAIN, call, args, (uint64_t)child);
        cr_assert_eq(w->k.outcome.kind, KOUT_BLOCK);
        DO(w, (uint32_t)child, KILL, MAIN, I(signals[i % 3]));
        world_try(w, MAIN, call, args, (uint64_t)child);
        w->k.choices.count = w->k.choice_limits.count = 0;
        kstep_run_event(&w->k, true);
        cr_assert_eq(w->k.outcome.kind, i % 3 == 2 ? KOUT_SIGNAL : KOUT_BLOCK);
        world_close(w);
    }
}

Test(interrupt, a_sleeper_for_a_group_is_no_writer) /* PROC-24, EINTR-01 */
{
    struct world *w = signals_open();
    world_fork(w, MAIN);
    act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
    const uint64_t args[6] = {0};
    cr_assert_eq(world_step(w, MAIN, KCALL_WAITPID, args, 0), CONTINUED);
    uint64_t progress = w->k.outcome.progress;
    DO(w, MAIN, RAISE, SIGUSR1);
    event_begun(w, KCALL_WAITPID, args, progress);
    cr_assert_eq(w->k.outcome.delivery.error, EINTR);
    cr_assert_eq(w->k.outcome.delivery.value, -1);
    world_close(w);
}

Test(interrupt, poll_and_its_like_bring_a_mask) /* SIG-37, POLL-09 */
{
    static const uint32_t calls[] = {KCALL_PPOLL, KCALL_PSELECT, KCALL_EPOLL_PWAIT};
    for (int i = 0; i < 6; i++) {
        struct world *w = waiting_world();
        const uint64_t set = i % 2 ? SET : 0;
        const uint64_t args[3][6] = {{MEMORY, 0, 0, set}, {0, 0, 0, 0, 0, set}, {7, MEMORY, 1, UINT32_MAX, set}};
        act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
        change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
        DO(w, MAIN, RAISE, SIGUSR1);
        put_set(w, 0);
        event(w, MAIN, calls[i / 2], args[i / 2], true, 0);
        cr_assert_eq(w->k.outcome.kind, set ? KOUT_SIGNAL : KOUT_BLOCK);
        if (set) {
            cr_assert(w->k.outcome.delivery.interrupts);
            cr_assert_eq(w->k.outcome.delivery.mask, set_of(SIGUSR1), "the old one comes back");
        }
        world_close(w);
    }
}

Test(interrupt, a_time_out_of_0_lets_a_pending_signal_in) /* SIG-37, GEN-03 */
{
    static const struct timespec zero = {0};
    static const uint32_t calls[] = {KCALL_PPOLL, KCALL_PSELECT};
    for (int i = 0; i < 4; i++) {
        struct world *w = waiting_world();
        const uint64_t args[2][6] = {{MEMORY, 0, WHEN, SET}, {0, 0, 0, 0, WHEN, SET}};
        memcpy(w->memory + (WHEN - MEMORY), &zero, sizeof zero);
        act(w, MAIN, SIGUSR1, HANDLER, SA_RESTART, 0);
        change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
        put_set(w, i % 2 ? set_of(SIGUSR1) : 0);
        cr_assert_eq(world_call(w, MAIN, calls[i / 2], args[i / 2]), 0, "nothing is pending");
        DO(w, MAIN, RAISE, SIGUSR1);
        cr_assert_eq(world_call(w, MAIN, calls[i / 2], args[i / 2]), i % 2 ? 0 : BLOCKED);
        if (i % 2 == 0) {
            event(w, MAIN, calls[i / 2], args[i / 2], true, 0);
            cr_assert_eq(w->k.outcome.delivery.error, EINTR);
        }
        world_close(w);
    }
}

Test(interrupt, a_stop_tells_how_much_was_written) /* GEN-04, SIG-26 */
{
    struct world *w = signals_open();
    int ends[2];
    w->settings.pipe_capacity = 4096;
    world_pipe(w, MAIN, ends);
    const uint64_t args[6] = {I(ends[1]), MEMORY, 6000};
    cr_assert_eq(world_step(w, MAIN, KCALL_WRITE, args, 0), CONTINUED);
    DO(w, MAIN, RAISE, SIGSTOP);
    event_begun(w, KCALL_WRITE, args, 4096);
    cr_assert_eq(w->k.outcome.kind, KOUT_RETURN);
    cr_assert_eq(w->k.outcome.value, 4096);
    world_close(w);
}

Test(interrupt, progress_beats_EINTR) /* GEN-04, PIPE-12, PIPE-13 */
{
    struct world *w = signals_open();
    int ends[2];
    w->settings.pipe_capacity = 4096;
    world_pipe(w, MAIN, ends);
    act(w, MAIN, SIGUSR1, HANDLER, SA_RESTART, 0);
    const uint64_t args[6] = {I(ends[1]), MEMORY, 6000};
    cr_assert_eq(world_step(w, MAIN, KCALL_WRITE, args, 0), CONTINUED);
    DO(w, MAIN, RAISE, SIGUSR1);
    struct kstep *k = &w->k;
    world_try(w, MAIN, KCALL_WRITE, args, 4096);
    cr_assert_eq(k->outcome.kind, KOUT_BLOCK);
    k->choices.count = k->choice_limits.count = 0;
    kstep_run_event(k, true);
    cr_assert_eq(k->outcome.kind, KOUT_SIGNAL);
    cr_assert_eq(alternatives(w), 1, "it has begun");
    cr_assert(k->outcome.delivery.interrupts);
    cr_assert_eq(k->outcome.delivery.value, 4096);
    cr_assert_eq(k->outcome.delivery.error, 0);
    kstep_run_event(k, false);
    cr_assert_eq(k->outcome.kind, KOUT_BLOCK, "while there is room it goes on");
    world_close(w);
}
