/* See conform_keeper.h. Two processes: the outer one waits, and removes the folder; the inner one is the init of the
 * namespaces, and starts, watches and ends the runs. */
#include "cli/conform_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/vec.h"
#include "cli/conform_files.h"
#include "cli/conform_names.h"
#include "cli/conform_outcomes.h"
#include "cli/conform_sleepers.h"
#include "cli/conform_walls.h"

enum { LOOK_MILLISECONDS = 10, QUIET_LOOKS = 4 };
/* Of processor time: more than any run is given (conform.c), as whoever is killed for it has an outcome of his own. */
enum { CPU_SECONDS = 60 };
/* What a run writes is left lying until so many bytes are there: to take some tells who watches its console that there
 * is room again, which the simulation's console never tells (FD-15). Room for that, and so much that even single bytes,
 * for each of which Linux counts less than 1 KiB, leave three quarters of it free until then: it is always writable. */
enum { TAKEN_AT = 1 << 16, OUTPUT_ROOM = 1 << 27 };
enum { OUTPUT_MAX = 1 << 20, PROCESSES_MAX = 1024, ARGUMENTS_MAX = 64 };

/* ---- one run ---- */

struct run {
    const struct keeper_options *o;
    const struct keeper_request *request;
    char *arguments[ARGUMENTS_MAX + 2];
    char created[512]; /* the list of names and objects that it creates */
    uint32_t walls;
    pid_t main;
    int input, ends[2]; /* our ends of its standard input, and of its standard output and standard error */
    int taken_at;       /* bytes; 0: at once, where there may be no such room */
    int signals;
    vec_char text[2];
    struct keeper_reply reply;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void limit(int resource, rlim_t value)
{
    struct rlimit r = {.rlim_cur = value, .rlim_max = value};
    setrlimit((__rlimit_resource_t)resource, &r);
}

static void drop_user(void)
{
    if (geteuid() != 0)
        return;
    if (setgroups(0, NULL) != 0 || setresgid(PLAIN_USER, PLAIN_USER, PLAIN_USER) != 0 ||
        setresuid(PLAIN_USER, PLAIN_USER, PLAIN_USER) != 0)
        _exit(127);
}

/* In the child: never returns. It waits until the gate is closed at its other end: then all of them are there, and none
 * has done anything. */
static void become_program(const struct run *r, const struct keeper_program *p, const int theirs[3], const int gate[2])
{
    char folder[512], jitter[64], nothing;
    sigset_t none;
    snprintf(folder, sizeof folder, "%s/run", r->o->folder);
    setpgid(0, 0);
    close(gate[1]);
    while (read(gate[0], &nothing, 1) < 0 && errno == EINTR)
        ;
    if (chdir(r->walls & WALL_HOME ? WALLS_HOME : folder) != 0)
        _exit(127);
    for (int i = 0; i < 3; i++)
        if (dup2(theirs[i], i) < 0)
            _exit(127);
    close_range(3, ~0U, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, CPU_SECONDS);
    limit(RLIMIT_AS, (rlim_t)1 << 30);
    limit(RLIMIT_FSIZE, (rlim_t)16 << 20);
    limit(RLIMIT_NOFILE, r->o->descriptors);
    limit(RLIMIT_NPROC, PROCESSES_MAX);
    drop_user();
    umask(022); /* as in the simulation */
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    clearenv();
    if (r->o->preload) { /* with seed 0 it puts nothing off, and only brings timers near */
        snprintf(jitter, sizeof jitter, "%llu", (unsigned long long)r->request->seed);
        setenv("IMPASSE_JITTER", jitter, 1);
        setenv("LD_PRELOAD", r->o->preload, 1);
        setenv("IMPASSE_CREATED", r->created, 1);
    }
    if (r->o->path)
        setenv("PATH", r->o->path, 1);
    execv(p->file, p->arguments);
    _exit(127);
}

/* Sockets, not pipes: they can be read and written at both ends, as the simulation's console can. Reading gives end of
 * file at once. */
static bool start(struct run *r)
{
    int pairs[3][2], gate[2];
    const int room = OUTPUT_ROOM;
    bool lazy = true;
    char file[512];
    snprintf(file, sizeof file, "%s/program", r->o->folder);
    const struct keeper_program first = {file, r->arguments};
    if (pipe2(gate, O_CLOEXEC) != 0)
        return false;
    for (int i = 0; i < 3; i++) {
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs[i]) != 0)
            return false;
        shutdown(pairs[i][0], SHUT_WR);
        lazy = setsockopt(pairs[i][1], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) == 0 && lazy;
    }
    r->taken_at = lazy ? TAKEN_AT : 0;
    if (r->walls & WALL_PID)
        text_overwrite("/proc/sys/kernel/ns_last_pid", "1"); /* main is process 2, as in the simulation */
    bool good = true;
    for (uint32_t i = 0; i <= r->o->start_count && good; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            const int theirs[3] = {pairs[0][1], pairs[1][1], pairs[2][1]};
            become_program(r, i ? &r->o->starts[i - 1] : &first, theirs, gate);
        }
        if (i == 0)
            r->main = pid;
        good = pid > 0;
    }
    close(gate[0]);
    close(gate[1]);
    for (int i = 0; i < 3; i++)
        close(pairs[i][1]);
    r->input = pairs[0][0]; /* open until the end: writing to standard input goes well, as in the simulation */
    for (int i = 0; i < 2; i++) {
        r->ends[i] = pairs[i + 1][0];
        fcntl(r->ends[i], F_SETFL, O_NONBLOCK);
    }
    return good;
}

