/* Preloaded into the native runs of `impasse conform`: before calls that other processes can notice it yields or sleeps
 * at random, so that many schedules are seen. The environment variable IMPASSE_JITTER holds the seed; with 0 nothing is
 * put off. Time is not synchronisation, so that sleeps, time-outs and timers become short (jitter_time.c).
 *
 * Nothing here may change what a call does: errno is kept, and every call is made exactly once.
 */
#include "cli/jitter/jitter.h"

#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SLEEPS_MAX = 300 };

static uint64_t state;
static bool calm; /* the seed is 0 */
static int sleeps; /* of this process so far: a program with very many calls must come to its end all the same */
static int kind; /* how this process tends to dawdle; drawn anew for every process */

uint64_t jitter_draw(void) {
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

__attribute__((constructor)) static void seed(void) {
    const char *text = getenv("IMPASSE_JITTER");
    state = text ? strtoull(text, NULL, 10) : 0;
    calm = !state;
    if (calm)
        return;
    jitter_draw();
    if (jitter_draw() % 2) { /* all on one processor: then who runs next is up to the yields */
        cpu_set_t one;
        int here = sched_getcpu();
        CPU_ZERO(&one);
        CPU_SET(here < 0 ? 0 : here, &one);
        sched_setaffinity(0, sizeof one, &one);
    }
    kind = (int)(jitter_draw() % 4);
}

void jitter_dawdle(void) {
    if (calm)
        return;
    int before = errno;
    uint64_t r = jitter_draw() % 16, most = kind == 0 ? 0 : kind == 1 ? 50000 : kind == 2 ? 200000 : 1000000;
    if (r < 4 && sleeps < SLEEPS_MAX) {
        sched_yield();
    } else if (r < 8 && most && sleeps < SLEEPS_MAX) {
        sleeps++;
        struct timespec t = {0, (long)(jitter_draw() % most)};
        syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &t, NULL);
    }
    errno = before;
}

WRAP(ssize_t, read, (int f, void *bytes, size_t n), (f, bytes, n))
WRAP(ssize_t, write, (int f, const void *bytes, size_t n), (f, bytes, n))
WRAP(ssize_t, readv, (int f, const struct iovec *parts, int count), (f, parts, count))
WRAP(ssize_t, writev, (int f, const struct iovec *parts, int count), (f, parts, count))
WRAP(int, close, (int f), (f))
WRAP(int, dup, (int f), (f))
WRAP(int, dup2, (int from, int to), (from, to))
WRAP(int, dup3, (int from, int to, int flags), (from, to, flags))
WRAP(int, pipe, (int ends[2]), (ends))
WRAP(int, pipe2, (int ends[2], int flags), (ends, flags))
WRAP(int, mkfifo, (const char *name, mode_t mode), (name, mode))
WRAP(int, mkdir, (const char *name, mode_t mode), (name, mode))
WRAP(int, rmdir, (const char *name), (name))
WRAP(int, unlink, (const char *name), (name))
WRAP(int, link, (const char *from, const char *to), (from, to))
WRAP(int, rename, (const char *from, const char *to), (from, to))
WRAP(int, ftruncate, (int f, off_t size), (f, size))
WRAP(off_t, lseek, (int f, off_t offset, int whence), (f, offset, whence))
WRAP(int, epoll_ctl, (int f, int operation, int target, struct epoll_event *event), (f, operation, target, event))
WRAP(pid_t, wait, (int *status), (status))
WRAP(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options))
WRAP(int, waitid, (idtype_t type, id_t id, siginfo_t *info, int options), (type, id, info, options))
WRAP(pid_t, getppid, (void), ())
WRAP(pid_t, setsid, (void), ())
WRAP(int, setpgid, (pid_t pid, pid_t group), (pid, group))
WRAP(int, kill, (pid_t pid, int signal), (pid, signal))
WRAP(int, killpg, (pid_t group, int signal), (group, signal))
WRAP(int, sigqueue, (pid_t pid, int signal, const union sigval value), (pid, signal, value))
WRAP(int, sigaction, (int signal, const struct sigaction *new, struct sigaction *old), (signal, new, old))
WRAP(int, sigprocmask, (int how, const sigset_t *set, sigset_t *old), (how, set, old))
WRAP(int, sigpending, (sigset_t *set), (set))
WRAP(int, sigsuspend, (const sigset_t *mask), (mask))
WRAP(int, sigwait, (const sigset_t *set, int *signal), (set, signal))
WRAP(int, sigwaitinfo, (const sigset_t *set, siginfo_t *info), (set, info))
WRAP(int, pause, (void), ())
WRAP(int, munmap, (void *address, size_t n), (address, n))
WRAP(int, sem_wait, (sem_t *s), (s))
WRAP(int, sem_trywait, (sem_t *s), (s))
WRAP(int, sem_post, (sem_t *s), (s))
WRAP(int, sem_getvalue, (sem_t *s, int *value), (s, value))
WRAP(int, sched_yield, (void), ())

EXPORT int open(const char *name, int flags, ...) {
    static int (*next)(const char *, int, ...);
    va_list more;
    va_start(more, flags);
    unsigned mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, unsigned) : 0;
    va_end(more);
    NEXT(next, open);
    jitter_dawdle();
    return next(name, flags, mode);
}

/* The child dawdles in its own way. */
EXPORT pid_t fork(void) {
    static pid_t (*next)(void);
    NEXT(next, fork);
    jitter_dawdle();
    uint64_t own = jitter_draw();
    pid_t pid = next();
    if (pid == 0) {
        state ^= own;
        kind = (int)(jitter_draw() % 4);
        sleeps = 0;
        jitter_forget_timers();
    }
    if (pid >= 0)
        jitter_dawdle();
    return pid;
}

EXPORT __attribute__((noreturn)) void _exit(int status) {
    jitter_dawdle();
    syscall(SYS_exit_group, status);
    __builtin_unreachable();
}

/* The text of a failed assertion is for people, and no part of an outcome: the simulation has its own. */
EXPORT __attribute__((noreturn)) void __assert_fail(const char *what, const char *file, unsigned line,
                                                    const char *function) {
    (void)what, (void)file, (void)line, (void)function;
    abort();
}
