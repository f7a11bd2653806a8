/* Preloaded into the native runs of `impasse conform`: before calls that other processes can notice it yields or sleeps
 * at random, so that many schedules are seen. Sleeps of the program become short random ones, as time is not
 * synchronisation. The environment variable IMPASSE_JITTER holds the seed.
 *
 * Nothing here may change what a call does: errno is kept, and every call is made exactly once.
 */
#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t state;
enum { SLEEPS_MAX = 300 };

static int sleeps; /* of this process so far: a program with very many calls must come to its end all the same */
static int kind; /* how this process tends to dawdle; drawn anew for every process */

static uint64_t draw(void) {
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

__attribute__((constructor)) static void seed(void) {
    const char *text = getenv("IMPASSE_JITTER");
    state = text ? strtoull(text, NULL, 10) : 0;
    draw();
    if (draw() % 2) { /* all on one processor: then who runs next is up to the yields */
        cpu_set_t one;
        int here = sched_getcpu();
        CPU_ZERO(&one);
        CPU_SET(here < 0 ? 0 : here, &one);
        sched_setaffinity(0, sizeof one, &one);
    }
    kind = (int)(draw() % 4);
}

static void dawdle(void) {
    int before = errno;
    uint64_t r = draw() % 16, most = kind == 0 ? 0 : kind == 1 ? 50000 : kind == 2 ? 200000 : 1000000;
    if (r < 4 && sleeps < SLEEPS_MAX) {
        sched_yield();
    } else if (r < 8 && most && sleeps < SLEEPS_MAX) {
        sleeps++;
        struct timespec t = {0, (long)(draw() % most)};
        syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &t, NULL);
    }
    errno = before;
}

#define WRAP(result, name, parameters, arguments)                                                                      \
    __attribute__((visibility("default"))) result name parameters {                                                    \
        static result(*next) parameters;                                                                               \
        if (!next) {                                                                                                   \
            int before = errno;                                                                                        \
            next = (result(*) parameters)(uintptr_t)dlsym(RTLD_NEXT, #name);                                           \
            errno = before;                                                                                            \
        }                                                                                                              \
        dawdle();                                                                                                      \
        return next arguments;                                                                                         \
    }

WRAP(ssize_t, read, (int f, void *bytes, size_t n), (f, bytes, n))
WRAP(ssize_t, write, (int f, const void *bytes, size_t n), (f, bytes, n))
WRAP(int, close, (int f), (f))
WRAP(int, dup, (int f), (f))
WRAP(int, dup2, (int from, int to), (from, to))
WRAP(int, dup3, (int from, int to, int flags), (from, to, flags))
WRAP(int, pipe, (int ends[2]), (ends))
WRAP(int, pipe2, (int ends[2], int flags), (ends, flags))
WRAP(pid_t, wait, (int *status), (status))
WRAP(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options))
WRAP(pid_t, getppid, (void), ())
WRAP(int, kill, (pid_t pid, int signal), (pid, signal))
WRAP(int, munmap, (void *address, size_t n), (address, n))
WRAP(int, sem_wait, (sem_t *s), (s))
WRAP(int, sem_trywait, (sem_t *s), (s))
WRAP(int, sem_post, (sem_t *s), (s))
WRAP(int, sem_getvalue, (sem_t *s, int *value), (s, value))
WRAP(int, sched_yield, (void), ())

/* The child dawdles in its own way. */
__attribute__((visibility("default"))) pid_t fork(void) {
    pid_t (*next)(void) = (pid_t(*)(void))(uintptr_t)dlsym(RTLD_NEXT, "fork");
    dawdle();
    uint64_t own = draw();
    pid_t pid = next();
    if (pid == 0) {
        state ^= own;
        kind = (int)(draw() % 4);
        sleeps = 0;
    }
    if (pid >= 0)
        dawdle();
    return pid;
}

__attribute__((visibility("default"), noreturn)) void _exit(int status) {
    dawdle();
    syscall(SYS_exit_group, status);
    __builtin_unreachable();
}

/* The text of a failed assertion is for people, and no part of an outcome: the simulation has its own. */
__attribute__((visibility("default"), noreturn)) void __assert_fail(const char *what, const char *file, unsigned line,
                                                                    const char *function) {
    (void)what, (void)file, (void)line, (void)function;
    abort();
}

/* Sleeps that are well-formed take up to a millisecond. */
static void nap(void) {
    int before = errno;
    struct timespec t = {0, (long)(draw() % 1000000)};
    syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &t, NULL);
    errno = before;
}

__attribute__((visibility("default"))) unsigned sleep(unsigned seconds) {
    (void)seconds;
    nap();
    return 0;
}

__attribute__((visibility("default"))) int usleep(useconds_t microseconds) {
    (void)microseconds;
    nap();
    return 0;
}

static int is_time(const struct timespec *t) {
    return t->tv_sec >= 0 && t->tv_nsec >= 0 && t->tv_nsec <= 999999999;
}

__attribute__((visibility("default"))) int nanosleep(const struct timespec *t, struct timespec *left) {
    if (!t || !is_time(t))
        return (int)syscall(SYS_nanosleep, t, left);
    nap();
    return 0;
}

/* A deadline is brought near, so that waiting for it is no hang. */
__attribute__((visibility("default"))) int sem_timedwait(sem_t *s, const struct timespec *deadline) {
    int (*next)(sem_t *, const struct timespec *) =
        (int (*)(sem_t *, const struct timespec *))(uintptr_t)dlsym(RTLD_NEXT, "sem_timedwait");
    struct timespec near;
    dawdle();
    if (is_time(deadline)) {
        clock_gettime(CLOCK_REALTIME, &near);
        near.tv_nsec += (long)(draw() % 2000000);
        if (near.tv_nsec > 999999999) {
            near.tv_nsec -= 1000000000;
            near.tv_sec++;
        }
        if (deadline->tv_sec > near.tv_sec || (deadline->tv_sec == near.tv_sec && deadline->tv_nsec > near.tv_nsec))
            deadline = &near;
    }
    return next(s, deadline);
}
