/* Goal: spec/process.md. Method: families of processes in the harness; what others can see after each step. */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "harness.h"

static int32_t status_in(const struct world *w)
{
    int32_t status;
    memcpy(&status, w->memory, sizeof status);
    return status;
}

Test(process, who_waits_for_a_group_is_not_told_that_its_last_child_left)
{
    struct world *w = world_open(); /* PROC-24 */
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(STEP(w, MAIN, 0, WAITPID, 0, 0, 0), CONTINUED); /* asleep */
    cr_assert_eq(STEP(w, MAIN, 1, WAITPID, 0, 0, 0), BLOCKED);
    cr_assert_eq(DO(w, child, SETPGID, 0, 0), 0);
    cr_assert_eq(STEP(w, MAIN, 1, WAITPID, 0, 0, 0), BLOCKED);
    cr_assert_eq(DO(w, child, EXIT, 0), EXITED);
    cr_assert_eq(STEP(w, MAIN, 1, WAITPID, 0, 0, 0), BLOCKED);
    FAILS(ECHILD, DO(w, MAIN, WAITPID, 0, 0, 0));
    world_close(w);
}

Test(process, nor_is_who_waits_by_waitid)
{
    struct world *w = world_open(); /* PROC-24 */
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(STEP(w, MAIN, 0, WAITID, P_PGID, 0, 0, WEXITED), CONTINUED); /* asleep */
    cr_assert_eq(DO_(w, child, SETSID), child);
    cr_assert_eq(STEP(w, MAIN, 1, WAITID, P_PGID, 0, 0, WEXITED), BLOCKED);
    cr_assert_eq(DO(w, child, EXIT, 0), EXITED);
    cr_assert_eq(STEP(w, MAIN, 1, WAITID, P_PGID, 0, 0, WEXITED), BLOCKED);
    FAILS(ECHILD, DO(w, MAIN, WAITID, P_PGID, 0, 0, WEXITED));
    world_close(w);
}

Test(process, pids_are_a_function_of_the_family_tree)
{
    struct world *w = world_open(), *v = world_open();
    uint32_t first = world_fork(w, MAIN), second = world_fork(w, MAIN);
    uint32_t inner = world_fork(w, first), other = world_fork(w, second);
    cr_assert_eq(first, 3);
    cr_assert_eq(second, 4);
    cr_assert_eq(inner, 2 + 64 * (first - 2) + 1);
    /* The other order of the independent forks gives the same names. */
    cr_assert_eq(world_fork(v, MAIN), first);
    cr_assert_eq(world_fork(v, MAIN), second);
    cr_assert_eq(world_fork(v, second), other);
    cr_assert_eq(world_fork(v, first), inner);
    world_close(w);
    world_close(v);
}

Test(process, deep_families_have_distinct_pids)
{
    struct world *w = world_open();
    w->settings.processes = 100;
    uint32_t pids[40], pid = MAIN;
    for (size_t i = 0; i < 40; i++) {
        pids[i] = pid = world_fork(w, pid);
        cr_assert_lt(pid, 1u << 31);
        for (size_t j = 0; j < i; j++)
            cr_assert_neq(pids[i], pids[j]);
    }
    world_close(w);
}

Test(process, a_pid_is_used_again_only_when_it_is_free)
{
    struct world *w = world_open(); /* PROC-21 */
    uint32_t child = world_fork(w, MAIN), orphan = world_fork(w, child);
    cr_assert_eq(DO(w, child, EXIT, 0), EXITED);
    cr_assert_neq(world_fork(w, MAIN), child, "a zombie keeps its pid");
    cr_assert_eq(DO(w, MAIN, WAIT, 0), child);
    cr_assert_eq(world_fork(w, MAIN), child);
    cr_assert_neq(world_fork(w, child), orphan, "an orphan keeps its pid");
    world_close(w);
}

Test(process, fork_shares_descriptions_and_copies_the_table)
{
    struct world *w = world_open(); /* PROC-01 */
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(w->k.outcome.child, child);
    cr_assert_eq(DO(w, child, CLOSE, I(p[1])), 0);
    cr_assert_eq(world_write(w, MAIN, p[1], "a", 1), 1);
    cr_assert_eq(world_read_bytes(w, child, p[0], &c, 1), 1);
    world_close(w);
}

Test(process, after_fork_both_can_move)
{
    struct world *w = world_open(); /* PROC-03 */
    uint32_t child = world_fork(w, MAIN);
    TRY(w, MAIN, GETPPID, 0);
    cr_assert_eq(w->k.outcome.value, KERNEL_INIT_PID);
    TRY(w, child, GETPPID, 0);
    cr_assert_eq(w->k.outcome.value, MAIN);
    world_close(w);
}

