/* Goal: spec/signal.md, but the table of EINTR (test_interrupt.c). Method: processes in the harness that send, block and
 * wait; the events that are possible for them; what is pending after each step. */
#include "signals.h"

#include <sys/time.h>
#include <sys/wait.h>

#include "kernel/process.h"

Test(signal, nothing_is_kept_of_what_is_at_its_default) /* SIG-01 */
{
    struct world *w = signals_open();
    cr_assert_eq(world_objects(w, SLOT_SIGNALS), 0);
    act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
    cr_assert_eq(world_objects(w, SLOT_SIGNALS), 1);
    act(w, MAIN, SIGUSR1, SIGNAL_DEFAULT, 0, 0);
    cr_assert_eq(world_objects(w, SLOT_SIGNALS), 0);
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
    cr_assert_eq(world_objects(w, SLOT_SIGNALS), 1);
    change_mask(w, MAIN, SIG_SETMASK, 0);
    cr_assert_eq(world_objects(w, SLOT_SIGNALS), 0);
    world_close(w);
}

Test(signal, standard_signals_merge_and_realtime_ones_queue) /* SIG-02, SIG-03, LIM-09 */
{
    struct world *w = signals_open();
    int rt = 34;
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1) | set_of(rt));
    for (unsigned i = 0; i < 3; i++) {
        cr_assert_eq(DO(w, MAIN, KILL, MAIN, SIGUSR1), 0);
        cr_assert_eq(DO(w, MAIN, SIGQUEUE, MAIN, I(rt), 7 + i), 0);
    }
    put_set(w, set_of(SIGUSR1) | set_of(rt));
    cr_assert_eq(DO(w, MAIN, SIGWAITINFO, SET, OLD), SIGUSR1);
    for (unsigned i = 0; i < 3; i++) {
        cr_assert_eq(DO(w, MAIN, SIGWAITINFO, SET, OLD), rt);
        siginfo_t info;
        memcpy(&info, w->memory + (OLD - MEMORY), sizeof info);
        cr_assert_eq(info.si_signo, rt);
        cr_assert_eq(info.si_code, SI_QUEUE);
        cr_assert_eq(info.si_pid, MAIN);
        cr_assert_eq(info.si_value.sival_int, (int)(7 + i), "first in, first out");
    }
    cr_assert_eq(DO(w, MAIN, SIGWAITINFO, SET, OLD), BLOCKED);
    world_close(w);
}

Test(signal, lowest_number_first_or_any) /* SIG-04, MODE-01 */
{
    struct world *w = signals_open();
    uint64_t set = set_of(SIGTERM) | set_of(SIGUSR1) | set_of(40) | set_of(SIGSEGV);
    vec_char why = {0};
    change_mask(w, MAIN, SIG_BLOCK, set);
    act(w, MAIN, SIGSEGV, HANDLER, 0, 0), act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
    act(w, MAIN, SIGTERM, HANDLER, 0, 0), act(w, MAIN, 40, HANDLER, 0, 0);
    DO(w, MAIN, KILL, MAIN, 40), DO(w, MAIN, KILL, MAIN, SIGTERM), DO(w, MAIN, KILL, MAIN, SIGUSR1);
    DO(w, MAIN, KILL, MAIN, SIGSEGV);
    cr_assert_eq(pending_of(w, MAIN), set);
    change_mask(w, MAIN, SIG_UNBLOCK, set);
    cr_assert_eq(EVENT(w, MAIN, GETPID, false, 0, 0), SIGNALLED);
    cr_assert_eq(w->k.outcome.delivery.signal, SIGSEGV, "faults before all");
    cr_assert_eq(alternatives(w), 1);
    cr_assert_eq(EVENT(w, MAIN, GETPID, false, 0, 0), SIGNALLED);
    cr_assert_eq(w->k.outcome.delivery.signal, SIGUSR1);
    cr_assert(kernel_settings_parse(&w->settings, "signal_order=any", &why));
    cr_assert_eq(EVENT(w, MAIN, GETPID, false, 1, 0), SIGNALLED);
    cr_assert_eq(w->k.outcome.delivery.signal, 40, "the second of two");
    cr_assert_eq(alternatives(w), 2);
    cr_assert(kernel_settings_parse(&w->settings, "signal_order=linux", &why));
    cr_assert_not(kernel_settings_parse(&w->settings, "signal_order=none", &why));
    VEC_FREE(&why);
    world_close(w);
}