/* Takes all that was written to a stream, if there are so many bytes. */
static void drain(struct run *r, int i, int least)
{
    char bytes[16384];
    ssize_t n;
    int there = 0;
    if (r->ends[i] >= 0 && least && ioctl(r->ends[i], FIONREAD, &there) == 0 && there < least)
        return;
    while (r->ends[i] >= 0 && (n = read(r->ends[i], bytes, sizeof bytes)) != 0) {
        if (n < 0)
            return;
        if (r->text[i].count < OUTPUT_MAX)
            text_append(&r->text[i], bytes, (size_t)n);
    }
    if (r->ends[i] >= 0)
        close(r->ends[i]);
    r->ends[i] = -1;
}

/* Whether the child is main; then notes how it ended. It is left a zombie until all others are gone, as in the
 * simulation: nobody asks for its status before (PROC-06). */
static bool note_main(const siginfo_t *child, struct run *r)
{
    if (child->si_pid != r->main)
        return false;
    r->reply.main_ended = 1;
    r->reply.status = child->si_code == CLD_EXITED ? W_EXITCODE(child->si_status, 0) : W_EXITCODE(0, child->si_status);
    return true;
}

/* Takes the dead children but main. True when no process is left. */
static bool reap(struct run *r)
{
    siginfo_t child = {0};
    while (!r->reply.main_ended && waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) == 0 && child.si_pid)
        if (!note_main(&child, r))
            waitpid(child.si_pid, NULL, 0);
    if (!r->reply.main_ended)
        return false;
    /* From now on waitid has main to tell of each time. Whoever is taken may have left children. */
    vec_u32 others = {0};
    bool left;
    do {
        others.count = 0;
        left = false;
        sleepers_children(&others);
        for (size_t i = 0; i < others.count; i++)
            left |= others.items[i] != (uint32_t)r->main && waitpid((pid_t)others.items[i], NULL, WNOHANG) == 0;
    } while (others.count > 1 && !left);
    VEC_FREE(&others);
    return !left;
}

static void kill_all(const struct run *r)
{
    int status;
    for (;;) {
        if (r->walls & WALL_PID)
            kill(-1, SIGKILL); /* this is an init: -1 are the processes of this namespace only */
        else
            sleepers_kill();
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid < 0)
            return;
        if (pid == 0)
            usleep(500);
    }
}

