/* Descriptors and bytes. */
#define _GNU_SOURCE
#include "sequence.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int written; /* bytes written so far: the next write goes on counting */

static void do_pipe(int with_flags, int flags, long selector) {
    int ends[2] = {-7, -7}, *where = selector ? address_of(selector) : ends;
    result(with_flags ? pipe2(where, flags) : pipe(where));
    put_field(ends[0]);
    put(',');
    put_number(ends[1]);
}

static void done_reading(long done, const char *where) {
    result(done);
    if (done > 0)
        put_bytes(where, done);
}

static void fill(unsigned long n) {
    for (unsigned long i = 0; i < n && i < 64; i++)
        buffer[i] = (char)('a' + (written + (int)i) % 23);
}

static void done_writing(long done) {
    if (done > 0)
        written += (int)done;
    result(done);
}

/* Parts of the buffer one after the other; a negative length stands for a part of that many bytes at NULL. */
static int parts_of(const long lengths[3], struct iovec parts[3]) {
    char *at = buffer;
    for (int i = 0; i < 3; i++) {
        parts[i].iov_base = lengths[i] < 0 ? NULL : at;
        parts[i].iov_len = lengths[i] == -9 ? (size_t)-1 : (size_t)(lengths[i] < 0 ? -lengths[i] : lengths[i]);
        at += lengths[i] < 0 ? 0 : lengths[i];
    }
    return 3;
}

static void do_vector(enum call call, int f, int count, const long lengths[3]) {
    struct iovec parts[3];
    parts_of(lengths, parts);
    if (call == CALL_readv) {
        done_reading(readv(f, parts, count), buffer);
    } else {
        fill(64);
        done_writing(writev(f, parts, count));
    }
}

static void do_ioctl(int f, long command, long selector) {
    static const unsigned long commands[] = {FIONREAD, FIONBIO, FIONBIO};
    int value = command == 2;
    result(ioctl(f, commands[command % 3], selector ? address_of(selector) : &value));
    put_field(value);
}

/* Where a directory ends each file system says in its own way (FILE-14). */
static void do_lseek(int f, long offset, int whence) {
    struct stat s;
    long done = lseek(f, offset, whence);
    int error = errno;
    if (whence == SEEK_END && fstat(f, &s) == 0 && S_ISDIR(s.st_mode)) {
        put_text("=end");
        return;
    }
    errno = error;
    result(done);
}

bool io_call(enum call call, const long a[ARGUMENTS]) {
    int f = (int)a[0];
    switch ((int)call) {
    case CALL_pipe:
        do_pipe(0, 0, a[0]);
        return true;
    case CALL_pipe2:
        do_pipe(1, (int)a[0], a[1]);
        return true;
    case CALL_read:
        done_reading(read(f, address_of(a[2]), (unsigned long)a[1]), address_of(a[2]));
        return true;
    case CALL_write:
        if (address_of(a[2]) == buffer)
            fill((unsigned long)a[1]);
        done_writing(write(f, address_of(a[2]), (unsigned long)a[1]));
        return true;
    case CALL_readv:
    case CALL_writev:
        do_vector(call, f, (int)a[1], a + 2);
        return true;
    case CALL_pread:
        done_reading(pread(f, address_of(a[3]), (unsigned long)a[1], a[2]), address_of(a[3]));
        return true;
    case CALL_pwrite:
        fill((unsigned long)a[1]);
        done_writing(pwrite(f, address_of(a[3]), (unsigned long)a[1], a[2]));
        return true;
    case CALL_close:
        result(close(f));
        return true;
    case CALL_dup:
        result(dup(f));
        return true;
    case CALL_dup2:
        result(dup2(f, (int)a[1]));
        return true;
    case CALL_dup3:
        result(dup3(f, (int)a[1], (int)a[2]));
        return true;
    case CALL_fcntl:
        result(fcntl(f, (int)a[1], (int)a[2]));
        return true;
    case CALL_lseek:
        do_lseek(f, a[1], (int)a[2]);
        return true;
    case CALL_isatty:
        put('=');
        put_number(isatty(f));
        if (errno)
            put_error(errno);
        return true;
    case CALL_ioctl:
        do_ioctl(f, a[1], a[2]);
        return true;
    default:
        return false;
    }
}
