/* Performs the calls that its first argument lists, and prints what each returned: one program that stands for all
 * random call sequences of tests/conform/generate.py, in the simulation and natively.
 *
 * A script is a row of calls without blanks: a letter (see CALLS in generate.py), numbers with commas between them, and
 * a semicolon. F{...}; forks: what is in the braces is the child's. Results: the value or the name of errno.
 *
 * The log of main goes to standard output, the children's to standard error; each through a high descriptor, out of the
 * way of the calls under test. While main is the only process it is written call by call, then at exit.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOG_DESCRIPTOR = 100, LOG_MAX = 6000, BUFFER = 70000, ARGUMENTS = 4, REGIONS = 4, SEMAPHORES = 3 };

static char text[LOG_MAX];
static int text_length, log_descriptor = LOG_DESCRIPTOR, has_forked;
static char buffer[BUFFER];
static int written; /* bytes written so far: the next write goes on counting */
static char *regions[REGIONS];
static sem_t semaphores[SEMAPHORES];
static int children[8], child_count;

static void put(char c) {
    if (text_length < LOG_MAX)
        text[text_length++] = c;
}

static void put_text(const char *s) {
    while (*s)
        put(*s++);
}

static void put_number(long n) {
    char digits[24];
    int count = 0;
    unsigned long u = n < 0 ? 0ul - (unsigned long)n : (unsigned long)n;
    do {
        digits[count++] = (char)('0' + u % 10);
    } while (u /= 10);
    if (n < 0)
        put('-');
    while (count)
        put(digits[--count]);
}

static void flush(void) {
    int before = errno;
    if (write(log_descriptor, text, (size_t)text_length) >= 0)
        text_length = 0;
    errno = before;
}

static const char *error_name(int error) {
    static const struct {
        int error;
        const char *name;
    } names[] = {{EBADF, "EBADF"},   {EINVAL, "EINVAL"}, {EAGAIN, "EAGAIN"}, {EFAULT, "EFAULT"},
                 {ECHILD, "ECHILD"}, {ESPIPE, "ESPIPE"}, {EMFILE, "EMFILE"}, {ENOTTY, "ENOTTY"},
                 {EPERM, "EPERM"},   {ESRCH, "ESRCH"},   {EBUSY, "EBUSY"},   {ENOMEM, "ENOMEM"},
                 {EPIPE, "EPIPE"},   {EINTR, "EINTR"},   {EACCES, "EACCES"}, {EOVERFLOW, "EOVERFLOW"},
                 {ENODEV, "ENODEV"}, {ETIMEDOUT, "ETIMEDOUT"}, {ENOSYS, "ENOSYS"}, {ENXIO, "ENXIO"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].error == error)
            return names[i].name;
    return NULL;
}

static void put_error(int error) {
    const char *name = error_name(error);
    if (name) {
        put_text(name);
    } else {
        put('E');
        put_number(error);
    }
}

static void result(long value) {
    put('=');
    if (value == -1)
        put_error(errno);
    else
        put_number(value);
}

/* A process by its part in the family: numbers differ. */
static void result_process(long pid) {
    put('=');
    if (pid == -1) {
        put_error(errno);
        return;
    }
    if (pid > 0 && pid == getpid()) {
        put_text("self");
        return;
    }
    for (int i = 0; i < child_count; i++)
        if (children[i] == pid) {
            put('c');
            put_number(i);
            return;
        }
    put_text(pid == 0 ? "0" : pid == 1 ? "init" : "other");
}

/* 0: 0, 1: self, 2..5: a child, 6: -1, 7: a pid that nobody has, 8: another one, negative; 9: INT_MIN; 10: -self */
static int process_of(long selector) {
    switch (selector) {
    case 0:
        return 0;
    case 1:
        return getpid();
    case 6:
        return -1;
    case 7:
        return 1999999999;
    case 8:
        return -1999999999;
    case 9:
        return INT_MIN;
    case 10:
        return -getpid();
    default:
        return selector - 2 < child_count ? children[selector - 2] : 1999999998;
    }
}

