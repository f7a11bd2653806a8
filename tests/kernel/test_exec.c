/* Goal: exec, vfork, limits and adoption of spec/process.md. Method: a few programs that the settings name; what is
 * left of a process when it has become another one, and what others see of it meanwhile. */
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "exec.h"
#include "kernel/process.h"

static const struct kernel_program programs[] = {{"models/a.c", 0, false}, {"a", 0, false}, {"./bin/b", 1, false}, {"c", 2, false}};

static struct world *exec_open(void)
{
    struct world *w = signals_open();
    w->settings.programs = programs;
    w->settings.program_count = sizeof programs / sizeof *programs;
    return w;
}

static struct process process_of(struct world *w, uint32_t pid)
{
    struct process p;
    kstep_begin(&w->k);
    cr_assert(process_get(&w->k, pid, &p));
    return p;
}

Test(exec, programs_are_found_by_path_and_by_name) /* PROC-25 */
{
    static const struct {
        const char *path;
        uint32_t image;
    } found[] = {{"models/a.c", 0}, {"./models/a.c", 0}, {"a", 0},   {"/usr/bin/a", 0},    {"bin/b", 1},
                 {"./bin/b", 1},    {"/any/c", 2},       {"./c", 2}, {"/proc/self/exe", 2}};
    struct world *w = exec_open();
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        cr_assert_eq(execute(w, MAIN, found[i].path), EXECUTED, "%s", found[i].path);
        cr_assert_eq(w->k.outcome.image, found[i].image, "%s", found[i].path);
        cr_assert_eq(process_of(w, MAIN).h.image, found[i].image);
    }
    FAILS(ENOENT, execute(w, MAIN, "b"));
    FAILS(ENOENT, execute(w, MAIN, "/bin/b"));
    world_close(w);
}

Test(exec, what_is_no_program_fails_and_changes_nothing) /* PROC-26 */
{
    static const struct {
        const char *path;
        int error;
    } rows[] = {{"", ENOENT},           {"nope", ENOENT},    {"/nope", ENOENT},  {"/tmp", EACCES},
                {"/tmp/plain", EACCES}, {"/tmp/x", ENOEXEC}, {"/tmp/f", EACCES}, {"/tmp/plain/x", ENOTDIR}};
    struct world *w = exec_open();
    int p[2];
    DO(w, MAIN, OPEN, text_at(w, PATH, "/tmp/plain"), O_CREAT | O_WRONLY, 0644);
    DO(w, MAIN, OPEN, text_at(w, PATH, "/tmp/x"), O_CREAT | O_WRONLY, 0755);
    DO(w, MAIN, MKFIFO, text_at(w, PATH, "/tmp/f"), 0755);
    DO(w, MAIN, PIPE2, MEMORY, O_CLOEXEC);
    memcpy(p, w->memory, sizeof p);
    act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
    uint32_t signals = world_value(w, kstep_slot(&w->k, SLOT_SIGNALS, MAIN, 0));
    uint32_t process = world_value(w, process_slot(&w->k, MAIN));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        FAILS(rows[i].error, execute(w, MAIN, rows[i].path));
    FAILS(EFAULT, DO(w, MAIN, EXECVE, 1, ARGV, 0));
    FAILS(EFAULT, DO(w, MAIN, EXECVE, text_at(w, PATH, "a"), 8, 0));
    FAILS(ENOENT, DO(w, MAIN, EXECVPE, text_at(w, PATH, "plain"), ARGV, 0));
    cr_assert_eq(world_value(w, process_slot(&w->k, MAIN)), process);
    cr_assert_eq(world_value(w, kstep_slot(&w->k, SLOT_SIGNALS, MAIN, 0)), signals);
    world_close(w);
}

Test(exec, forgets_siginterrupt) /* SIG-34, PROC-04 */
{
    struct world *w = exec_open();
    struct signals s;
    DO(w, MAIN, SIGINTERRUPT, SIGUSR1, 1);
    signals_get(&w->k, MAIN, &s);
    cr_assert_eq(s.h.interrupting, set_of(SIGUSR1));
    cr_assert_eq(execute(w, MAIN, "a"), EXECUTED);
    signals_get(&w->k, MAIN, &s);
    cr_assert_eq(s.h.interrupting, 0);
    world_close(w);
}