/* False: Impasse is gone, or wants no more. */
static bool watch(struct run *r)
{
    double deadline = now() + r->request->seconds, since = 0;
    uint64_t before = 0;
    int quiet = 0;
    for (;;) {
        struct pollfd p[] = {{r->taken_at ? -1 : r->ends[0], POLLIN, 0},
                             {r->taken_at ? -1 : r->ends[1], POLLIN, 0},
                             {r->signals, POLLIN, 0},
                             {r->o->socket, POLLIN, 0}};
        int ready = poll(p, 4, LOOK_MILLISECONDS);
        drain(r, 0, r->taken_at);
        drain(r, 1, r->taken_at);
        if (p[3].revents)
            return false;
        struct signalfd_siginfo info;
        while (read(r->signals, &info, sizeof info) > 0)
            ;
        if (reap(r)) {
            r->reply.end = OUTCOME_ENDED;
            return true;
        }
        if (now() > deadline || r->text[0].count >= OUTPUT_MAX || r->text[1].count >= OUTPUT_MAX) {
            r->reply.end = OUTCOME_RUNNING;
            return true;
        }
        uint64_t moves;
        if (ready != 0 || !sleepers_all(&moves)) {
            quiet = 0;
            continue;
        }
        quiet = quiet && moves == before ? quiet + 1 : 1;
        before = moves;
        if (quiet == 1)
            since = now();
        if (quiet >= QUIET_LOOKS && now() - since >= r->request->quiet) {
            r->reply.end = OUTCOME_HANGS;
            return true;
        }
    }
}

static bool serve(const struct keeper_options *o, uint32_t walls, int signals)
{
    struct keeper_request request;
    char folder[512];
    if (!bytes_receive(o->socket, &request, sizeof request))
        return false;
    char *strings = mem_zero(1, (size_t)request.bytes + 1);
    struct run r = {.o = o, .request = &request, .walls = walls, .input = -1, .ends = {-1, -1}, .signals = signals};
    bool good = bytes_receive(o->socket, strings, request.bytes);
    char *at = strings;
    r.arguments[0] = (char *)(uintptr_t)o->name;
    for (uint32_t i = 0; i < request.argument_count && i < ARGUMENTS_MAX; i++) {
        r.arguments[i + 1] = at;
        at += strlen(at) + 1;
    }
    snprintf(r.created, sizeof r.created, "%s/created", o->folder);
    names_begin(r.created);
    good = good && start(&r) && watch(&r);
    for (int i = 0; i < 2; i++)
        drain(&r, i, 0);
    kill_all(&r);
    names_remove(r.created);
    snprintf(folder, sizeof folder, "%s/run", o->folder);
    folder_empty(folder);
    if (walls & WALL_MOUNT)
        folder_empty("/dev/shm");
    if (walls & WALL_TMP)
        folder_empty("/tmp");
    close(r.input);
    for (int i = 0; i < 2; i++)
        if (r.ends[i] >= 0)
            close(r.ends[i]);
    if (good) {
        r.reply.bytes[0] = (uint32_t)r.text[0].count;
        r.reply.bytes[1] = (uint32_t)r.text[1].count;
        good = bytes_send(o->socket, &r.reply, sizeof r.reply) &&
               bytes_send(o->socket, r.text[0].items, r.text[0].count) &&
               bytes_send(o->socket, r.text[1].items, r.text[1].count);
    }
    VEC_FREE(&r.text[0]);
    VEC_FREE(&r.text[1]);
    mem_free(strings);
    return good;
}

static void inner(const struct keeper_options *o, uint32_t walls)
{
    sigset_t child;
    if (walls & WALL_PID)
        setsid(); /* so that the session of the runs is 1, as in the simulation */
    else
        prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (walls)
        walls |= walls_mount(o->folder);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    int signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (bytes_send(o->socket, &walls, sizeof walls))
        while (serve(o, walls, signals))
            ;
    _exit(0);
}

void keeper_run(const struct keeper_options *o)
{
    setsid(); /* out of reach of the terminal's Ctrl-C: it ends when the socket closes */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    umask(0);
    int nothing = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3; i++)
        dup2(nothing, i);
    uint32_t walls = o->bare ? 0 : walls_build();
    pid_t pid = fork();
    if (pid == 0)
        inner(o, walls);
    close(o->socket);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    _exit(0);
}