Test(signal, what_is_the_task_s_alone_comes_first) /* SIG-02, SIG-04 */
{
    struct world *w = signals_open();
    int32_t got;
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1) | set_of(SIGUSR2));
    DO(w, MAIN, KILL, MAIN, SIGUSR1), DO(w, MAIN, RAISE, SIGUSR2), DO(w, MAIN, KILL, MAIN, SIGUSR2);
    DO(w, MAIN, RAISE, SIGUSR2);
    static const int order[] = {SIGUSR2, SIGUSR1, SIGUSR2};
    for (int i = 0; i < 3; i++) {
        put_set(w, set_of(SIGUSR1) | set_of(SIGUSR2));
        cr_assert_eq(DO(w, MAIN, SIGWAIT, SET, OLD), 0);
        memcpy(&got, w->memory + (OLD - MEMORY), sizeof got);
        cr_assert_eq(got, order[i]);
    }
    cr_assert_eq(pending_of(w, MAIN), 0, "raise merged with raise");
    world_close(w);
}

Test(signal, what_is_ignored_is_dropped_unless_it_is_blocked) /* SIG-09, SIG-10, SIG-11, EINTR-09 */
{
    struct world *w = signals_open();
    DO(w, MAIN, KILL, MAIN, SIGCHLD);
    cr_assert_eq(pending_of(w, MAIN), 0, "ignored by default");
    act(w, MAIN, SIGUSR1, SIGNAL_IGNORE, 0, 0);
    DO(w, MAIN, KILL, MAIN, SIGUSR1);
    cr_assert_eq(pending_of(w, MAIN), 0);
    cr_assert_eq(PAUSED(w, MAIN), BLOCKED, "EINTR-09: nothing interrupts the pause");
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
    DO(w, MAIN, KILL, MAIN, SIGUSR1);
    cr_assert_eq(pending_of(w, MAIN), set_of(SIGUSR1), "SIG-10");
    act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
    cr_assert_eq(pending_of(w, MAIN), set_of(SIGUSR1));
    act(w, MAIN, SIGUSR1, SIGNAL_IGNORE, 0, 0);
    cr_assert_eq(pending_of(w, MAIN), 0, "SIG-11");
    DO(w, MAIN, KILL, MAIN, SIGUSR1);
    change_mask(w, MAIN, SIG_UNBLOCK, set_of(SIGUSR1));
    cr_assert_eq(pending_of(w, MAIN), 0, "dropped when it is unblocked");
    world_close(w);
}

Test(signal, kill_finds_its_targets) /* SIG-14, SIG-15, PROC-07 */
{
    struct world *w = signals_open();
    uint32_t a = world_fork(w, MAIN), b = world_fork(w, a);
    FAILS(EINVAL, DO(w, MAIN, KILL, a, 99));
    FAILS(EINVAL, DO(w, MAIN, KILL, a, I(-1)));
    FAILS(ESRCH, DO(w, MAIN, KILL, 4711, 0));
    FAILS(EPERM, DO(w, MAIN, KILL, 1, SIGTERM));
    cr_assert_eq(DO(w, MAIN, KILL, a, 0), 0);
    cr_assert_eq(pending_of(w, a), 0, "signal 0 only asks");
    cr_assert_eq(DO(w, MAIN, KILL, I(-1), SIGTERM), 0);
    cr_assert_eq(pending_of(w, MAIN), 0, "not the caller");
    cr_assert_eq(pending_of(w, a), set_of(SIGTERM));
    cr_assert_eq(pending_of(w, b), set_of(SIGTERM));
    cr_assert_eq(DO(w, b, SETPGID, 0, 0), 0);
    cr_assert_eq(DO(w, MAIN, KILL, 0, SIGINT), 0);
    cr_assert_eq(pending_of(w, MAIN), set_of(SIGINT));
    cr_assert_eq(pending_of(w, a), set_of(SIGTERM) | set_of(SIGINT));
    cr_assert_eq(pending_of(w, b), set_of(SIGTERM), "another group");
    cr_assert_eq(DO(w, a, KILL, I(-(int)b), SIGHUP), 0);
    cr_assert_eq(pending_of(w, b), set_of(SIGTERM) | set_of(SIGHUP));
    FAILS(ESRCH, DO(w, MAIN, KILLPG, 4711, SIGHUP));
    cr_assert_eq(DO(w, a, EXIT, 0), EXITED);
    cr_assert_eq(DO(w, MAIN, KILL, a, SIGKILL), 0, "PROC-07: a zombie");
    cr_assert_eq(pending_of(w, a), 0);
    cr_assert_eq(DO(w, MAIN, KILLPG, b, SIGQUIT), 0, "an orphan is found, too");
    cr_assert(pending_of(w, b) & set_of(SIGQUIT));
    cr_assert_eq(DO(w, MAIN, WAIT, 0), a);
    FAILS(ESRCH, DO(w, MAIN, KILL, a, 0));
    world_close(w);
}