static void assert_given(struct world *w, uint32_t arguments, uint32_t environment, const char *strings, size_t n)
{
    size_t size;
    const unsigned char *bytes = intern_get(w->components, w->k.outcome.arguments, &size);
    struct kexec_counts counts;
    memcpy(&counts, bytes, sizeof counts);
    cr_assert_eq(counts.arguments, arguments);
    cr_assert_eq(counts.environment, environment);
    cr_assert_eq(size, sizeof counts + n);
    cr_assert_arr_eq(bytes + sizeof counts, strings, n);
}

Test(exec, the_new_program_gets_its_arguments) /* PROC-27 */
{
    struct world *w = exec_open();
    argv_at(w, ARGV, "a", "", "xy");
    argv_at(w, ENVP, "K=v", NULL, NULL);
    cr_assert_eq(DO(w, MAIN, EXECVE, text_at(w, PATH, "a"), ARGV, ENVP), EXECUTED);
    assert_given(w, 3, 1, "a\0\0xy\0K=v", 10);
    cr_assert_eq(DO(w, MAIN, EXECVE, PATH, 0, 0), EXECUTED);
    assert_given(w, 1, 0, "", 1);
    cr_assert_eq(DO(w, MAIN, EXECVPE, PATH, argv_at(w, ARGV, NULL, NULL, NULL), 0), EXECUTED);
    assert_given(w, 1, 0, "", 1);
    world_close(w);
}

Test(exec, long_arguments_are_too_long) /* PROC-27 */
{
    struct world *w = exec_open();
    enum { ROOM = 131072 };
    uint64_t pointers[2] = {MEMORY + 4096, 0};
    cr_assert_lt(4096 + ROOM + 1, MEMORY_BYTES);
    memset(w->memory + 4096, 'x', ROOM);
    memcpy(w->memory + (ARGV - MEMORY), pointers, sizeof pointers);
    text_at(w, PATH, "a");
    w->memory[4096 + ROOM] = 0;
    FAILS(E2BIG, DO(w, MAIN, EXECVE, PATH, ARGV, 0));
    w->memory[4096 + ROOM - 1] = 0;
    cr_assert_eq(DO(w, MAIN, EXECVE, PATH, ARGV, 0), EXECUTED);
    world_close(w);
}

Test(exec, marked_descriptors_are_closed_one_by_one) /* PROC-04 */
{
    struct world *w = exec_open();
    int kept[2], marked[2], other[2];
    world_pipe(w, MAIN, kept);
    DO(w, MAIN, PIPE2, MEMORY, O_CLOEXEC);
    memcpy(marked, w->memory, sizeof marked);
    DO(w, MAIN, PIPE2, MEMORY, O_CLOEXEC);
    memcpy(other, w->memory, sizeof other);
    uint32_t child = world_fork(w, MAIN);
    DO(w, child, CLOSE, I(marked[1]));
    DO(w, child, CLOSE, I(other[1]));
    const uint64_t args[6] = {text_at(w, PATH, "a"), argv_at(w, ARGV, "a", NULL, NULL)};
    cr_assert_eq(world_step(w, MAIN, KCALL_EXECVE, args, 0), CONTINUED, "the first end-of-file, before the second");
    cr_assert_eq(DO(w, child, READ, I(marked[0]), MEMORY, 1), 0);
    cr_assert_eq(DO(w, child, READ, I(other[0]), MEMORY, 1), BLOCKED);
    cr_assert(kcall_is_ending(&(struct kcall){.number = KCALL_EXECVE, .progress = 1}), "no handler any more");
    cr_assert_eq(world_step(w, MAIN, KCALL_EXECVE, args, 1), EXECUTED);
    cr_assert_eq(DO(w, child, READ, I(other[0]), MEMORY, 1), 0);
    FAILS(EBADF, DO(w, MAIN, FCNTL, I(marked[0]), F_GETFD));
    cr_assert_eq(DO(w, MAIN, FCNTL, I(kept[0]), F_GETFD), 0);
    world_close(w);
}

Test(exec, signals_are_reset_but_not_forgotten) /* PROC-04 */
{
    struct world *w = exec_open();
    struct signals s;
    act(w, MAIN, SIGUSR1, HANDLER, 0, set_of(SIGUSR2));
    act(w, MAIN, SIGUSR2, SIGNAL_IGNORE, SA_RESTART, 0);
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGHUP));
    DO(w, MAIN, RAISE, SIGHUP);
    DO(w, MAIN, ALARM, 9);
    cr_assert_eq(execute(w, MAIN, "c"), EXECUTED);
    kstep_begin(&w->k);
    signals_get(&w->k, MAIN, &s);
    cr_assert_eq(s.actions[SIGUSR1].handler, SIGNAL_DEFAULT);
    cr_assert_eq(s.actions[SIGUSR1].mask, 0);
    cr_assert_eq(s.actions[SIGUSR2].handler, SIGNAL_IGNORE);
    cr_assert_eq(s.actions[SIGUSR2].flags, 0);
    cr_assert_eq(signals_blocked(&s, MAIN), set_of(SIGHUP));
    cr_assert_eq(s.h.pending_count, 1);
    cr_assert_neq(s.h.timer, 0);
    world_close(w);
}

