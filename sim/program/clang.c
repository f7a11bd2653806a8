/* Runs clang: see clang.h. No shell and no temporary files: bitcode and diagnostics come back through two pipes. */
#include "program/clang.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* -O1 without its passes makes clang emit lifetime markers (live.c lives on them) and leaves `optnone` out; the rest
 * of the code is that of -O0. Inlined string functions of glibc would hang on __OPTIMIZE__. Contraction to a fused
 * multiply-add depends on the host's processor, so it is off. Line tables are all that is used of the debug info:
 * variable names come from the names of allocas, and full debug info doubles the size of the bitcode. With the
 * compilation folder as '.', file names come back exactly as they were given. */
static const char *const clang_flags[] = {
    "-O1",
    "-U__OPTIMIZE__",
    "-Xclang",
    "-disable-llvm-passes",
    "-gline-tables-only",
    "-gcolumn-info",
    "-fno-discard-value-names",
    "-fno-stack-protector",
    "-ffp-contract=off",
    "-ffine-grained-bitfield-accesses",
    "-fcf-protection=none",
    "-U_FORTIFY_SOURCE",
    "-D__impasse__=1",
    "-fdebug-compilation-dir=.",
    "-emit-llvm",
    "-c",
    "-o",
    "-",
};

/* First the clang that goes with the LLVM we are linked with, then any: a newer one may write bitcode that we cannot
 * read, which bitcode.c reports. */
static const char *const clang_names[] = {
#ifdef IMPASSE_CLANG
    IMPASSE_CLANG,
#endif
    "clang",       "clang-14", "clang-15", "clang-16", "clang-17", "clang-18", "clang-19", "clang-20",
};

typedef VEC_OF(char *) arg_list;

static void clang_push(arg_list *args, const char *arg)
{
    VEC_PUSH(args, mem_copy_string(arg));
}

static void clang_arguments(const struct program_options *options, const char *file, arg_list *args)
{
    clang_push(args, "clang");
    for (size_t i = 0; i < sizeof clang_flags / sizeof *clang_flags; i++)
        clang_push(args, clang_flags[i]);
    for (unsigned i = 0; i < options->flag_count; i++)
        clang_push(args, options->flags[i]);
    if (options->include_folder) {
        clang_push(args, "-I");
        clang_push(args, options->include_folder);
    }
    clang_push(args, "-x");
    clang_push(args, "c");
    vec_char path = {0}; /* a name that begins with '-' must not be taken for an option */
    text_printf(&path, "%s%s", file[0] == '-' ? "./" : "", file);
    VEC_PUSH(args, path.items);
    VEC_PUSH(args, NULL);
}

static void arguments_free(arg_list *args)
{
    for (size_t i = 0; i < args->count; i++)
        mem_free(args->items[i]);
    VEC_FREE(args);
}

/* Starts the first clang of clang_names that exists. Returns 0 or an errno. */
static int spawn(char **args, const int out[2], const int err[2], pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
    error = ENOENT;
    for (size_t i = 0; i < sizeof clang_names / sizeof *clang_names && error == ENOENT; i++)
        error = posix_spawnp(pid, clang_names[i], &actions, NULL, args, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Reads both pipes to their ends. */
static void clang_collect(int out, int err, vec_char *bitcode, vec_char *messages)
{
    struct pollfd fds[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
    vec_char *sinks[2] = {bitcode, messages};
    static const size_t chunk = 65536;
    char *buffer = mem_alloc(chunk);
    while (fds[0].fd >= 0 || fds[1].fd >= 0) {
        if (poll(fds, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            break;
        }
        for (int i = 0; i < 2; i++) {
            if (fds[i].fd < 0 || !fds[i].revents)
                continue;
            ssize_t n = read(fds[i].fd, buffer, chunk);
            if (n > 0)
                text_append(sinks[i], buffer, (size_t)n);
            else if (n == 0 || errno != EINTR)
                fds[i].fd = -1;
        }
    }
    mem_free(buffer);
}

static unsigned clang_count_errors(const vec_char *messages)
{
    unsigned n = 0;
    const char *p = messages->count ? messages->items : "";
    while ((p = strstr(p, "error: "))) {
        n++;
        p++;
    }
    return n;
}

static bool report_end(int status, const char *file, const vec_char *messages, struct diag *diag)
{
    text_append(&diag->text, messages->items, messages->count);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    unsigned errors = clang_count_errors(messages);
    diag->errors += errors;
    struct diag_place at = {.file = file};
    if (WIFSIGNALED(status))
        diag_error(diag, at, "clang was ended by signal %d", WTERMSIG(status));
    else if (!errors)
        diag_error(diag, at, "clang failed with status %d", WEXITSTATUS(status));
    return false;
}

static void pipe_close(const int ends[2])
{
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
}

bool clang_start(const struct program_options *options, const char *file, struct clang_job *job, struct diag *diag)
{
    int out[2] = {-1, -1}, err[2] = {-1, -1};
    struct diag_place at = {.file = file};
    arg_list args = {0};
    pid_t pid = 0;
    int error;
    clang_arguments(options, file, &args);
    if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) {
        diag_error(diag, at, "cannot make a pipe to clang: %s", strerror(errno));
    } else if ((error = spawn(args.items, out, err, &pid))) {
        diag_error(diag, at, "cannot run clang: %s (install the package clang)", strerror(error));
        pid = 0;
    }
    arguments_free(&args);
    if (!pid) {
        pipe_close(out);
        pipe_close(err);
        return false;
    }
    close(out[1]);
    close(err[1]);
    *job = (struct clang_job){file, pid, out[0], err[0]};
    return true;
}

bool clang_finish(struct clang_job *job, vec_char *bitcode, struct diag *diag)
{
    vec_char messages = {0};
    int status = 0;
    clang_collect(job->out, job->err, bitcode, &messages);
    close(job->out);
    close(job->err);
    while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
        ;
    bool ok = report_end(status, job->file, &messages, diag);
    VEC_FREE(&messages);
    return ok;
}