Test(signal, the_queue_has_an_end) /* SIG-29 */
{
    struct world *w = signals_open();
    change_mask(w, MAIN, SIG_BLOCK, ~UINT64_C(0));
    for (unsigned i = 0; i < SIGNAL_QUEUE_MAX; i++)
        cr_assert_eq(DO(w, MAIN, SIGQUEUE, MAIN, 40, i), 0);
    FAILS(EAGAIN, DO(w, MAIN, SIGQUEUE, MAIN, 40, 0));
    cr_assert(w->k.outcome.limit);
    cr_assert_eq(DO(w, MAIN, KILL, MAIN, SIGUSR1), 0);
    cr_assert(pending_of(w, MAIN) & set_of(SIGUSR1));
    world_close(w);
}

Test(signal, a_handler_runs_under_its_mask) /* SIG-06, SIG-07 */
{
    struct world *w = signals_open();
    act(w, MAIN, SIGUSR1, HANDLER, SA_RESETHAND, set_of(SIGTERM));
    act(w, MAIN, SIGUSR2, HANDLER, SA_NODEFER, 0);
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGHUP));
    DO(w, MAIN, KILL, MAIN, SIGUSR1);
    cr_assert_eq(EVENT(w, MAIN, GETPID, false, 0, 0), SIGNALLED);
    cr_assert_eq(w->k.outcome.delivery.handler, HANDLER);
    cr_assert_eq(w->k.outcome.delivery.mask, set_of(SIGHUP), "what comes back");
    cr_assert_not(w->k.outcome.delivery.interrupts);
    change_mask(w, MAIN, SIG_BLOCK, 0);
    cr_assert_eq(take_set(w), set_of(SIGHUP) | set_of(SIGTERM) | set_of(SIGUSR1));
    DO(w, MAIN, KILL, MAIN, SIGUSR2);
    EVENT(w, MAIN, GETPID, false, 0, 0);
    change_mask(w, MAIN, SIG_BLOCK, 0);
    cr_assert_eq(take_set(w), set_of(SIGHUP) | set_of(SIGTERM) | set_of(SIGUSR1), "SA_NODEFER");
    DO(w, MAIN, SIGRETURN, set_of(SIGHUP));
    DO(w, MAIN, KILL, MAIN, SIGUSR1);
    cr_assert_eq(EVENT(w, MAIN, GETPID, false, 0, 0), SIGNALLED);
    cr_assert_eq(w->k.outcome.delivery.handler, 0, "SIG-07: the default is back, and kills");
    world_close(w);
}

Test(signal, some_signals_obey_nobody) /* SIG-08, SIG-32, GEN-08 */
{
    struct world *w = signals_open();
    FAILS(EINVAL, act(w, MAIN, SIGKILL, HANDLER, 0, 0));
    FAILS(EINVAL, act(w, MAIN, SIGSTOP, SIGNAL_IGNORE, 0, 0));
    FAILS(EINVAL, act(w, MAIN, 0, HANDLER, 0, 0));
    FAILS(EINVAL, act(w, MAIN, 65, HANDLER, 0, 0));
    change_mask(w, MAIN, SIG_BLOCK, ~UINT64_C(0));
    change_mask(w, MAIN, SIG_BLOCK, 0);
    cr_assert_eq(take_set(w) & (set_of(SIGKILL) | set_of(SIGSTOP)), 0);
    DO(w, MAIN, KILL, MAIN, SIGTERM), DO(w, MAIN, KILL, MAIN, SIGKILL);
    cr_assert(is_due(w, MAIN));
    cr_assert_eq(PAUSED(w, MAIN), SIGNALLED);
    cr_assert_eq(w->k.outcome.delivery.signal, SIGKILL);
    cr_assert_eq(w->k.outcome.delivery.handler, 0);
    world_close(w);
}

