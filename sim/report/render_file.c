/* See render_file.h. */
#include "report/render_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/text.h"

static bool write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t n = write(fd, bytes, count);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        count -= (size_t)n;
    }
    return true;
}

/* Closes fd in every case; errno tells the first thing that went wrong. */
static bool write_and_close(int fd, const void *bytes, size_t count)
{
    bool written = write_all(fd, bytes, count);
    int error = errno;
    bool closed = close(fd) == 0;
    if (!written)
        errno = error;
    return written && closed;
}

static bool replace(const char *path, const void *bytes, size_t count)
{
    vec_char temporary = {0};
    text_printf(&temporary, "%s.%ld.tmp", path, (long)getpid());
    bool done = false;
    int fd = open(temporary.items, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0) {
        done = write_and_close(fd, bytes, count) && rename(temporary.items, path) == 0;
        if (!done) {
            int error = errno;
            unlink(temporary.items);
            errno = error;
        }
    }
    VEC_FREE(&temporary);
    return done;
}

bool render_file(const char *path, const void *bytes, size_t count, vec_char *why)
{
    struct stat status;
    bool exists = stat(path, &status) == 0, done = false;
    if (exists && !S_ISREG(status.st_mode)) {
        int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        done = fd >= 0 && write_and_close(fd, bytes, count);
    } else if (exists && access(path, W_OK) != 0) {
        done = false; /* renaming over it would not ask for this permission */
    } else {
        char *real = exists ? realpath(path, NULL) : NULL; /* a symbolic link stays one */
        done = replace(real ? real : path, bytes, count);
        free(real);
    }
    if (!done) {
        const char *reason = strerror(errno);
        text_printf(why, "cannot write ");
        text_ascii(why, *path ? path : "''");
        text_printf(why, ": %s", reason);
    }
    return done;
}
