/* The names that a program gets with _FILE_OFFSET_BITS=64: off_t has 64 bits anyway. */
#include "libc.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The mode is passed on even where none was given: it is not looked at then. */
LIBC int open64(const char *path, int flags, ...) {
    mode_t mode = 0;
    if (flags & O_CREAT) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    return open(path, flags, mode);
}

LIBC int creat64(const char *path, mode_t mode) {
    return creat(path, mode);
}

LIBC off64_t lseek64(int descriptor, off64_t offset, int whence) {
    return lseek(descriptor, offset, whence);
}

LIBC ssize_t pread64(int descriptor, void *bytes, size_t n, off64_t offset) {
    return pread(descriptor, bytes, n, offset);
}

LIBC ssize_t pwrite64(int descriptor, const void *bytes, size_t n, off64_t offset) {
    return pwrite(descriptor, bytes, n, offset);
}

LIBC int ftruncate64(int descriptor, off64_t size) {
    return ftruncate(descriptor, size);
}

LIBC FILE *fopen64(const char *path, const char *mode) {
    return fopen(path, mode);
}

LIBC int fseeko64(FILE *file, off64_t offset, int whence) {
    return fseeko(file, offset, whence);
}

LIBC off64_t ftello64(FILE *file) {
    return ftello(file);
}

LIBC int mkstemp64(char *template) {
    return mkstemp(template);
}