Test(exec, what_was_caught_and_is_ignored_by_default_is_dropped) /* PROC-04, SIG-09, SIG-10 */
{
    for (int blocked = 0; blocked < 2; blocked++) {
        struct world *w = exec_open();
        uint32_t child = world_fork(w, MAIN);
        act(w, MAIN, SIGURG, HANDLER, 0, 0);
        act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
        change_mask(w, MAIN, SIG_BLOCK, blocked ? set_of(SIGURG) : 0);
        DO(w, child, KILL, MAIN, SIGURG);
        DO(w, child, KILL, MAIN, SIGUSR1);
        cr_assert_eq(execute(w, MAIN, "c"), EXECUTED);
        cr_assert_eq(pending_of(w, MAIN), set_of(SIGUSR1) | (blocked ? set_of(SIGURG) : 0));
        world_close(w);
    }
}

Test(exec, a_signalfd_is_kept_unless_it_is_marked) /* PROC-04, SIG-35 */
{
    struct world *w = exec_open();
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
    put_set(w, set_of(SIGUSR1));
    int64_t kept = DO(w, MAIN, SIGNALFD, UINT64_MAX, SET, 0),
            marked = DO(w, MAIN, SIGNALFD, UINT64_MAX, SET, O_CLOEXEC);
    DO(w, MAIN, RAISE, SIGUSR1);
    cr_assert_eq(execute(w, MAIN, "c"), EXECUTED);
    FAILS(EBADF, DO(w, MAIN, READ, I(marked), MEMORY, 128));
    cr_assert_eq(DO(w, MAIN, READ, I(kept), MEMORY, 128), 128);
    cr_assert_eq(w->memory[0], SIGUSR1);
    world_close(w);
}

Test(exec, shared_memory_is_let_go_and_the_pid_kept) /* PROC-04 */
{
    struct world *w = exec_open();
    int64_t at = DO(w, MAIN, MMAP, 0, 4096, 3, 0x21, UINT32_MAX, 0);
    cr_assert_gt(at, 0);
    cr_assert_eq(world_objects(w, SLOT_REGION), 1);
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(execute(w, child, "c"), EXECUTED);
    cr_assert_eq(world_objects(w, SLOT_REGION), 1, "the parent still has it");
    cr_assert_eq(process_of(w, child).h.mapping_count, 0);
    cr_assert_eq(execute(w, MAIN, "c"), EXECUTED);
    cr_assert_eq(world_objects(w, SLOT_REGION), 0);
    cr_assert_eq(DO(w, child, EXIT, 3), EXITED);
    cr_assert_eq(DO(w, MAIN, WAIT, 0), child, "it is the same process, with the same children");
    world_close(w);
}

Test(exec, a_child_that_has_executed_keeps_its_group) /* PROC-28 */
{
    struct world *w = exec_open();
    uint32_t first = world_fork(w, MAIN), second = world_fork(w, MAIN);
    cr_assert_eq(DO(w, MAIN, SETPGID, first, first), 0);
    cr_assert_eq(execute(w, second, "c"), EXECUTED);
    FAILS(EACCES, DO(w, MAIN, SETPGID, second, second));
    cr_assert_eq(DO(w, second, SETPGID, 0, 0), 0, "by itself it may");
    uint32_t grandchild = world_fork(w, second);
    cr_assert_eq(DO(w, second, SETPGID, grandchild, grandchild), 0, "a copy has executed nothing yet");
    world_close(w);
}