/* 0: the buffer, 1: NULL, 2: the first page, 3: beyond what user space has, 4: shared memory */
static void *address_of(long selector) {
    switch (selector) {
    case 1:
        return NULL;
    case 2:
        return (void *)(intptr_t)64;
    case 3:
        return (void *)(uintptr_t)0xffff800000000000;
    case 4:
        return regions[0] ? regions[0] : buffer;
    default:
        return buffer;
    }
}

static void put_bytes(const char *bytes, long n) {
    unsigned sum = 0;
    for (long i = 0; i < n && i < 64; i++)
        sum = sum * 31 + (unsigned char)bytes[i];
    put(':');
    put_number((long)(sum % 100000));
}

static void do_read(int f, void *where, unsigned long n) {
    long done = read(f, where, n);
    result(done);
    if (done > 0)
        put_bytes(where, done);
}

static void do_write(int f, void *from, unsigned long n) {
    if (from == buffer)
        for (unsigned long i = 0; i < n && i < 64; i++)
            buffer[i] = (char)('a' + (written + (int)i) % 23);
    long done = write(f, from, n);
    if (done > 0)
        written += (int)done;
    result(done);
}

static void do_wait(int pid, int options, int with_status, int plain) {
    int status = 12345;
    long got = plain ? wait(with_status ? &status : NULL) : waitpid(pid, with_status ? &status : NULL, options);
    result_process(got);
    if (with_status) {
        put(':');
        put_number(status);
    }
}

static void do_map(int slot, long length, int protection, int flags) {
    void *p = mmap(NULL, (size_t)length, protection, flags, -1, 0);
    put('=');
    if (p == MAP_FAILED) {
        put_error(errno);
        return;
    }
    put_text("map");
    regions[slot % REGIONS] = p;
}

static void do_unmap(int slot, long length, long offset) {
    char *p = regions[slot % REGIONS];
    int done = munmap(p + offset, (size_t)length);
    result(done);
    if (done == 0)
        regions[slot % REGIONS] = NULL;
}

static void do_semaphore(char call, sem_t *s, long a, long b) {
    static const struct timespec past, wrong = {0, 1000000000};
    int value = 77;
    switch (call) {
    case 'I':
        result(sem_init(s, (int)a, (unsigned)b));
        return;
    case 'a':
        result(sem_trywait(s));
        return;
    case 'A':
        result(sem_wait(s));
        return;
    case 'b':
        result(sem_post(s));
        return;
    case 'B':
        result(sem_timedwait(s, a ? &wrong : &past));
        return;
    default:
        result(sem_getvalue(s, &value));
        put(':');
        put_number(value);
    }
}

static void do_sleep(char call, long a, long b) {
    struct timespec t = {a, b};
    put('=');
    if (call == 'n') {
        int r = nanosleep(a == 7 ? NULL : &t, NULL);
        r ? put_error(errno) : put('0');
    } else {
        int r = clock_nanosleep((clockid_t)b, 0, &(struct timespec){0, a}, NULL);
        r ? put_error(r) : put('0');
    }
}

static void finish(int status) {
    flush();
    _exit(status);
}

static const char *run(const char *at);

/* Behind the closing brace that belongs to an opened one. */
static const char *behind_brace(const char *at) {
    for (int depth = 1; *at && depth; at++)
        depth += *at == '{' ? 1 : *at == '}' ? -1 : 0;
    return at;
}

static const char *do_fork(const char *at) {
    int pid = fork();
    if (pid == 0) {
        text_length = 0;
        log_descriptor = LOG_DESCRIPTOR + 1;
        has_forked = 1;
        child_count = 0;
        run(at);
        finish(0);
    }
    has_forked = 1;
    if (pid > 0 && child_count < 8)
        children[child_count++] = pid;
    result_process(pid);
    return behind_brace(at);
}

