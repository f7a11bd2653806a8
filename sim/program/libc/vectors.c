/* readv and writev: one read or one write of all the parts together, so that they are as atomic as those. */
#include "libc.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* The bytes of all parts, or -1 with EINVAL. */
static ssize_t total_of(const struct iovec *parts, int count) {
    size_t total = 0;
    if (count < 0 || count > IOV_MAX) {
        errno = EINVAL;
        return -1;
    }
    for (int i = 0; i < count; i++) {
        total += parts[i].iov_len;
        if (parts[i].iov_len > SSIZE_MAX || total > SSIZE_MAX) {
            errno = EINVAL;
            return -1;
        }
    }
    return (ssize_t)total;
}

LIBC ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    ssize_t total = total_of(parts, count);
    if (total < 0)
        return -1;
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
        return -1;
    char *bytes = malloc((size_t)total + 1);
    if (!bytes)
        return -1;
    ssize_t result = read(descriptor, bytes, (size_t)total);
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