Test(signal, a_signal_is_due_when_a_call_returns) /* SIG-12, SIG-13 */
{
    struct world *w = signals_open();
    act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
    DO(w, MAIN, RAISE, SIGUSR1);
    cr_assert(is_due(w, MAIN));
    EVENT(w, MAIN, GETPID, false, 0, 0);
    cr_assert_not(is_due(w, MAIN));
    DO(w, MAIN, RAISE, SIGUSR1);
    cr_assert_not(is_due(w, MAIN), "its handler runs");
    DO(w, MAIN, SIGRETURN, 0);
    cr_assert(is_due(w, MAIN));
    world_close(w);
}

Test(signal, fork_inherits_dispositions_and_mask_alone) /* PROC-02, PROC-01 */
{
    struct world *w = signals_open();
    act(w, MAIN, SIGUSR1, HANDLER, SA_RESTART, 0);
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
    DO(w, MAIN, RAISE, SIGUSR1), DO(w, MAIN, ALARM, 5);
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(pending_of(w, child), 0);
    cr_assert_eq(DO(w, child, ALARM, 0), 0, "no timer");
    change_mask(w, child, SIG_BLOCK, 0);
    cr_assert_eq(take_set(w), set_of(SIGUSR1));
    DO(w, MAIN, KILL, child, SIGUSR1);
    cr_assert_eq(PAUSED(w, child), BLOCKED);
    change_mask(w, child, SIG_SETMASK, 0);
    cr_assert_eq(PAUSED(w, child), SIGNALLED);
    cr_assert_eq(w->k.outcome.delivery.handler, HANDLER);
    world_close(w);
}

Test(signal, sigsuspend_lets_in_what_its_mask_lets_in) /* SIG-18, SIG-17, GEN-02 */
{
    struct world *w = signals_open();
    act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
    DO(w, MAIN, RAISE, SIGUSR1);
    put_set(w, 0);
    cr_assert_eq(DO(w, MAIN, SIGSUSPEND, SET), BLOCKED);
    cr_assert_eq(EVENT(w, MAIN, SIGSUSPEND, true, 0, SET), SIGNALLED);
    cr_assert_eq(alternatives(w), 1, "not before it: the signal is blocked there");
    cr_assert(w->k.outcome.delivery.interrupts);
    cr_assert_eq(w->k.outcome.delivery.error, EINTR);
    cr_assert_eq(w->k.outcome.delivery.mask, set_of(SIGUSR1), "the old mask comes back");
    world_close(w);
}

Test(signal, a_signal_comes_before_a_pause_or_inside_it) /* SIG-19, GEN-03, EINTR-08 */
{
    struct world *w = signals_open();
    act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
    DO(w, MAIN, RAISE, SIGUSR1);
    cr_assert_eq(EVENT(w, MAIN, PAUSE, true, 1, 0), SIGNALLED);
    cr_assert_eq(alternatives(w), 2);
    cr_assert(w->k.outcome.delivery.interrupts);
    DO(w, MAIN, SIGRETURN, 0);
    DO(w, MAIN, RAISE, SIGUSR1);
    cr_assert_eq(PAUSED(w, MAIN), SIGNALLED);
    cr_assert_not(w->k.outcome.delivery.interrupts, "the pause begins after the handler: the wake-up is lost");
    DO(w, MAIN, SIGRETURN, 0);
    DO(w, MAIN, RAISE, SIGUSR1);
    cr_assert_eq(EVENT(w, MAIN, PIPE, false, 0, MEMORY), SIGNALLED);
    cr_assert_eq(alternatives(w), 1, "GEN-03: a call that can return is not interrupted");
    cr_assert_not(w->k.outcome.delivery.interrupts);
    world_close(w);
}