static void call(char name, const long a[ARGUMENTS]) {
    int f = (int)a[0], ends[2] = {-7, -7};
    sem_t *s = a[0] < SEMAPHORES ? &semaphores[a[0]] : regions[0] ? (sem_t *)(void *)regions[0] : &semaphores[0];
    switch (name) {
    case 'p':
    case 'P':
        result(name == 'p' ? pipe(a[0] ? address_of(a[0]) : ends) : pipe2(a[1] ? address_of(a[1]) : ends, (int)a[0]));
        put(':');
        put_number(ends[0]);
        put(',');
        put_number(ends[1]);
        break;
    case 'r':
        do_read(f, address_of(a[2]), (unsigned long)a[1]);
        break;
    case 'w':
        do_write(f, address_of(a[2]), (unsigned long)a[1]);
        break;
    case 'c':
        result(close(f));
        break;
    case 'd':
        result(dup(f));
        break;
    case 'D':
        result(dup2(f, (int)a[1]));
        break;
    case 'E':
        result(dup3(f, (int)a[1], (int)a[2]));
        break;
    case 'f':
        result(fcntl(f, (int)a[1], (int)a[2]));
        break;
    case 'l':
        result(lseek(f, a[1], (int)a[2]));
        break;
    case 't':
        errno = 0;
        put('=');
        put_number(isatty(f));
        if (errno)
            put_error(errno);
        break;
    case 'v':
        do_wait(0, 0, (int)a[0], 1);
        break;
    case 'V':
        do_wait(process_of(a[0]), (int)a[1], (int)a[2], 0);
        break;
    case 'k':
        result_process(getppid());
        break;
    case 'g':
        result_process(getpgrp());
        break;
    case 'G':
        result_process(getpgid(process_of(a[0])));
        break;
    case 's':
        result_process(setsid());
        break;
    case 'S':
        result_process(getsid(process_of(a[0])));
        break;
    case 'q':
        result(setpgid(process_of(a[0]), process_of(a[1])));
        break;
    case 'u':
        result(a[0] == 0 ? getuid() : a[0] == 1 ? geteuid() : a[0] == 2 ? getgid() : getegid());
        break;
    case 'm':
        do_map((int)a[0], a[1], (int)a[2], (int)a[3]);
        break;
    case 'M':
        do_unmap((int)a[0], a[1], a[2]);
        break;
    case 'L':
        if (regions[0])
            result(*(volatile int *)(void *)regions[0]);
        break;
    case 'T':
        if (regions[0])
            *(volatile int *)(void *)regions[0] = f;
        break;
    case 'n':
    case 'N':
        do_sleep(name, a[0], a[1]);
        break;
    case 'y':
        result(sched_yield());
        break;
    case 'x':
        finish(f);
        break;
    case 'h':
        result(clock_gettime((clockid_t)f, &(struct timespec){0}));
        break;
    default:
        do_semaphore(name, s, a[1], a[2]);
    }
}

/* Until the end of the script, or of a child's part. */
static const char *run(const char *at) {
    while (*at && *at != '}') {
        char name = *at++;
        long a[ARGUMENTS] = {0};
        put(name);
        if (name == 'F') {
            at = do_fork(at + 1);
        } else {
            for (int i = 0; *at != ';' && i < ARGUMENTS; i++) {
                char *end;
                a[i] = strtol(at, &end, 10);
                at = *end == ',' ? end + 1 : end;
            }
            call(name, a);
        }
        at++;
        put('\n');
        if (!has_forked)
            flush();
    }
    return at;
}

int main(int argc, char **argv) {
    dup2(1, LOG_DESCRIPTOR);
    dup2(2, LOG_DESCRIPTOR + 1);
    if (argc > 1)
        run(argv[1]);
    finish(0);
}