Test(exec, vfork_suspends_the_parent_until_the_child_executes_or_ends) /* PROC-22 */
{
    for (int i = 0; i < 3; i++) {
        struct world *w = exec_open();
        int64_t child = STEP(w, MAIN, 0, VFORK, 0);
        cr_assert_gt(child, 0);
        struct kwait wait = {0};
        cr_assert_eq(STEP(w, MAIN, (uint64_t)child, VFORK, 0), BLOCKED);
        kernel_call(KCALL_VFORK)->explain(&w->k, &wait);
        cr_assert_eq(wait.wakers.count, 1);
        cr_assert_eq(wait.wakers.items[0].pid, child);
        kwait_free(&wait);
        FAILS(ENOENT, execute(w, (uint32_t)child, "nope"));
        cr_assert_eq(STEP(w, MAIN, (uint64_t)child, VFORK, 0), BLOCKED, "an exec that failed");
        if (i == 0)
            cr_assert_eq(execute(w, (uint32_t)child, "c"), EXECUTED);
        else
            cr_assert_eq(DO(w, (uint32_t)child, EXIT, 0), EXITED);
        if (i == 2)
            cr_assert_eq(STEP(w, MAIN, (uint64_t)child, SPAWN, 0), -child, "PROC-31: it has executed nothing");
        else
            cr_assert_eq(STEP(w, MAIN, (uint64_t)child, VFORK, 0), child);
        world_close(w);
    }
}

Test(exec, a_spawned_child_may_be_dead_already) /* PROC-31 */
{
    struct world *w = exec_open();
    int64_t child = STEP(w, MAIN, 0, SPAWN, 0);
    cr_assert_eq(execute(w, (uint32_t)child, "c"), EXECUTED);
    cr_assert_eq(DO(w, (uint32_t)child, EXIT, 1), EXITED);
    cr_assert_eq(STEP(w, MAIN, (uint64_t)child, SPAWN, 0), child);
    world_close(w);
}

static int64_t limit(struct world *w, uint32_t pid, uint32_t number, int resource, uint64_t soft, uint64_t hard)
{
    const uint64_t both[2] = {soft, hard}, args[6] = {I(resource), MEMORY};
    memcpy(w->memory, both, sizeof both);
    return world_call(w, pid, number, args);
}

static void assert_limit(struct world *w, uint32_t pid, int resource, uint64_t soft, uint64_t hard)
{
    uint64_t both[2];
    cr_assert_eq(limit(w, pid, KCALL_GETRLIMIT, resource, 1, 1), 0);
    memcpy(both, w->memory, sizeof both);
    cr_assert_eq(both[0], soft);
    cr_assert_eq(both[1], hard);
}

#define SET_LIMIT(w, resource, soft, hard) limit((w), MAIN, KCALL_SETRLIMIT, (resource), (soft), (hard))

Test(exec, descriptors_have_a_limit_of_their_own) /* PROC-30 */
{
    struct world *w = exec_open();
    assert_limit(w, MAIN, RLIMIT_NOFILE, 1024, 1024);
    FAILS(EPERM, SET_LIMIT(w, RLIMIT_NOFILE, 9, 1025));
    FAILS(EINVAL, SET_LIMIT(w, RLIMIT_NOFILE, 9, 8));
    FAILS(EINVAL, SET_LIMIT(w, 99, 1, 1));
    cr_assert_eq(SET_LIMIT(w, RLIMIT_NOFILE, 4, 8), 0);
    assert_limit(w, MAIN, RLIMIT_NOFILE, 4, 8);
    cr_assert_eq(DO(w, MAIN, DUP, 0), 3);
    FAILS(EMFILE, DO(w, MAIN, DUP, 0));
    cr_assert_not(w->k.outcome.limit, "the program's own limit is none of the simulation");
    FAILS(EBADF, DO(w, MAIN, DUP2, 0, 4));
    FAILS(EINVAL, DO(w, MAIN, FCNTL, 0, F_DUPFD, 4));
    FAILS(EINVAL, DO(w, MAIN, POLL, MEMORY, 5, 0));
    uint32_t child = world_fork(w, MAIN);
    assert_limit(w, child, RLIMIT_NOFILE, 4, 8);
    cr_assert_eq(execute(w, child, "c"), EXECUTED);
    assert_limit(w, child, RLIMIT_NOFILE, 4, 8);
    cr_assert_eq(SET_LIMIT(w, RLIMIT_NOFILE, 8, 8), 0, "up to the hard one");
    FAILS(EPERM, SET_LIMIT(w, RLIMIT_NOFILE, 8, 9));
    world_close(w);
}

Test(exec, processes_have_a_limit_of_their_own) /* PROC-30 */
{
    struct world *w = exec_open();
    cr_assert_eq(SET_LIMIT(w, RLIMIT_NPROC, 2, 2), 0);
    uint32_t child = world_fork(w, MAIN);
    FAILS(EAGAIN, DO_(w, MAIN, FORK));
    cr_assert_not(w->k.outcome.limit);
    cr_assert_eq(DO(w, child, EXIT, 0), EXITED);
    FAILS(EAGAIN, DO_(w, MAIN, FORK)); /* PROC-06: a zombie counts */
    cr_assert_eq(DO(w, MAIN, WAIT, 0), child);
    cr_assert_eq(world_fork(w, MAIN), child);
    world_close(w);
}

