/* The script, the log, and fork. See sequence.h.
 *
 * The log goes through a high descriptor, out of the way of the calls under test. While main is the only process it is
 * written call by call, then at exit.
 */
#define _GNU_SOURCE
#include "sequence.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOG_DESCRIPTOR = 100, LOG_MAX = 8000, CHILDREN = 8, NAME_MAX_BYTES = 20, UNUSED_PID = 1999999999 };

char buffer[BUFFER];
static char text[LOG_MAX];
static int text_length, log_descriptor = LOG_DESCRIPTOR, has_forked;
static int children[CHILDREN], child_count;

/* ---- the log ---- */

void put(char c) {
    if (text_length < LOG_MAX)
        text[text_length++] = c;
}

void put_text(const char *s) {
    while (*s)
        put(*s++);
}

static void put_digits(unsigned long u, unsigned base) {
    char digits[24];
    int count = 0;
    do {
        digits[count++] = (char)('0' + u % base);
    } while (u /= base);
    while (count)
        put(digits[--count]);
}

void put_number(long n) {
    if (n < 0)
        put('-');
    put_digits(n < 0 ? 0ul - (unsigned long)n : (unsigned long)n, 10);
}

void put_octal(unsigned long n) {
    put_digits(n, 8);
}

void put_field(long n) {
    put(':');
    put_number(n);
}

void put_error(int error) {
    static const struct {
        int error;
        const char *name;
    } names[] = {{EBADF, "EBADF"},     {EINVAL, "EINVAL"},   {EAGAIN, "EAGAIN"},       {EFAULT, "EFAULT"},
                 {ECHILD, "ECHILD"},   {ESPIPE, "ESPIPE"},   {EMFILE, "EMFILE"},       {ENOTTY, "ENOTTY"},
                 {EPERM, "EPERM"},     {ESRCH, "ESRCH"},     {EBUSY, "EBUSY"},         {ENOMEM, "ENOMEM"},
                 {EPIPE, "EPIPE"},     {EINTR, "EINTR"},     {EACCES, "EACCES"},       {EOVERFLOW, "EOVERFLOW"},
                 {ENODEV, "ENODEV"},   {ENOSYS, "ENOSYS"},   {ETIMEDOUT, "ETIMEDOUT"}, {ENXIO, "ENXIO"},
                 {ENOENT, "ENOENT"},   {EEXIST, "EEXIST"},   {ENOTDIR, "ENOTDIR"},     {EISDIR, "EISDIR"},
                 {EFBIG, "EFBIG"},     {ERANGE, "ERANGE"},   {ENOTEMPTY, "ENOTEMPTY"}, {EXDEV, "EXDEV"},
                 {EROFS, "EROFS"},     {ELOOP, "ELOOP"},     {EOPNOTSUPP, "EOPNOTSUPP"}, {ENOSPC, "ENOSPC"},
                 {EMLINK, "EMLINK"},   {ETXTBSY, "ETXTBSY"}, {ENAMETOOLONG, "ENAMETOOLONG"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].error == error) {
            put_text(names[i].name);
            return;
        }
    put('E');
    put_number(error);
}

void result(long value) {
    put('=');
    if (value == -1)
        put_error(errno);
    else
        put_number(value);
}

void put_process(long pid) {
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

void result_process(long pid) {
    if (pid == -1) {
        result(-1);
        return;
    }
    put('=');
    put_process(pid);
}

void put_bytes(const char *bytes, long n) {
    unsigned sum = 0;
    for (long i = 0; i < n && i < 64; i++)
        sum = sum * 31 + (unsigned char)bytes[i];
    put_field((long)(sum % 100000));
}

static void flush(void) {
    int before = errno;
    if (write(log_descriptor, text, (size_t)text_length) >= 0)
        text_length = 0;
    errno = before;
}

void finish(int status) {
    flush();
    _exit(status);
}

/* ---- what numbers stand for ---- */

int process_of(long selector) {
    switch (selector) {
    case 0:
        return 0;
    case 1:
        return getpid();
    case 6:
        return -1;
    case 7:
        return UNUSED_PID;
    case 8:
        return -UNUSED_PID;
    case 9:
        return INT_MIN;
    case 10:
        return -getpid();
    case 11:
        return child_count ? -children[0] : -UNUSED_PID;
    default:
        return selector - 2 < child_count ? children[selector - 2] : UNUSED_PID - 1;
    }
}

void *address_of(long selector) {
    switch (selector) {
    case 1:
        return NULL;
    case 2:
        return (void *)(intptr_t)64;
    case 3:
        return (void *)(uintptr_t)0xffff800000000000;
    case 4:
        return shared() ? shared() : buffer;
    default:
        return buffer;
    }
}

const char *name_of(long selector) {
    static const char *const names[] = {"a",  "b",   "c",       "d",         "d/a",   "d/b",   "d/d",    "./a",
                                        "a/", "d/",  "a/x",     "none/x",    "d/./b", "d/../c", "",      ".",
                                        "..", "//x", "/dev/null", "/dev/zero", "/dev/full", "/none/x", "d//a", "d/d/."};
    static char long_name[4200];
    if (selector >= 0 && selector < (long)(sizeof names / sizeof *names))
        return names[selector];
    switch (selector) {
    case 90:
        return NULL;
    case 91:
        return address_of(3);
    default:
        memset(long_name, 'n', sizeof long_name - 1);
        long_name[selector == 92 ? 255 : selector == 93 ? 256 : 4199] = '\0';
        return long_name;
    }
}

/* ---- the script ---- */

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
        signals_forget();
        run(at);
        finish(0);
    }
    has_forked = 1;
    if (pid > 0 && child_count < CHILDREN)
        children[child_count++] = pid;
    result_process(pid);
    return behind_brace(at);
}

static void perform(const char *name, const long a[ARGUMENTS]) {
    static const char *const names[] = {
#define X(name) #name,
        CALLS_IO(X) CALLS_FILES(X) CALLS_POLL(X) CALLS_PROCESS(X) CALLS_SIGNALS(X) CALLS_MEMORY(X)
#undef X
    };
    int call = 0;
    while (call < CALL_COUNT && strcmp(names[call], name) != 0)
        call++;
    errno = 0;
    if (!io_call((enum call)call, a) && !files_call((enum call)call, a) && !poll_call((enum call)call, a) &&
        !process_call((enum call)call, a) && !signals_call((enum call)call, a) && !memory_call((enum call)call, a)) {
        put_text(" is no call of a script\n");
        finish(99);
    }
}

/* Until the end of the script, or of a child's part. */
static const char *run(const char *at) {
    while (*at && *at != '}') {
        char name[NAME_MAX_BYTES + 1];
        int length = 0;
        while (*at != '(' && *at != '{' && *at && length < NAME_MAX_BYTES)
            name[length++] = *at++;
        name[length] = '\0';
        put_text(name);
        if (*at == '{') {
            at = do_fork(at + 1);
        } else {
            long a[ARGUMENTS] = {0};
            at += *at == '(';
            for (int i = 0; *at && *at != ')' && i < ARGUMENTS; i++) {
                char *end;
                a[i] = strtol(at, &end, 10);
                at = *end == ',' ? end + 1 : end;
            }
            perform(name, a);
            at += *at == ')';
        }
        signals_log();
        at += *at == ';';
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