Test(process, fork_fails_at_the_limit_and_says_so)
{
    struct world *w = world_open(); /* LIM-13 */
    w->settings.processes = 3;
    uint32_t child = world_fork(w, MAIN);
    world_fork(w, MAIN);
    FAILS(EAGAIN, DO_(w, MAIN, FORK));
    cr_assert(w->k.outcome.limit);
    DO(w, child, EXIT, 0);
    FAILS(EAGAIN, DO_(w, MAIN, FORK)); /* zombies count */
    DO(w, MAIN, WAIT, 0);
    cr_assert_eq(world_fork(w, MAIN), child);
    cr_assert_not(w->k.outcome.limit);
    world_close(w);
}

Test(process, exit_status_is_cut_to_eight_bits)
{
    struct world *w = world_open(); /* PROC-05 */
    int32_t status;
    uint32_t child = world_fork(w, MAIN);
    cr_assert_not(kernel_process_status(&w->k, child, &status));
    cr_assert_eq(DO(w, child, EXIT, 300), EXITED);
    cr_assert(kernel_process_status(&w->k, child, &status));
    cr_assert_eq(WEXITSTATUS(status), 44);
    cr_assert_eq(DO(w, MAIN, WAIT, MEMORY), child);
    cr_assert(WIFEXITED(status_in(w)));
    cr_assert_eq(WEXITSTATUS(status_in(w)), 44);
    world_close(w);
}

Test(process, death_by_a_signal_shows_in_the_status)
{
    struct world *w = world_open(); /* PIPE-06 */
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(DO(w, child, DIE, SIGPIPE), EXITED);
    cr_assert_eq(DO(w, MAIN, WAIT, MEMORY), child);
    cr_assert(WIFSIGNALED(status_in(w)));
    cr_assert_eq(WTERMSIG(status_in(w)), SIGPIPE);
    world_close(w);
}

Test(process, a_zombie_stays_until_it_is_waited_for)
{
    struct world *w = world_open(); /* PROC-06 */
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(DO(w, MAIN, WAIT, 0), BLOCKED);
    DO(w, child, EXIT, 0);
    cr_assert_eq(world_objects(w, SLOT_PROCESS), 2);
    cr_assert_eq(kernel_parent(&w->k, child), MAIN);
    cr_assert_eq(DO(w, MAIN, WAIT, 0), child);
    cr_assert_eq(world_objects(w, SLOT_PROCESS), 1);
    FAILS(ECHILD, DO(w, MAIN, WAIT, 0));
    world_close(w);
}

Test(process, waitpid_chooses_by_pid_or_group)
{
    struct world *w = world_open(); /* PROC-08 */
    uint32_t a = world_fork(w, MAIN), b = world_fork(w, MAIN);
    cr_assert_eq(DO(w, b, SETPGID, 0, 0), 0);
    DO(w, a, EXIT, 1);
    DO(w, b, EXIT, 2);
    FAILS(ECHILD, DO(w, MAIN, WAITPID, 77, 0, 0));
    FAILS(ECHILD, DO(w, MAIN, WAITPID, I(-77), 0, 0));
    FAILS(ECHILD, DO(w, a, WAITPID, I(-1), 0, 0));
    cr_assert_eq(DO(w, MAIN, WAITPID, I(-(int)b), MEMORY, 0), b);
    cr_assert_eq(WEXITSTATUS(status_in(w)), 2);
    cr_assert_eq(DO(w, MAIN, WAITPID, 0, MEMORY, 0), a);
    uint32_t c = world_fork(w, MAIN), d = world_fork(w, MAIN);
    DO(w, c, EXIT, 0);
    cr_assert_eq(DO(w, MAIN, WAITPID, d, 0, 0), BLOCKED);
    cr_assert_eq(DO(w, MAIN, WAITPID, c, 0, 0), c);
    world_close(w);
}

Test(process, wnohang_never_blocks)
{
    struct world *w = world_open(); /* PROC-09 */
    FAILS(ECHILD, DO(w, MAIN, WAITPID, I(-1), 0, WNOHANG));
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(DO(w, MAIN, WAITPID, I(-1), 0, WNOHANG | WUNTRACED | WCONTINUED), 0);
    DO(w, child, EXIT, 0);
    cr_assert_eq(DO(w, MAIN, WAITPID, I(-1), 0, WNOHANG), child);
    world_close(w);
}

