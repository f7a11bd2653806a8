/* What a signal does to a call that waits: the table of EINTR of spec/signal.md, one row and column at a time. For
 * tests/cli/test_eintr.py, which builds it for the kernel of this machine and gives it to impasse.
 *
 *     eintr ROW COLUMN [PATH]    COLUMN: H0 a handler without SA_RESTART, HR with it, SC a stop and a continuation
 *
 * A child makes the call, main sends the signal. Natively main waits until the child sleeps in its call, and says what
 * came of it: "EINTR", "again" (it still sleeps), or what went wrong. In the simulation the signal comes at every
 * moment, and an assertion fails where EINTR is possible. PATH: of a FIFO to be made. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *path = "/tmp/fifo";
static int empty[2], full[2], epoll, signals;
static sem_t zero;
static sigset_t none, usr2;
static struct timespec later, hour = {3600, 0};
static struct pollfd nothing = {-1, 0, 0};
static struct epoll_event event;
static siginfo_t info;
static char byte;

static void handler(int signal)
{
    (void)signal;
}

/* A child that never ends, to be waited for. */
static void have_child(void)
{
    if (fork() == 0)
        for (;;)
            pause();
}

/* A child that never executes. */
static pid_t suspended(void)
{
    pid_t pid = vfork();
    if (pid == 0)
        for (;;)
            pause();
    return pid;
}

/* One that waits at a FIFO before it would execute. */
static int spawned(void)
{
    char *arguments[] = {"true", NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, path, O_RDONLY, 0);
    return posix_spawn(&(pid_t){0}, "/bin/true", &actions, NULL, arguments, NULL);
}

/* 1: the call was interrupted. */
static int failed(long result)
{
    return result == -1 && errno == EINTR;
}

static int failed_number(int result)
{
    return result == EINTR;
}

#define ROWS(X)                                                                                                        \
    X(READ, failed(read(empty[0], &byte, 1)))                                                                          \
    X(READ_SIGNALFD, failed(read(signals, &info, 128)))                                                                \
    X(WRITE, failed(write(full[1], "x", 1)))                                                                           \
    X(WAIT, (have_child(), failed(wait(NULL))))                                                                        \
    X(WAITPID, (have_child(), failed(waitpid(-1, NULL, 0))))                                                           \
    X(WAITID, (have_child(), failed(waitid(P_ALL, 0, &info, WEXITED))))                                                \
    X(OPEN, failed(open(path, O_RDONLY)))                                                                              \
    X(OPENAT, failed(openat(AT_FDCWD, path, O_WRONLY)))                                                                \
    X(SEM_WAIT, failed(sem_wait(&zero)))                                                                               \
    X(PAUSE, failed(pause()))                                                                                          \
    X(SIGSUSPEND, failed(sigsuspend(&none)))                                                                           \
    X(SIGPAUSE, failed(sigpause(SIGUSR2)))                                                                             \
    X(USLEEP, failed(usleep(900000000)))                                                                               \
    X(NANOSLEEP, failed(nanosleep(&hour, NULL)))                                                                       \
    X(CLOCK_NANOSLEEP, failed_number(clock_nanosleep(CLOCK_MONOTONIC, 0, &hour, NULL)))                                \
    X(POLL, failed(poll(&nothing, 1, -1)))                                                                             \
    X(PPOLL, failed(ppoll(&nothing, 1, NULL, NULL)))                                                                   \
    X(SELECT, failed(select(0, NULL, NULL, NULL, NULL)))                                                               \
    X(PSELECT, failed(pselect(0, NULL, NULL, NULL, NULL, NULL)))                                                       \
    X(EPOLL_WAIT, failed(epoll_wait(epoll, &event, 1, -1)))                                                            \
    X(EPOLL_PWAIT, failed(epoll_pwait(epoll, &event, 1, -1, NULL)))                                                    \
    X(SIGWAITINFO, failed(sigwaitinfo(&usr2, NULL)))                                                                   \
    X(SIGTIMEDWAIT, failed(sigtimedwait(&usr2, NULL, &hour)))                                                          \
    X(SEM_TIMEDWAIT, failed(sem_timedwait(&zero, &later)))                                                             \
    X(SEM_CLOCKWAIT, failed(sem_clockwait(&zero, CLOCK_REALTIME, &later)))                                             \
    X(SLEEP, sleep(3600) != 0)                                                                                         \
    X(SIGWAIT, failed_number(sigwait(&usr2, &(int){0})))                                                               \
    X(VFORK, failed(suspended()))                                                                                      \
    X(SPAWN, failed_number(spawned()))

