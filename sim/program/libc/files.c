/* Files by name, as far as they are no system calls of their own. */
#include "libc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

LIBC int creat(const char *path, mode_t mode) {
    return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

LIBC int remove(const char *path) {
    if (unlink(path) == 0)
        return 0;
    return errno == EISDIR ? rmdir(path) : -1;
}

LIBC int mkfifoat(int directory, const char *path, mode_t mode) {
    if (directory != AT_FDCWD && path[0] != '/') {
        errno = ENOSYS;
        return -1;
    }
    return mkfifo(path, mode);
}

LIBC int truncate(const char *path, off_t size) {
    struct stat status;
    if (size < 0 || (stat(path, &status) == 0 && S_ISFIFO(status.st_mode))) {
        errno = EINVAL;
        return -1;
    }
    int descriptor = open(path, O_WRONLY);
    if (descriptor == -1)
        return -1;
    int result = ftruncate(descriptor, size);
    close(descriptor);
    return result;
}

/* What is written is there at once. A bad descriptor is told by the question for its flags. */
static int synchronise(int descriptor) {
    return fcntl(descriptor, F_GETFD) == -1 ? -1 : 0;
}

LIBC int fsync(int descriptor) {
    return synchronise(descriptor);
}

LIBC int fdatasync(int descriptor) {
    return synchronise(descriptor);
}

LIBC void sync(void) {
}

enum { MARK = 6, ATTEMPTS = 26 };

/* Where the six X of a template begin; NULL with EINVAL where they are missing. */
static char *find_mark(char *template, int suffix) {
    size_t length = __impasse_length(template);
    char *mark = template + length - suffix - MARK;
    if (suffix < 0 || length < (size_t)suffix + MARK) {
        errno = EINVAL;
        return NULL;
    }
    for (int i = 0; i < MARK; i++)
        if (mark[i] != 'X') {
            errno = EINVAL;
            return NULL;
        }
    return mark;
}

/* The same names in every run: aaaaaa, baaaaa... The first that is free is taken. */
static int make_unique(char *template, int suffix, int flags) {
    char *mark = find_mark(template, suffix);
    if (!mark)
        return -1;
    for (int i = 0; i < MARK; i++)
        mark[i] = 'a';
    for (int i = 0; i < ATTEMPTS; i++) {
        mark[0] = (char)('a' + i);
        int descriptor = open(template, O_RDWR | O_CREAT | O_EXCL | flags, 0600);
        if (descriptor != -1 || errno != EEXIST)
            return descriptor;
    }
    return -1;
}

LIBC int mkstemp(char *template) {
    return make_unique(template, 0, 0);
}

LIBC int mkostemp(char *template, int flags) {
    return make_unique(template, 0, flags);
}

LIBC int mkstemps(char *template, int suffix) {
    return make_unique(template, suffix, 0);
}

LIBC char *mkdtemp(char *template) {
    char *mark = find_mark(template, 0);
    if (!mark)
        return NULL;
    for (int i = 0; i < MARK; i++)
        mark[i] = 'a';
    for (int i = 0; i < ATTEMPTS; i++) {
        mark[0] = (char)('a' + i);
        if (mkdir(template, 0700) == 0)
            return template;
        if (errno != EEXIST)
            break;
    }
    return NULL;
}