Test(process, any_zombie_may_be_waited_for_first)
{
    struct world *w = world_open(); /* PROC-10 */
    uint32_t children[3];
    for (int i = 0; i < 3; i++)
        children[i] = world_fork(w, MAIN);
    for (int i = 2; i >= 0; i--)
        DO(w, children[i], EXIT, 0);
    w->k.choices.count = 0;
    for (int i = 0; i < 3; i++) {
        TRY(w, MAIN, WAIT, 0);
        cr_assert_eq(w->k.outcome.value, children[i]);
        cr_assert_eq(kstep_next_choice(&w->k), i < 2);
    }
    w->settings.linux_order = 1; /* MODE-02 */
    TRY(w, MAIN, WAIT, 0);
    cr_assert_eq(w->k.outcome.value, children[0]);
    cr_assert_not(kstep_next_choice(&w->k));
    world_close(w);
}

Test(process, linux_order_is_the_order_of_creation)
{
    struct world *w = world_open(); /* MODE-02 */
    w->settings.linux_order = 1;
    uint32_t a = world_fork(w, MAIN), b = world_fork(w, MAIN);
    DO(w, a, EXIT, 0);
    cr_assert_eq(DO(w, MAIN, WAIT, 0), a);
    uint32_t again = world_fork(w, MAIN);
    cr_assert_eq(again, a, "the same pid, but now the younger child");
    DO(w, again, EXIT, 0);
    DO(w, b, EXIT, 0);
    cr_assert_eq(DO(w, MAIN, WAIT, 0), b);
    world_close(w);
}

Test(process, orphans_go_to_init_and_dead_ones_are_reaped)
{
    struct world *w = world_open(); /* PROC-14 */
    uint32_t child = world_fork(w, MAIN), alive = world_fork(w, child), dead = world_fork(w, child);
    int32_t status;
    DO(w, dead, EXIT, 0);
    DO(w, child, EXIT, 0);
    cr_assert_eq(DO_(w, alive, GETPPID), KERNEL_INIT_PID);
    cr_assert(kernel_process_status(&w->k, dead, &status));
    cr_assert_eq(world_objects(w, SLOT_PROCESS), 3, "main, the zombie child, the orphan");
    cr_assert_eq(DO(w, MAIN, WAIT, 0), child);
    FAILS(ECHILD, DO(w, MAIN, WAIT, 0));
    DO(w, alive, EXIT, 0);
    cr_assert_eq(world_objects(w, SLOT_PROCESS), 1, "init reaps at once");
    world_close(w);
}

Test(process, the_status_of_main_is_kept)
{
    struct world *w = world_open();
    int32_t status;
    DO(w, MAIN, EXIT, 5);
    cr_assert(kernel_process_status(&w->k, MAIN, &status));
    cr_assert_eq(WEXITSTATUS(status), 5);
    world_close(w);
}

Test(process, exit_closes_in_steps_that_others_can_tell_apart)
{
    struct world *w = world_open(); /* GEN-12 */
    int p[2], q[2];
    char c;
    world_pipe(w, MAIN, p);
    world_pipe(w, MAIN, q);
    uint32_t child = world_fork(w, MAIN);
    DO(w, MAIN, CLOSE, I(p[1]));
    DO(w, MAIN, CLOSE, I(q[1]));
    cr_assert_eq(STEP(w, child, 0, EXIT, 0), CONTINUED);
    uint64_t progress = w->k.outcome.progress;
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], &c, 1), 0);
    cr_assert_eq(world_read_bytes(w, MAIN, q[0], &c, 1), BLOCKED);
    cr_assert_eq(STEP(w, child, progress, EXIT, 0), CONTINUED);
    progress = w->k.outcome.progress;
    cr_assert_eq(world_read_bytes(w, MAIN, q[0], &c, 1), 0);
    cr_assert_eq(DO(w, MAIN, WAITPID, I(-1), 0, WNOHANG), 0, "not yet a zombie");
    cr_assert_eq(STEP(w, child, progress, EXIT, 0), EXITED);
    cr_assert_eq(DO(w, MAIN, WAIT, 0), child);
    world_close(w);
}

Test(process, exit_is_one_step_when_nobody_can_see_the_closing)
{
    struct world *w = world_open(); /* GEN-12 */
    int p[2];
    uint32_t child = world_fork(w, MAIN);
    world_pipe(w, MAIN, p);
    world_pipe(w, child, p); /* its own pipe, both ends */
    cr_assert_eq(STEP(w, child, 0, EXIT, 0), EXITED);
    cr_assert_eq(world_objects(w, SLOT_PIPE), 1);
    uint32_t second = world_fork(w, MAIN); /* its copies are not the last ones */
    cr_assert_eq(STEP(w, second, 0, EXIT, 0), EXITED);
    cr_assert_eq(STEP(w, MAIN, 0, EXIT, 0), EXITED);
    cr_assert_eq(world_objects(w, SLOT_PIPE), 0);
    cr_assert_eq(world_objects(w, SLOT_OFD), 1, "the console");
    world_close(w);
}

