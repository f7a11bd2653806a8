/* See conform_native.h. */
#include "cli/conform_native.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/conform_files.h"
#include "cli/conform_keeper.h"

extern char **environ;

enum { WALLS = 4 }; /* of those that are spoken of */

struct native {
    int socket;
    pid_t keeper;
    uint32_t walls;
    vec_char walls_text;
    const char *missing[WALLS + 1]; /* NULL-ended */
};

static bool is_source(const char *file)
{
    size_t n = strlen(file);
    return n > 2 && strcmp(file + n - 2, ".c") == 0;
}

/* The same flags as clang gets, and the host's own compiler. */
static bool compile(const struct cli_options *o, const char *program, struct diag *diag)
{
    VEC_OF(const char *) words = {0};
    struct arena arena = {0};
    const char *cc = getenv("CC");
    const char *include = session_beside("include", &arena);
    VEC_PUSH(&words, cc && *cc ? cc : "cc");
    VEC_PUSH(&words, "-O1");
    VEC_PUSH(&words, "-w");
    VEC_PUSH(&words, "-pthread");
    if (include)
        VEC_PUSH(&words, arena_printf(&arena, "-I%s", include));
    for (size_t i = 0; i < o->flags.count; i++)
        VEC_PUSH(&words, o->flags.items[i]);
    for (size_t i = 0; i < o->files.count; i++)
        VEC_PUSH(&words, o->files.items[i]);
    VEC_PUSH(&words, "-o");
    VEC_PUSH(&words, program);
    VEC_PUSH(&words, "-lm");
    VEC_PUSH(&words, NULL);
    pid_t pid;
    int status = -1;
    char **argv = mem_copy(words.items, words.count * sizeof *argv);
    int error = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
    while (!error && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (error)
        diag_error(diag, (struct diag_place){0}, "cannot run the C compiler %s: %s", words.items[0], strerror(error));
    else if (status != 0)
        diag_error(diag, (struct diag_place){.file = o->files.items[0]}, "the host's C compiler rejects it");
    mem_free(argv);
    VEC_FREE(&words);
    arena_free(&arena);
    return !error && status == 0;
}

static bool folder_make(char folder[PATH_MAX], struct diag *diag)
{
    const char *place = getenv("TMPDIR");
    char run[PATH_MAX + 8];
    int n = snprintf(folder, PATH_MAX - 8, "%s/impasse-conform-XXXXXX", place && *place ? place : "/tmp");
    if (n < 0 || n >= PATH_MAX - 8 || !mkdtemp(folder)) {
        diag_error(diag, (struct diag_place){0}, "cannot make a temporary folder: %s", strerror(errno));
        return false;
    }
    snprintf(run, sizeof run, "%s/run", folder);
    chmod(folder, 0755); /* the program runs as an ordinary user */
    mkdir(run, 0777);
    chmod(run, 0777);
    return true;
}

static void wall_names(struct native *n)
{
    static const struct {
        uint32_t wall;
        const char *name, *missing;
    } NAMES[] = {{WALL_PID, "pid", "no pid namespace: pids differ from the simulated ones"},
                 {WALL_IPC, "ipc", "no ipc namespace: System V objects and queues are the machine's own"},
                 {WALL_NET, "network", "no network namespace"},
                 {WALL_MOUNT, "mount", "no mount namespace: /dev/shm is the machine's own"}};
    size_t missing = 0;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (n->walls & NAMES[i].wall)
            text_printf(&n->walls_text, "%s%s", n->walls_text.count ? ", " : "", NAMES[i].name);
        else
            n->missing[missing++] = NAMES[i].missing;
    if (n->walls_text.count)
        text_printf(&n->walls_text, " namespaces of its own");
    else
        text_printf(&n->walls_text, "process group and folder of its own; this machine allows no namespaces");
}

struct native *native_start(const struct cli_options *o, const char *name, struct diag *diag)
{
    char folder[PATH_MAX], program[PATH_MAX + 8];
    int ends[2];
    for (size_t i = 0; i < o->files.count; i++)
        if (!is_source(o->files.items[i])) {
            diag_error(diag, (struct diag_place){.file = o->files.items[i]}, "conform needs C files, to compile natively");
            return NULL;
        }
    if (!folder_make(folder, diag))
        return NULL;
    snprintf(program, sizeof program, "%s/program", folder);
    if (!compile(o, program, diag) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        folder_remove(folder);
        return NULL;
    }
    chmod(program, 0755);
    struct arena arena = {0};
    struct native *n = mem_zero(1, sizeof *n);
    const char *preload = session_beside("libimpasse_jitter.so", &arena);
    char preload_copy[PATH_MAX];
    snprintf(preload_copy, sizeof preload_copy, "%s", preload ? preload : "");
    arena_free(&arena);
    fflush(NULL);
    n->socket = ends[0];
    n->keeper = fork();
    if (n->keeper == 0) {
        close(ends[0]);
        struct keeper_options k = {.folder = folder,
                                   .name = name,
                                   .preload = access(preload_copy, R_OK) == 0 ? preload_copy : NULL,
                                   .descriptors = (uint64_t)o->kernel.descriptors,
                                   .bare = o->bare,
                                   .socket = ends[1]};
        keeper_run(&k);
    }
    close(ends[1]);
    if (n->keeper < 0 || !bytes_receive(n->socket, &n->walls, sizeof n->walls)) {
        diag_error(diag, (struct diag_place){0}, "cannot start the keeper of native runs");
        native_stop(n);
        return NULL;
    }
    wall_names(n);
    return n;
}

void native_stop(struct native *n)
{
    if (!n)
        return;
    close(n->socket);
    while (n->keeper > 0 && waitpid(n->keeper, NULL, 0) < 0 && errno == EINTR)
        ;
    VEC_FREE(&n->walls_text);
    mem_free(n);
}

bool native_run(struct native *n, const struct native_run *run, struct outcome *out)
{
    vec_char strings = {0};
    struct keeper_reply reply;
    for (unsigned i = 0; i < run->argument_count; i++)
        text_append(&strings, run->arguments[i], strlen(run->arguments[i]) + 1);
    struct keeper_request request = {.seed = run->seed,
                                     .seconds = run->seconds,
                                     .argument_count = run->argument_count,
                                     .bytes = (uint32_t)strings.count};
    memset(out, 0, sizeof *out);
    bool good = bytes_send(n->socket, &request, sizeof request) &&
                bytes_send(n->socket, strings.items, strings.count) &&
                bytes_receive(n->socket, &reply, sizeof reply);
    for (int i = 0; i < 2 && good; i++) {
        VEC_RESERVE(&out->text[i], reply.bytes[i] + 1);
        out->text[i].count = reply.bytes[i];
        good = bytes_receive(n->socket, out->text[i].items, reply.bytes[i]);
    }
    if (good) {
        out->main_ended = reply.main_ended;
        out->status = reply.status;
        out->end = (enum outcome_end)reply.end;
    }
    VEC_FREE(&strings);
    return good;
}

const char *const *native_missing(const struct native *n)
{
    return n->missing;
}

const char *native_confinement(const struct native *n)
{
    return n->walls_text.items;
}
