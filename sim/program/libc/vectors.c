/* readv and writev: one read or one write of all the parts together, so that they are as atomic as those. */
#include "libc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* Fails: with EBADF where the descriptor is not good for this, as Linux looks at it first (FD-10). */
static ssize_t refuse(int descriptor, int other_access) {
    int flags = fcntl(descriptor, F_GETFL);
    errno = flags < 0 || (flags & O_ACCMODE) == other_access ? EBADF : EINVAL;
    return -1;
}

/* The bytes of all parts, or -1. */
static ssize_t total_of(const struct iovec *parts, int count) {
    size_t total = 0;
    if (count < 0 || count > IOV_MAX)
        return -1;
    for (int i = 0; i < count; i++) {
        total += parts[i].iov_len;
        if (parts[i].iov_len > SSIZE_MAX || total > SSIZE_MAX)
            return -1;
    }
    return (ssize_t)total;
}

LIBC ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    ssize_t total = total_of(parts, count);
    if (total < 0)
        return refuse(descriptor, O_RDONLY);
    char *bytes = malloc((size_t)total + 1);
    size_t done = 0;
    if (!bytes)
        return -1;
    for (int i = 0; i < count; i++) {
        memcpy(bytes + done, parts[i].iov_base, parts[i].iov_len);
        done += parts[i].iov_len;
    }
    ssize_t result = write(descriptor, bytes, (size_t)total);
    free(bytes);
    return result;
}

LIBC ssize_t readv(int descriptor, const struct iovec *parts, int count) {
    ssize_t total = total_of(parts, count);
    if (total < 0)
        return refuse(descriptor, O_WRONLY);
    char *bytes = malloc((size_t)total + 1);
    if (!bytes)
        return -1;
    ssize_t result = read(descriptor, bytes, (size_t)total);
    if (result < 0 && errno == EISDIR && !total)
        result = 0; /* FD-10: without bytes to read Linux does not come so far */
    size_t done = 0;
    for (int i = 0; result > 0 && done < (size_t)result; i++) {
        size_t piece = (size_t)result - done;
        if (piece > parts[i].iov_len)
            piece = parts[i].iov_len;
        memcpy(parts[i].iov_base, bytes + done, piece);
        done += piece;
    }
    free(bytes);
    return result;
}