Test(process, groups_and_sessions)
{
    struct world *w = world_open();
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(DO_(w, child, GETPGRP), MAIN);
    cr_assert_eq(DO(w, MAIN, SETPGID, child, 0), 0);
    cr_assert_eq(DO_(w, child, GETPGRP), child);
    cr_assert_eq(DO(w, MAIN, GETPGID, child), child);
    cr_assert_eq(DO(w, child, SETPGID, 0, MAIN), 0);
    cr_assert_eq(DO_(w, child, SETSID), child);
    cr_assert_eq(DO(w, MAIN, GETSID, child), child);
    FAILS(EPERM, DO(w, MAIN, SETPGID, child, 0));
    FAILS(EPERM, DO_(w, child, SETSID));
    FAILS(EINVAL, DO(w, MAIN, SETPGID, 0, I(-1)));
    FAILS(EINVAL, DO(w, MAIN, SETPGID, I(-1), 0));
    FAILS(ESRCH, DO(w, MAIN, SETPGID, 99, 0));
    FAILS(ESRCH, DO(w, child, SETPGID, MAIN, 0));
    FAILS(ESRCH, DO(w, MAIN, GETPGID, I(-1)));
    world_close(w);
}

Test(process, errno_table)
{
    struct world *w = world_open(); /* as measured on Linux 6.18 */
    const struct {
        int32_t pid;
        uint32_t options;
        int error;
    } rows[] = {
        {-1, 64, EINVAL}, {INT32_MIN, 0, ESRCH}, {99999, WNOHANG, ECHILD}, {-1, 0x60000000, ECHILD}, {0, 0, ECHILD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        FAILS(rows[i].error, DO(w, MAIN, WAITPID, I(rows[i].pid), 0, rows[i].options));
    uint32_t child = world_fork(w, MAIN);
    DO(w, child, EXIT, 0);
    FAILS(EFAULT, DO(w, MAIN, WAIT, 8));
    FAILS(ECHILD, DO(w, MAIN, WAIT, 0)); /* the child was reaped all the same, as on Linux */
    world_close(w);
}

Test(process, a_waiting_parent_names_its_children)
{
    struct world *w = world_open(); /* GEN-11 */
    struct kwait wait = {0};
    uint32_t a = world_fork(w, MAIN);
    cr_assert_eq(DO(w, MAIN, WAIT, 0), BLOCKED);
    kwait_reset(&wait);
    kernel_call(KCALL_WAIT)->explain(&w->k, &wait);
    cr_assert_str_eq(wait.needs.items, "needs child (pid 3) to exit");
    uint32_t b = world_fork(w, MAIN);
    cr_assert_eq(DO(w, MAIN, WAITPID, I(-1), 0, 0), BLOCKED);
    kwait_reset(&wait);
    kernel_call(KCALL_WAITPID)->explain(&w->k, &wait);
    cr_assert_str_eq(wait.needs.items, "needs any of 2 children to exit");
    cr_assert_eq(wait.wakers.count, 2);
    cr_assert_eq(wait.wakers.items[0].pid, a);
    cr_assert_eq(wait.wakers.items[1].pid, b);
    kwait_free(&wait);
    world_close(w);
}

Test(process, a_family_that_is_gone_leaves_an_empty_state)
{
    struct world *w = world_open();
    int p[2];
    for (int i = 0; i < 3; i++) {
        world_pipe(w, MAIN, p);
        uint32_t child = world_fork(w, MAIN), inner = world_fork(w, child);
        DO(w, MAIN, MMAP, 0, 100, 3, 0x21, I(-1), 0);
        DO(w, i & 1 ? child : inner, EXIT, 0);
        DO(w, i & 1 ? inner : child, EXIT, 0);
    }
    DO(w, MAIN, EXIT, 0);
    cr_assert_eq(world_objects(w, SLOT_PIPE) + world_objects(w, SLOT_REGION), 0);
    cr_assert_eq(world_objects(w, SLOT_PROCESS), 1, "main's status");
    cr_assert_eq(world_objects(w, SLOT_OFD), 1, "the console");
    world_close(w);
}

Test(wait, waitid_for_stops_does_not_see_the_dead) /* PROC-35 */
{
    struct world *w = world_open();
    FAILS(ECHILD, DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, WSTOPPED));
    uint32_t a = world_fork(w, MAIN), b = world_fork(w, MAIN);
    cr_assert_eq(DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, WSTOPPED), BLOCKED);
    cr_assert_eq(DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, WCONTINUED | WNOHANG), 0);
    cr_assert_eq(DO(w, a, EXIT, 0), EXITED);
    cr_assert_eq(DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, WSTOPPED), BLOCKED, "one is alive");
    FAILS(ECHILD, DO(w, MAIN, WAITID, P_PID, a, MEMORY, WSTOPPED | WCONTINUED));
    cr_assert_eq(STEP(w, MAIN, 0, WAITID, P_PGID, 0, MEMORY, WSTOPPED), CONTINUED, "asleep (PROC-24)");
    cr_assert_eq(STEP(w, MAIN, 1, WAITID, P_PGID, 0, MEMORY, WSTOPPED), BLOCKED);
    cr_assert_eq(DO(w, b, EXIT, 0), EXITED);
    FAILS(ECHILD, STEP(w, MAIN, 1, WAITID, P_PGID, 0, MEMORY, WSTOPPED));
    FAILS(ECHILD, DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, WSTOPPED));
    cr_assert_eq(DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, WEXITED), 0, "they are there all the same");
    world_close(w);
}

