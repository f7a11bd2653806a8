/* Goal: programs that are files, fexecve and execveat of spec/process.md. Method: one such file beside a program that has
 * only a name; what leads to it, by paths and descriptors, and every error. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exec.h"
#include "kernel/initial_files.h"

/* A program that is a file, /opt/bin/tool, with image 3, in a world of its own. */
static struct world *files_open(void)
{
    static const struct kernel_program placed[] = {{.path = "a", .image = 1},
                                                   {.path = "/opt/bin/tool", .image = 3, .is_file = true}};
    struct world *w = signals_open();
    w->settings.programs = placed;
    w->settings.program_count = sizeof placed / sizeof *placed;
    w->k.pid = w->k.tid = MAIN;
    kstep_begin(&w->k);
    initial_files_put(&w->k);
    world_apply(w);
    return w;
}

Test(exec_files, a_program_with_an_absolute_path_is_a_file) /* PROC-33 */
{
    struct world *w = files_open();
    cr_assert_eq(execute(w, MAIN, "/opt/bin/tool"), EXECUTED);
    cr_assert_eq(w->k.outcome.image, 3);
    cr_assert_eq(DO(w, MAIN, ACCESS, text_at(w, PATH, "/opt/bin/tool"), X_OK), 0);
    cr_assert_eq(DO(w, MAIN, CHDIR, text_at(w, PATH, "/opt")), 0);
    cr_assert_eq(execute(w, MAIN, "./bin/../bin/tool"), EXECUTED);
    FAILS(ENOENT, execute(w, MAIN, "/usr/bin/tool"));
    cr_assert_eq(DO(w, MAIN, CHMOD, text_at(w, PATH, "/opt/bin/tool"), 0644), 0);
    FAILS(EACCES, execute(w, MAIN, "/opt/bin/tool"));
    cr_assert_eq(DO(w, MAIN, CHMOD, text_at(w, PATH, "/opt/bin/tool"), 0700), 0);
    cr_assert_eq(DO(w, MAIN, RENAME, text_at(w, PATH, "/opt/bin/tool"), text_at(w, ARGV, "/tmp/moved")), 0);
    FAILS(ENOENT, execute(w, MAIN, "/opt/bin/tool"));
    cr_assert_eq(execute(w, MAIN, "/tmp/moved"), EXECUTED);
    cr_assert_eq(w->k.outcome.image, 3);
    world_close(w);
}

Test(exec_files, a_descriptor_names_a_program) /* PROC-34 */
{
    struct world *w = files_open();
    int p[2];
    world_pipe(w, MAIN, p);
    uint64_t argv = argv_at(w, ARGV, "x", NULL, NULL), envp = argv_at(w, ENVP, NULL, NULL, NULL);
    int64_t plain = DO(w, MAIN, OPEN, text_at(w, PATH, "/tmp/plain"), O_CREAT | O_RDONLY, 0644);
    int64_t runs = DO(w, MAIN, OPEN, text_at(w, PATH, "/tmp/x"), O_CREAT | O_RDONLY, 0755);
    int64_t folder = DO(w, MAIN, OPEN, text_at(w, PATH, "/opt"), O_RDONLY);
    int64_t tool = DO(w, MAIN, OPEN, text_at(w, PATH, "/opt/bin/tool"), O_RDONLY | O_CLOEXEC);
    FAILS(EINVAL, DO(w, MAIN, FEXECVE, I(-1), argv, envp));
    FAILS(EBADF, DO(w, MAIN, FEXECVE, I(77), argv, envp));
    FAILS(EINVAL, DO(w, MAIN, FEXECVE, I(tool), 0, envp));
    FAILS(EINVAL, DO(w, MAIN, FEXECVE, I(tool), argv, 0));
    FAILS(EACCES, DO(w, MAIN, FEXECVE, I(p[0]), argv, envp));
    FAILS(EACCES, DO(w, MAIN, FEXECVE, I(folder), argv, envp));
    FAILS(EACCES, DO(w, MAIN, FEXECVE, I(plain), argv, envp));
    FAILS(ENOEXEC, DO(w, MAIN, FEXECVE, I(runs), argv, envp));
    FAILS(EFAULT, DO(w, MAIN, FEXECVE, I(tool), 8, envp));
    uint64_t empty = text_at(w, PATH, ""), below = text_at(w, PATH + 16, "bin/tool"), name = text_at(w, PATH + 32, "a");
    FAILS(ENOENT, DO(w, MAIN, EXECVEAT, I(tool), empty, argv, envp, 0));
    FAILS(ENOENT, DO(w, MAIN, EXECVEAT, I(tool), empty, argv, envp, 1));
    FAILS(EINVAL, DO(w, MAIN, EXECVEAT, I(folder), below, argv, envp, 1));
    FAILS(EFAULT, DO(w, MAIN, EXECVEAT, I(tool), 8, argv, envp, 1));
    FAILS(EACCES, DO(w, MAIN, EXECVEAT, I(AT_FDCWD), empty, argv, envp, AT_EMPTY_PATH));
    FAILS(EBADF, DO(w, MAIN, EXECVEAT, I(77), below, argv, envp, 0));
    FAILS(ENOTDIR, DO(w, MAIN, EXECVEAT, I(tool), name, argv, envp, 0));
    FAILS(ENOENT, DO(w, MAIN, EXECVEAT, I(folder), name, argv, envp, 0));
    cr_assert_eq(DO(w, MAIN, EXECVEAT, I(AT_FDCWD), name, argv, envp, 0), EXECUTED);
    cr_assert_eq(w->k.outcome.image, 1);
    cr_assert_eq(DO(w, MAIN, EXECVEAT, I(folder), below, argv, envp, AT_SYMLINK_NOFOLLOW), EXECUTED);
    cr_assert_eq(w->k.outcome.image, 3);
    world_close(w);
}

Test(exec_files, a_descriptor_that_is_closed_on_the_way_still_names_it) /* PROC-34: marked, and not the first that is noticed */
{
    struct world *w = files_open();
    int one[2], two[2];
    uint64_t argv = argv_at(w, ARGV, "x", NULL, NULL), envp = argv_at(w, ENVP, NULL, NULL, NULL);
    int64_t tool = DO(w, MAIN, OPEN, text_at(w, PATH, "/opt/bin/tool"), O_RDONLY | O_CLOEXEC);
    DO(w, MAIN, PIPE2, MEMORY, O_CLOEXEC);
    memcpy(one, w->memory, sizeof one);
    DO(w, MAIN, PIPE2, MEMORY, O_CLOEXEC);
    memcpy(two, w->memory, sizeof two);
    uint32_t child = world_fork(w, MAIN);
    DO(w, child, CLOSE, I(one[1]));
    DO(w, child, CLOSE, I(two[1]));
    const uint64_t args[6] = {(uint64_t)tool, argv, envp};
    cr_assert_eq(world_step(w, MAIN, KCALL_FEXECVE, args, 0), CONTINUED);
    cr_assert_eq(w->k.outcome.progress, 3 + 1);
    FAILS(EBADF, DO(w, MAIN, FCNTL, I(tool), F_GETFD));
    cr_assert_eq(world_step(w, MAIN, KCALL_FEXECVE, args, 3 + 1), EXECUTED);
    cr_assert_eq(w->k.outcome.image, 3);
    cr_assert(kcall_is_ending(&(struct kcall){.number = KCALL_FEXECVE, .progress = 4}), "no handler any more");
    cr_assert(kcall_is_ending(&(struct kcall){.number = KCALL_EXECVEAT, .progress = 4}));
    world_close(w);
}