Test(exec, other_limits_are_not_there_and_said_so) /* PROC-30 */
{
    struct world *w = exec_open();
    assert_limit(w, MAIN, RLIMIT_CORE, UINT64_MAX, UINT64_MAX);
    cr_assert_eq(SET_LIMIT(w, RLIMIT_CORE, 0, 0), 0);
    cr_assert_not(w->k.outcome.limit);
    cr_assert_eq(SET_LIMIT(w, RLIMIT_FSIZE, 10, 10), 0);
    cr_assert(w->k.outcome.limit);
    FAILS(EINVAL, DO(w, MAIN, PRCTL, I(PR_SET_PDEATHSIG), SIGHUP));
    cr_assert(w->k.outcome.limit);
    world_close(w);
}

Test(exec, a_subreaper_gets_the_orphans_below_it) /* PROC-29 */
{
    struct world *w = exec_open();
    int32_t is = 7;
    DO(w, MAIN, PRCTL, I(PR_GET_CHILD_SUBREAPER), MEMORY);
    memcpy(&is, w->memory, sizeof is);
    cr_assert_eq(is, 0);
    cr_assert_eq(DO(w, MAIN, PRCTL, I(PR_SET_CHILD_SUBREAPER), 1), 0);
    DO(w, MAIN, PRCTL, I(PR_GET_CHILD_SUBREAPER), MEMORY);
    memcpy(&is, w->memory, sizeof is);
    cr_assert_eq(is, 1);
    uint32_t child = world_fork(w, MAIN), dead = world_fork(w, child), alive = world_fork(w, child);
    DO(w, dead, EXIT, 5);
    DO(w, child, EXIT, 4);
    cr_assert_eq(DO_(w, alive, GETPPID), MAIN);
    cr_assert_eq(DO(w, MAIN, WAITPID, dead, MEMORY, 0), dead);
    cr_assert_eq(w->memory[1], 5);
    cr_assert_eq(DO(w, MAIN, WAITPID, child, 0, 0), child);
    cr_assert_eq(DO(w, MAIN, WAITPID, alive, 0, 0), BLOCKED);
    DO(w, alive, EXIT, 0);
    cr_assert_eq(DO(w, MAIN, WAIT, 0), alive);
    FAILS(ECHILD, DO(w, MAIN, WAIT, 0));
    world_close(w);
}

Test(exec, a_fork_is_no_subreaper) /* PROC-29 */
{
    struct world *w = exec_open();
    DO(w, MAIN, PRCTL, I(PR_SET_CHILD_SUBREAPER), 1);
    uint32_t child = world_fork(w, MAIN), grandchild = world_fork(w, child), last = world_fork(w, grandchild);
    DO(w, grandchild, EXIT, 0);
    cr_assert_eq(DO_(w, last, GETPPID), MAIN, "not the child, which is a copy only");
    DO(w, MAIN, PRCTL, I(PR_SET_CHILD_SUBREAPER), 0);
    DO(w, child, EXIT, 0);
    world_close(w);
}

Test(exec, several_programs_start_side_by_side) /* PROC-25 */
{
    static const uint32_t starts[] = {1, 2};
    struct world *w = exec_open();
    w->settings.starts = starts;
    w->settings.start_count = 2;
    kernel_initial(&w->k, MAIN);
    world_apply(w);
    for (uint32_t i = 1; i <= 2; i++) {
        struct process p = process_of(w, MAIN + i);
        cr_assert_eq(p.h.image, starts[i - 1]);
        cr_assert_eq(p.h.ppid, KERNEL_INIT_PID);
        cr_assert_eq(p.h.pgid, MAIN + i);
        cr_assert_eq(p.h.descriptor_count, 3);
    }
    uint32_t first = world_fork(w, MAIN), other = world_fork(w, MAIN + 1), last = world_fork(w, MAIN + 2);
    cr_assert_eq(first, MAIN + 3);
    cr_assert_eq(other, MAIN + 3 + 64);
    cr_assert_eq(last, MAIN + 3 + 128);
    cr_assert_eq(world_write(w, MAIN + 2, 1, "x", 1), 1);
    cr_assert_eq(DO(w, MAIN + 1, KILL, MAIN + 2, SIGTERM), 0);
    cr_assert_eq(DO(w, MAIN + 1, KILL, UINT32_MAX, 0), 0, "kill(-1) finds them");
    world_close(w);
}