/* What a process is said to need while it waits. */
static void assert_awaits(struct world *w, uint32_t call, uint64_t options, const char *what)
{
    struct kwait why = {0};
    w->k.pid = w->k.tid = MAIN;
    w->k.call = (struct kcall){.number = call};
    if (call == KCALL_WAITID)
        w->k.call.args[3] = options;
    else
        w->k.call.args[0] = I(-1), w->k.call.args[2] = options;
    kstep_begin(&w->k);
    kwait_reset(&why);
    kstep_explain(&w->k, &why);
    cr_assert(memmem(why.needs.items, why.needs.count, what, strlen(what)), "%s: %.*s", what, (int)why.needs.count,
              why.needs.items);
    VEC_FREE(&why.needs);
    VEC_FREE(&why.wakers);
}

Test(wait, the_report_says_what_of_a_child_is_awaited) /* PROC-35 */
{
    struct world *w = world_open();
    world_fork(w, MAIN);
    assert_awaits(w, KCALL_WAITPID, 0, "(pid 3) to exit");
    assert_awaits(w, KCALL_WAITPID, WUNTRACED, "to exit or stop");
    assert_awaits(w, KCALL_WAITPID, WUNTRACED | WCONTINUED, "to exit, stop or continue");
    assert_awaits(w, KCALL_WAITID, WSTOPPED, "(pid 3) to stop");
    assert_awaits(w, KCALL_WAITID, WCONTINUED, "(pid 3) to continue");
    assert_awaits(w, KCALL_WAITID, WSTOPPED | WCONTINUED, "to stop or continue");
    assert_awaits(w, KCALL_WAITID, WEXITED | WCONTINUED, "to exit or continue");
    world_fork(w, MAIN);
    assert_awaits(w, KCALL_WAITID, WSTOPPED, "any of 2 children to stop");
    world_close(w);
}

Test(wait, waitid_tells_how_a_child_ended_and_may_leave_it)
{
    struct world *w = world_open(); /* PROC-23, PROC-09 */
    int32_t info[7];
    FAILS(EINVAL, DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, 0));
    FAILS(EINVAL, DO(w, MAIN, WAITID, 99, 0, MEMORY, WEXITED));
    FAILS(EINVAL, DO(w, MAIN, WAITID, P_PID, 0, MEMORY, WEXITED));
    FAILS(ECHILD, DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, WEXITED));
    uint32_t child = world_fork(w, MAIN);
    memset(w->memory, 9, sizeof info);
    cr_assert_eq(DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, WEXITED), BLOCKED);
    cr_assert_eq(DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, WEXITED | WNOHANG), 0);
    memcpy(info, w->memory, sizeof info);
    cr_assert_eq(info[0], 0);
    cr_assert_eq(info[4], 0);
    cr_assert_eq(DO(w, child, EXIT, 3), EXITED);
    for (int keep = 1; keep >= 0; keep--) {
        cr_assert_eq(DO(w, MAIN, WAITID, P_PID, child, MEMORY, WEXITED | (keep ? WNOWAIT : 0)), 0);
        memcpy(info, w->memory, sizeof info);
        cr_assert_eq(info[0], 17);
        cr_assert_eq(info[2], 1);
        cr_assert_eq(info[4], (int32_t)child);
        cr_assert_eq(info[6], 3);
    }
    FAILS(ECHILD, DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, WEXITED));
    world_close(w);
}