Test(signal, sigwait_takes_a_signal_without_its_handler) /* SIG-20, SIG-21 */
{
    struct world *w = signals_open();
    struct timespec zero = {0}, second = {.tv_sec = 1};
    put_set(w, set_of(SIGUSR1) | set_of(SIGUSR2));
    cr_assert_eq(DO(w, MAIN, SIGWAIT, SET, OLD), BLOCKED);
    memcpy(w->memory, &zero, sizeof zero);
    FAILS(EAGAIN, DO(w, MAIN, SIGTIMEDWAIT, SET, 0, MEMORY));
    cr_assert_not(w->k.outcome.waited, "a poll does not wait");
    memcpy(w->memory, &second, sizeof second);
    FAILS(EAGAIN, DO(w, MAIN, SIGTIMEDWAIT, SET, 0, MEMORY));
    cr_assert(w->k.outcome.waited);
    act(w, MAIN, SIGUSR2, HANDLER, 0, 0);
    DO(w, MAIN, RAISE, SIGUSR2);
    put_set(w, set_of(SIGUSR1) | set_of(SIGUSR2));
    cr_assert_eq(DO(w, MAIN, SIGWAIT, SET, OLD), 0);
    int32_t got;
    memcpy(&got, w->memory + (OLD - MEMORY), sizeof got);
    cr_assert_eq(got, SIGUSR2);
    cr_assert_eq(pending_of(w, MAIN), 0);
    world_close(w);
}

Test(signal, a_timer_may_run_out_at_any_step) /* SIG-23 */
{
    struct world *w = signals_open();
    act(w, MAIN, SIGALRM, HANDLER, 0, 0);
    cr_assert_eq(DO(w, MAIN, ALARM, 5), 0);
    cr_assert_eq(DO(w, MAIN, ALARM, 3), 5);
    cr_assert_eq(PAUSED(w, MAIN), CONTINUED);
    cr_assert_eq(w->k.outcome.event, KEVENT_TIMER);
    cr_assert_eq(pending_of(w, MAIN), set_of(SIGALRM));
    cr_assert_eq(DO(w, MAIN, ALARM, 0), 0);
    cr_assert_eq(PAUSED(w, MAIN), SIGNALLED);
    cr_assert_eq(PAUSED(w, MAIN), BLOCKED);
    const struct itimerval every = {{1, 0}, {1, 0}};
    memcpy(w->memory, &every, sizeof every);
    cr_assert_eq(DO(w, MAIN, SETITIMER, 0, MEMORY, 0), 0);
    cr_assert_eq(PAUSED(w, MAIN), CONTINUED, "SIGALRM is blocked, in its handler, and pending from now on");
    cr_assert_eq(PAUSED(w, MAIN), BLOCKED, "GEN-10: nothing would change");
    world_close(w);
}

Test(signal, a_child_tells_its_parent) /* SIG-24, SIG-25, PROC-17 */
{
    struct world *w = signals_open();
    act(w, MAIN, SIGCHLD, HANDLER, SA_NOCLDSTOP, 0);
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGCHLD));
    uint32_t a = world_fork(w, MAIN), b = world_fork(w, MAIN);
    DO(w, MAIN, KILL, a, SIGSTOP);
    cr_assert_eq(PAUSED(w, a), CONTINUED);
    cr_assert_eq(pending_of(w, MAIN), 0, "SA_NOCLDSTOP");
    act(w, MAIN, SIGCHLD, HANDLER, 0, 0);
    DO(w, MAIN, KILL, a, SIGCONT);
    cr_assert_eq(pending_of(w, MAIN), set_of(SIGCHLD));
    DO(w, a, EXIT, 0), DO(w, b, EXIT, 0);
    cr_assert_eq(pending_of(w, MAIN), set_of(SIGCHLD), "SIG-25: one for three");
    cr_assert_gt(DO(w, MAIN, WAIT, 0), 0);
    cr_assert_eq(pending_of(w, MAIN), set_of(SIGCHLD), "PROC-17: the wait does not take it");
    world_close(w);
}