#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* sigpause */
#define X(name, made)                                                                                                  \
    static int row_##name(void)                                                                                        \
    {                                                                                                                  \
        return made;                                                                                                   \
    }
ROWS(X)
#undef X

static const struct row {
    const char *name;
    int (*interrupted)(void);
} rows[] = {
#define X(name, made) {#name, row_##name},
    ROWS(X)
#undef X
};

static void prepare(void)
{
    pipe(empty);
    pipe2(full, O_NONBLOCK);
    fcntl(full[1], F_SETPIPE_SZ, 4096);
    static const char page[4096];
    write(full[1], page, sizeof page);
    fcntl(full[1], F_SETFL, 0);
    mkfifo(path, 0600);
    sem_init(&zero, 0, 0);
    sigemptyset(&none);
    sigemptyset(&usr2);
    sigaddset(&usr2, SIGUSR2);
    sigprocmask(SIG_BLOCK, &usr2, NULL);
    signals = signalfd(-1, &usr2, 0);
    epoll = epoll_create1(0);
    later.tv_sec = time(NULL) + 3600;
}

#ifdef __impasse__
static void watch(pid_t child, const char *column)
{
    if (strcmp(column, "SC") == 0) {
        kill(child, SIGSTOP);
        kill(child, SIGCONT);
    } else {
        kill(child, SIGUSR1);
    }
    waitpid(child, NULL, 0);
}
#else
static char state_of(pid_t pid)
{
    char name[64], text[512], *end;
    snprintf(name, sizeof name, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(name, "r");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    text[n] = '\0';
    if (f)
        fclose(f);
    end = strrchr(text, ')');
    return end ? end[2] : '?';
}

/* Until the child is in that state, has ended, or waits in vfork (D), five looks in a row. */
static void until(pid_t child, char state)
{
    for (int same = 0, looks = 0; same < 5 && looks < 2000; looks++) {
        char now = state_of(child);
        same = now == state || now == 'D' || now == 'Z' ? same + 1 : 0;
        usleep(5000);
    }
}

static void watch(pid_t child, const char *column)
{
    int status;
    until(child, 'S');
    if (strcmp(column, "SC") == 0) {
        kill(child, SIGSTOP);
        until(child, 'T');
        kill(child, SIGCONT);
    } else {
        kill(child, SIGUSR1);
    }
    until(child, 'S');
    if (waitpid(child, &status, WNOHANG) == 0)
        puts("again");
    else
        puts(WIFEXITED(status) && WEXITSTATUS(status) == 1 ? "EINTR" : "ended otherwise");
    fflush(stdout);
    unlink(path);
    kill(0, SIGKILL); /* main too; what posix_spawn is about to start blocks all other signals */
}
#endif

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = handler};
    size_t i = 0;
    if (argc > 3)
        path = argv[3];
    while (i < sizeof rows / sizeof *rows && argc > 2 && strcmp(rows[i].name, argv[1]) != 0)
        i++;
    if (argc < 3 || i == sizeof rows / sizeof *rows) {
        printf("there is no such row\n");
        return 2;
    }
    prepare();
    action.sa_flags = strcmp(argv[2], "HR") == 0 ? SA_RESTART : 0;
    sigaction(SIGUSR1, &action, NULL);
    pid_t child = fork();
    if (child == 0) {
        int interrupted = rows[i].interrupted();
#ifdef __impasse__
        assert(!interrupted);
#endif
        _exit(interrupted);
    }
    watch(child, argv[2]);
    return 0;
}
