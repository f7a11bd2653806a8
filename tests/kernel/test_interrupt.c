/* Goal: the table of EINTR in spec/signal.md. Method: every call that can block has a row; each row is tried with a
 * handler with and without SA_RESTART, and with a stop and a continuation. */
#include "signals.h"

Test(interrupt, every_call_that_waits_has_a_row)
{
    for (uint32_t i = KCALL_NONE + 1; i < KCALL_COUNT; i++)
        if (kernel_call(i)->explain)
            cr_assert_neq(kernel_interrupt(i), KINTERRUPT_NONE, "%s has no row in sim/kernel/interrupt.def",
                          kernel_call(i)->name);
}

enum answer { AGAIN, BREAKS /* EINTR */, LEFT /* the seconds that are left */ };

/* The calls with arguments for which they wait: a descriptor 3 that nobody writes to, 6 that is full, a semaphore of 0. */
#define SEMAPHORE (MEMORY + 512)
#define WHEN (MEMORY + 640)
static const struct row {
    uint32_t call;
    uint64_t args[6];
    enum answer without, with, stopped;
} rows[] = {
    {KCALL_READ, {3, MEMORY, 1}, BREAKS, AGAIN, AGAIN},                           /* EINTR-01 */
    {KCALL_WRITE, {6, MEMORY, 1}, BREAKS, AGAIN, AGAIN},                          /* EINTR-01 */
    {KCALL_WAIT, {0}, BREAKS, AGAIN, AGAIN},                                      /* EINTR-01 */
    {KCALL_WAITPID, {UINT32_MAX, 0, 0}, BREAKS, AGAIN, AGAIN},                    /* EINTR-01 */
    {KCALL_SEM_WAIT, {SEMAPHORE}, BREAKS, AGAIN, AGAIN},                          /* EINTR-01 */
    {KCALL_PAUSE, {0}, BREAKS, BREAKS, AGAIN},                                    /* EINTR-02 */
    {KCALL_SIGSUSPEND, {SET}, BREAKS, BREAKS, AGAIN},                             /* EINTR-02 */
    {KCALL_SIGPAUSE, {SIGHUP}, BREAKS, BREAKS, AGAIN},                            /* EINTR-02 */
    {KCALL_USLEEP, {5}, BREAKS, BREAKS, AGAIN},                                   /* EINTR-02 */
    {KCALL_NANOSLEEP, {WHEN, 0}, BREAKS, BREAKS, AGAIN},                          /* EINTR-02 */
    {KCALL_CLOCK_NANOSLEEP, {0, 0, WHEN, 0}, BREAKS, BREAKS, AGAIN},              /* EINTR-02 */
    {KCALL_SIGWAITINFO, {SET, 0}, BREAKS, BREAKS, BREAKS},                        /* EINTR-03 */
    {KCALL_SIGTIMEDWAIT, {SET, 0, WHEN}, BREAKS, BREAKS, BREAKS},                 /* EINTR-03 */
    {KCALL_SEM_TIMEDWAIT, {SEMAPHORE, WHEN}, BREAKS, BREAKS, AGAIN},              /* EINTR-04 */
    {KCALL_SEM_CLOCKWAIT, {SEMAPHORE, 0, WHEN}, BREAKS, BREAKS, AGAIN},           /* EINTR-04 */
    {KCALL_SLEEP, {5}, LEFT, LEFT, AGAIN},                                        /* EINTR-05 */
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
    bool tried[KCALL_COUNT] = {false};
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

Test(interrupt, progress_beats_EINTR) /* GEN-04, PIPE-12 */
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
