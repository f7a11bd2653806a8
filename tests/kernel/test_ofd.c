/* Goal: FD-14, who sleeps looks at O_NONBLOCK no more. Method: sleepers that share a description with a process that
 * sets the flag before or after they fall asleep; what ends their sleep. */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>

#include "signals.h"

/* A world whose program calls F_SETFL. */
static struct world *sleep_open(bool signals)
{
    struct world *w = signals ? signals_open() : world_open();
    w->k.sets_flags = true;
    return w;
}

static void set_flag(struct world *w, uint32_t pid, int fd)
{
    cr_assert_eq(DO(w, pid, FCNTL, I(fd), F_SETFL, O_NONBLOCK), 0);
}

Test(ofd, a_reader_asleep_sleeps_on) /* FD-14, PIPE-03 */
{
    struct world *w = sleep_open(false);
    int p[2];
    world_pipe(w, MAIN, p);
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(STEP(w, MAIN, 0, READ, I(p[0]), MEMORY, 1), CONTINUED);
    uint64_t asleep = w->k.outcome.progress;
    set_flag(w, child, p[0]);
    cr_assert_eq(STEP(w, MAIN, asleep, READ, I(p[0]), MEMORY, 1), BLOCKED);
    FAILS(EAGAIN, DO(w, MAIN, READ, I(p[0]), MEMORY, 1)); /* one that was still awake */
    struct kwait wait = {0};
    world_try(w, MAIN, KCALL_READ, (uint64_t[6]){I(p[0]), MEMORY, 1}, asleep);
    kstep_explain(&w->k, &wait);
    cr_assert(wait.late);
    kwait_free(&wait);
    cr_assert_eq(world_write(w, child, p[1], "x", 1), 1);
    cr_assert_eq(STEP(w, MAIN, asleep, READ, I(p[0]), MEMORY, 1), 1);
    DO(w, MAIN, CLOSE, I(p[1])), DO(w, child, CLOSE, I(p[1]));
    cr_assert_eq(STEP(w, MAIN, asleep, READ, I(p[0]), MEMORY, 1), 0); /* the end wakes as well */
    world_close(w);
}

Test(ofd, falling_asleep_is_a_step_only_where_it_can_be_told) /* FD-14 */
{
    struct world *w = sleep_open(false);
    int p[2];
    world_pipe(w, MAIN, p);
    int64_t copy = DO(w, MAIN, DUP, I(p[0]));
    cr_assert_eq(STEP(w, MAIN, 0, READ, I(p[0]), MEMORY, 1), BLOCKED, "nobody else has it");
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(STEP(w, MAIN, 0, READ, I(copy), MEMORY, 1), CONTINUED);
    w->k.sets_flags = false;
    cr_assert_eq(STEP(w, MAIN, 0, READ, I(p[0]), MEMORY, 1), BLOCKED, "the program never does it");
    w->k.sets_flags = true;
    DO(w, child, CLOSE, I(copy)), DO(w, child, CLOSE, I(p[0]));
    cr_assert_eq(STEP(w, MAIN, 0, READ, I(p[0]), MEMORY, 1), BLOCKED, "nobody else has it any more");
    world_close(w);
}

Test(ofd, a_writer_asleep_sleeps_on_and_then_returns_its_chunks) /* FD-14, PIPE-10 */
{
    struct world *w = sleep_open(false);
    int p[2], on = 1;
    enum { CHUNK = 8192, ALL = 3 * CHUNK };
    w->settings.pipe_capacity = CHUNK;
    world_pipe(w, MAIN, p);
    uint32_t child = world_fork(w, MAIN);
    const uint64_t args[6] = {I(p[1]), MEMORY, ALL};
    cr_assert_eq(world_step(w, MAIN, KCALL_WRITE, args, 0), CONTINUED);
    cr_assert_eq(w->k.outcome.progress, CHUNK);
    cr_assert_eq(world_step(w, MAIN, KCALL_WRITE, args, CHUNK), CONTINUED);
    uint64_t asleep = w->k.outcome.progress;
    memcpy(w->memory, &on, sizeof on);
    cr_assert_eq(DO(w, child, IOCTL, I(p[1]), FIONBIO, MEMORY), 0);
    cr_assert_eq(world_step(w, MAIN, KCALL_WRITE, args, asleep), BLOCKED);
    world_try(w, MAIN, KCALL_WRITE, args, CHUNK); /* awake, it says how far it came */
    cr_assert_eq(w->k.outcome.value, CHUNK);
    cr_assert_eq(DO(w, child, READ, I(p[0]), MEMORY + 32768, CHUNK), CHUNK);
    cr_assert_eq(world_step(w, MAIN, KCALL_WRITE, args, asleep), 2 * CHUNK);
    world_close(w);
}