Test(signal, a_parent_that_ignores_SIGCHLD_has_no_zombies) /* PROC-11, PROC-12, PROC-13 */
{
    struct world *w = signals_open();
    uint32_t a = world_fork(w, MAIN), b = world_fork(w, MAIN), c = world_fork(w, MAIN);
    DO(w, a, EXIT, 0);
    act(w, MAIN, SIGCHLD, SIGNAL_IGNORE, 0, 0);
    DO(w, b, EXIT, 0);
    cr_assert_eq(DO(w, MAIN, WAIT, 0), a, "PROC-12: from before");
    cr_assert_eq(DO(w, MAIN, WAIT, 0), BLOCKED, "PROC-11: until all are gone");
    act(w, MAIN, SIGCHLD, HANDLER, SA_NOCLDWAIT, 0);
    DO(w, c, EXIT, 0);
    cr_assert_eq(pending_of(w, MAIN), set_of(SIGCHLD), "PROC-13");
    FAILS(ECHILD, DO(w, MAIN, WAIT, 0));
    world_close(w);
}

Test(signal, stop_and_continue) /* SIG-26, SIG-27, PROC-15, GEN-07 */
{
    struct world *w = signals_open();
    uint32_t a = world_fork(w, MAIN);
    int32_t status;
    DO(w, MAIN, KILL, a, SIGCONT), DO(w, MAIN, KILL, a, SIGSTOP);
    cr_assert_eq(PAUSED(w, a), CONTINUED);
    cr_assert_eq(w->k.outcome.event, KEVENT_SIGNAL);
    DO(w, MAIN, KILL, a, SIGTERM);
    cr_assert_eq(PAUSED(w, a), BLOCKED, "SIG-26: not even SIGTERM");
    cr_assert_eq(DO(w, MAIN, WAITPID, a, 0, WNOHANG), 0);
    cr_assert_eq(DO(w, MAIN, WAITPID, a, MEMORY, WNOHANG | WUNTRACED), a);
    memcpy(&status, w->memory, sizeof status);
    cr_assert(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    cr_assert_eq(DO(w, MAIN, WAITPID, a, MEMORY, WNOHANG | WUNTRACED), 0, "PROC-15: told once");
    DO(w, MAIN, KILL, a, SIGCONT);
    cr_assert_eq(DO(w, MAIN, WAITPID, a, MEMORY, WNOHANG | WCONTINUED), a);
    memcpy(&status, w->memory, sizeof status);
    cr_assert(WIFCONTINUED(status));
    cr_assert_eq(PAUSED(w, a), SIGNALLED, "and SIGTERM gets through");
    DO(w, MAIN, KILL, a, SIGTSTP), DO(w, MAIN, KILL, a, SIGCONT);
    cr_assert_eq(pending_of(w, a), 0, "SIG-27: a continuation drops the stop");
    DO(w, MAIN, KILL, a, SIGSTOP);
    PAUSED(w, a);
    DO(w, MAIN, KILL, a, SIGKILL);
    cr_assert_eq(PAUSED(w, a), SIGNALLED);
    cr_assert_eq(w->k.outcome.delivery.signal, SIGKILL);
    world_close(w);
}

Test(signal, waitid_tells_stops_and_continuations) /* PROC-35, PROC-15, PROC-23 */
{
    struct world *w = signals_open();
    uint32_t a = world_fork(w, MAIN);
    int32_t info[3];
    for (int stop = 1; stop >= 0; stop--) {
        DO(w, MAIN, KILL, a, stop ? SIGSTOP : SIGCONT);
        cr_assert(!stop || PAUSED(w, a) == CONTINUED);
        cr_assert_eq(DO(w, MAIN, WAITID, P_ALL, 0, MEMORY, (stop ? WCONTINUED : WSTOPPED) | WNOHANG), 0);
        memcpy(info, w->memory, sizeof info);
        cr_assert_eq(info[0], 0, "the other one, or a stop that is over");
        for (int keep = 1; keep >= 0; keep--) {
            cr_assert_eq(DO(w, MAIN, WAITID, P_PID, a, MEMORY, (stop ? WSTOPPED : WCONTINUED) | (keep ? WNOWAIT : 0)), 0);
            memcpy(info, w->memory, sizeof info);
            cr_assert_eq(info[0], SIGCHLD);
            cr_assert_eq(info[2], stop ? CLD_STOPPED : CLD_CONTINUED);
        }
        cr_assert_eq(DO(w, MAIN, WAITID, P_PID, a, MEMORY, WSTOPPED | WCONTINUED), BLOCKED, "told once");
    }
    world_close(w);
}

Test(signal, sigpipe_is_error_or_death) /* SIG-28, PIPE-06, PIPE-12 */
{
    struct world *w = signals_open();
    int ends[2];
    world_pipe(w, MAIN, ends);
    DO(w, MAIN, CLOSE, I(ends[0]));
    cr_assert_eq(world_write(w, MAIN, ends[1], "x", 1), DIED);
    act(w, MAIN, SIGPIPE, SIGNAL_IGNORE, 0, 0);
    FAILS(EPIPE, world_write(w, MAIN, ends[1], "x", 1));
    cr_assert_not(is_due(w, MAIN));
    act(w, MAIN, SIGPIPE, HANDLER, 0, 0);
    FAILS(EPIPE, world_write(w, MAIN, ends[1], "x", 1));
    cr_assert(is_due(w, MAIN));
    world_close(w);
}

static uint32_t flags_of(struct world *w, uint32_t pid)
{
    struct signals s;
    signals_get(&w->k, pid, &s);
    return s.actions[SIGUSR1].flags;
}

Test(signal, siginterrupt_is_remembered_by_signal) /* SIG-34 */
{
    struct world *w = signals_open();
    cr_assert_eq(DO(w, MAIN, SIGINTERRUPT, SIGUSR1, 1), 0);
    cr_assert_eq(DO(w, MAIN, SIGNAL, SIGUSR1, HANDLER), 0);
    cr_assert_eq(flags_of(w, MAIN), 0);
    act(w, MAIN, SIGUSR1, HANDLER, SA_RESTART, 0);
    cr_assert_eq(flags_of(w, MAIN), (uint32_t)SA_RESTART, "sigaction does not look");
    uint32_t child = world_fork(w, MAIN);
    DO(w, child, SIGNAL, SIGUSR1, HANDLER);
    cr_assert_eq(flags_of(w, child), 0);
    cr_assert_eq(DO(w, MAIN, SIGINTERRUPT, SIGUSR1, 0), 0);
    DO(w, MAIN, SIGNAL, SIGUSR1, HANDLER);
    cr_assert_eq(flags_of(w, MAIN), (uint32_t)SA_RESTART);
    DO(w, child, SIGNAL, SIGUSR1, SIGNAL_DEFAULT);
    cr_assert_eq(flags_of(w, child), 0, "each has its own");
    FAILS(EINVAL, DO(w, MAIN, SIGINTERRUPT, SIGKILL, 1));
    world_close(w);
}

Test(signal, older_calls) /* SIG-34 */
{
    struct world *w = signals_open();
    struct signals s;
    cr_assert_eq(DO(w, MAIN, SIGNAL, SIGUSR1, HANDLER), 0);
    cr_assert_eq(DO(w, MAIN, SIGNAL, SIGUSR1, HANDLER + 1), (int64_t)HANDLER);
    signals_get(&w->k, MAIN, &s);
    cr_assert_eq(s.actions[SIGUSR1].flags, (uint32_t)SA_RESTART);
    cr_assert_eq(s.actions[SIGUSR1].mask, set_of(SIGUSR1));
    DO(w, MAIN, SIGINTERRUPT, SIGUSR1, 1);
    signals_get(&w->k, MAIN, &s);
    cr_assert_eq(s.actions[SIGUSR1].flags, 0);
    DO(w, MAIN, SYSV_SIGNAL, SIGUSR1, HANDLER);
    signals_get(&w->k, MAIN, &s);
    cr_assert_eq(s.actions[SIGUSR1].flags, (uint32_t)SA_RESETHAND | (uint32_t)SA_NODEFER);
    DO(w, MAIN, SIGHOLD, SIGUSR1), DO(w, MAIN, RAISE, SIGUSR1);
    cr_assert_eq(DO(w, MAIN, SIGPENDING, OLD), 0);
    cr_assert_eq(take_set(w), set_of(SIGUSR1));
    DO(w, MAIN, SIGIGNORE, SIGUSR1);
    cr_assert_eq(pending_of(w, MAIN), 0);
    cr_assert_eq(DO(w, MAIN, SIGSET, SIGUSR1, HANDLER), 2, "SIG_HOLD");
    DO(w, MAIN, SIGRELSE, SIGUSR1);
    DO(w, MAIN, RAISE, SIGUSR1);
    cr_assert(is_due(w, MAIN));
    world_close(w);
}
