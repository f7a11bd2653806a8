/* See conform_native.h. */
#include "cli/conform_native.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/conform_compile.h"
#include "cli/conform_files.h"
#include "cli/conform_guard.h"
#include "cli/conform_keeper.h"

enum { WALLS = 6 }; /* of those that are spoken of */

struct native {
    int socket;
    pid_t keeper;
    struct guard guard; /* of the folder */
    uint32_t walls;
    vec_char walls_text;
    const char *missing[WALLS + 1]; /* NULL-ended */
    struct conform_programs programs;
    struct arena arena;
};

static bool folder_make(struct guard *guard, char folder[PATH_MAX], struct diag *diag)
{
    const char *place = getenv("TMPDIR");
    char run[PATH_MAX + 8], real[PATH_MAX];
    bool good = realpath(place && *place ? place : "/tmp", real);
    int n = good ? snprintf(folder, PATH_MAX - 8, "%s/impasse-conform-XXXXXX", real) : -1;
    if (n < 0 || n >= PATH_MAX - 8 || !guard_start(guard, folder)) {
        diag_error(diag, (struct diag_place){0}, "cannot make a temporary folder: %s", strerror(errno));
        return false;
    }
    snprintf(run, sizeof run, "%s/run", folder);
    chmod(folder, 0755); /* the program runs as an ordinary user */
    mkdir(run, 0777);
    chmod(run, 0777);
    return true;
}

/* The jitter library goes into the folder, which the runs see wherever the library lies. False: there is none. */
static bool preload_copy(const char *to)
{
    struct arena arena = {0};
    const char *from = session_beside("libimpasse_jitter.so", &arena);
    int in = from ? open(from, O_RDONLY | O_CLOEXEC) : -1;
    int out = in >= 0 ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) : -1;
    char bytes[16384];
    ssize_t n = -1;
    while (out >= 0 && (n = read(in, bytes, sizeof bytes)) > 0 && write(out, bytes, (size_t)n) == n)
        ;
    if (out >= 0) {
        fchmod(out, 0644);
        close(out);
    }
    if (in >= 0)
        close(in);
    arena_free(&arena);
    return n == 0;
}

static void wall_names(struct native *n)
{
    static const struct {
        uint32_t wall;
        const char *name, *missing;
    } NAMES[] = {{WALL_PID, "pid", "no pid namespace: pids differ from the simulated ones"},
                 {WALL_IPC, "ipc", "no ipc namespace: System V objects and queues are the machine's own"},
                 {WALL_NET, "network", "no network namespace"},
                 {WALL_MOUNT, "mount", "no mount namespace: /dev/shm is the machine's own"},
                 {WALL_TMP, NULL, "no /tmp of its own: what a program makes there is seen by others, and stays"},
                 {WALL_HOME, NULL,
                  "no folder right below the root: what lies above the working directory is the machine's own"}};
    size_t missing = 0;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (!(n->walls & NAMES[i].wall))
            n->missing[missing++] = NAMES[i].missing;
        else if (NAMES[i].name)
            text_printf(&n->walls_text, "%s%s", n->walls_text.count ? ", " : "", NAMES[i].name);
    if (n->walls_text.count)
        text_printf(&n->walls_text, " namespaces of its own");
    else
        text_printf(&n->walls_text, "process group and folder of its own; this machine allows no namespaces");
}

static void native_free(struct native *n)
{
    guard_stop(&n->guard);
    VEC_FREE(&n->walls_text);
    conform_programs_free(&n->programs);
    arena_free(&n->arena);
    mem_free(n);
}

struct native *native_start(const struct cli_options *o, const char *name, struct diag *diag)
{
    char folder[PATH_MAX], preload[PATH_MAX + 16];
    int ends[2];
    struct guard guard;
    if (!folder_make(&guard, folder, diag))
        return NULL;
    struct native *n = mem_zero(1, sizeof *n);
    n->guard = guard;
    if (!conform_compile(o, folder, &n->programs, &n->arena, diag) ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        native_free(n);
        return NULL;
    }
    snprintf(preload, sizeof preload, "%s/jitter.so", folder);
    bool has_preload = preload_copy(preload);
    fflush(NULL);
    n->socket = ends[0];
    n->keeper = fork();
    if (n->keeper == 0) {
        close(ends[0]);
        struct keeper_options k = {.folder = folder,
                                   .name = name,
                                   .preload = has_preload ? preload : NULL,
                                   .path = n->programs.path,
                                   .starts = n->programs.starts.items,
                                   .start_count = (uint32_t)n->programs.starts.count,
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
    native_free(n);
}

bool native_run(struct native *n, const struct native_run *run, struct outcome *out)
{
    vec_char strings = {0};
    struct keeper_reply reply;
    for (unsigned i = 0; i < run->argument_count; i++)
        text_append(&strings, run->arguments[i], strlen(run->arguments[i]) + 1);
    struct keeper_request request = {.seed = run->seed,
                                     .seconds = run->seconds,
                                     .quiet = run->quiet,
                                     .argument_count = run->argument_count,
                                     .bytes = (uint32_t)strings.count};
    memset(out, 0, sizeof *out);
    bool good = bytes_send(n->socket, &request, sizeof request) &&
                bytes_send(n->socket, strings.items, strings.count) && bytes_receive(n->socket, &reply, sizeof reply);
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