Test(ofd, a_signal_ends_the_sleep) /* FD-14, PIPE-13, SIG-26 */
{
    static const uint64_t done[] = {0, 1};
    for (unsigned i = 0; i < 4; i++) {
        struct world *w = sleep_open(true);
        int p[2];
        w->settings.pipe_capacity = 1;
        world_pipe(w, MAIN, p);
        world_write(w, MAIN, p[1], "x", 1);
        uint32_t child = world_fork(w, MAIN);
        act(w, MAIN, SIGUSR1, HANDLER, SA_RESTART, 0);
        const uint64_t args[6] = {I(p[1]), MEMORY, 5000};
        cr_assert_eq(world_step(w, MAIN, KCALL_WRITE, args, done[i % 2]), CONTINUED);
        uint64_t asleep = w->k.outcome.progress;
        set_flag(w, child, p[1]);
        DO(w, child, KILL, MAIN, i < 2 ? SIGUSR1 : SIGSTOP);
        world_try(w, MAIN, KCALL_WRITE, args, asleep);
        cr_assert_eq(w->k.outcome.kind, KOUT_BLOCK);
        w->k.choices.count = w->k.choice_limits.count = 0;
        kstep_run_event(&w->k, true);
        if (i < 2) { /* a handler: how much it wrote, or again from its start */
            cr_assert_eq(w->k.outcome.kind, KOUT_SIGNAL);
            cr_assert_eq(w->k.outcome.delivery.interrupts, i % 2);
            cr_assert_eq(w->k.outcome.delivery.value, (int64_t)done[i % 2]);
        } else if (i % 2) {
            cr_assert_eq(w->k.outcome.value, 1);
        } else {
            cr_assert_eq(w->k.outcome.kind, KOUT_CONTINUE);
            cr_assert_eq(w->k.outcome.progress, 0);
        }
        world_close(w);
    }
}

Test(ofd, so_does_a_reader_of_a_signalfd) /* FD-14, SIG-35 */
{
    struct world *w = sleep_open(true);
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
    put_set(w, set_of(SIGUSR1));
    int64_t fd = DO(w, MAIN, SIGNALFD, I(-1), SET, 0);
    uint32_t child = world_fork(w, MAIN);
    const uint64_t args[6] = {(uint64_t)fd, MEMORY, sizeof(struct signalfd_siginfo)};
    cr_assert_eq(world_step(w, MAIN, KCALL_READ, args, 0), CONTINUED);
    uint64_t asleep = w->k.outcome.progress;
    set_flag(w, child, (int)fd);
    cr_assert_eq(world_step(w, MAIN, KCALL_READ, args, asleep), BLOCKED);
    FAILS(EAGAIN, world_step(w, MAIN, KCALL_READ, args, 0));
    DO(w, child, KILL, MAIN, SIGUSR1);
    cr_assert_eq(world_step(w, MAIN, KCALL_READ, args, asleep), (int64_t)sizeof(struct signalfd_siginfo));
    world_close(w);
}

Test(ofd, which_calls_set_flags) /* FD-14 */
{
    static const struct {
        uint32_t number, second, constant;
        bool sets;
    } CALLS[] = {
        {KCALL_FCNTL, F_SETFL, 2, true}, {KCALL_FCNTL, F_GETFL, 3, false},  {KCALL_FCNTL, 0, 1, true},
        {KCALL_IOCTL, FIONBIO, 7, true}, {KCALL_IOCTL, FIONREAD, 2, false}, {KCALL_DUP2, F_SETFL, 0, false},
    };
    for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++) {
        uint64_t arguments[] = {0, CALLS[i].second, 0};
        cr_assert_eq(kernel_call_sets_flags(CALLS[i].number, arguments, CALLS[i].constant), CALLS[i].sets, "%zu", i);
    }
}
