/*
 * The checked functions that glibc's headers call under _FORTIFY_SOURCE, which matters for bitcode that was compiled
 * elsewhere. `room` is the size of the destination, SIZE_MAX when the compiler did not know it. The machine knows the
 * exact bounds anyway; here an overflow ends the program as it does in life.
 */
#include "stream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

void __chk_fail(void) __attribute__((noreturn));
void __stack_chk_fail(void) __attribute__((noreturn));
long __fdelt_chk(long descriptor);

static void complain(const char *message) {
    __impasse_write_all(STDERR_FILENO, message, __impasse_length(message));
}

LIBC void __chk_fail(void) {
    complain("*** buffer overflow detected ***: terminated\n");
    abort();
}

LIBC void __stack_chk_fail(void) {
    complain("*** stack smashing detected ***: terminated\n");
    abort();
}

/* The index of a descriptor's word in an fd_set. */
LIBC long __fdelt_chk(long descriptor) {
    if (descriptor < 0 || descriptor >= FD_SETSIZE)
        __chk_fail();
    return descriptor / NFDBITS;
}

static void check(size_t needed, size_t room) {
    if (needed > room)
        __chk_fail();
}

static size_t length_within(const char *s, size_t n) {
    size_t length = 0;
    while (length < n && s[length])
        length++;
    return length;
}

/* Declares and defines a checked function: what it needs, and what it does once the room is enough. */
#define CHECKED(type, name, needed, call, ...)                                                                         \
    type name(__VA_ARGS__);                                                                                            \
    LIBC type name(__VA_ARGS__) {                                                                                      \
        check(needed, room);                                                                                           \
        return call;                                                                                                   \
    }

CHECKED(void *, __memcpy_chk, n, memcpy(to, from, n), void *to, const void *from, size_t n, size_t room)
CHECKED(void *, __memmove_chk, n, memmove(to, from, n), void *to, const void *from, size_t n, size_t room)
CHECKED(void *, __mempcpy_chk, n, mempcpy(to, from, n), void *to, const void *from, size_t n, size_t room)
CHECKED(void *, __memset_chk, n, memset(to, c, n), void *to, int c, size_t n, size_t room)
CHECKED(char *, __strcpy_chk, __impasse_length(from) + 1, strcpy(to, from), char *to, const char *from, size_t room)
CHECKED(char *, __stpcpy_chk, __impasse_length(from) + 1, stpcpy(to, from), char *to, const char *from, size_t room)
CHECKED(char *, __strncpy_chk, n, strncpy(to, from, n), char *to, const char *from, size_t n, size_t room)
CHECKED(char *, __stpncpy_chk, n, stpncpy(to, from, n), char *to, const char *from, size_t n, size_t room)
CHECKED(char *, __strcat_chk, __impasse_length(to) + __impasse_length(from) + 1, strcat(to, from), char *to,
        const char *from, size_t room)
CHECKED(char *, __strncat_chk, __impasse_length(to) + length_within(from, n) + 1, strncat(to, from, n), char *to,
        const char *from, size_t n, size_t room)
CHECKED(ssize_t, __read_chk, n, read(descriptor, to, n), int descriptor, void *to, size_t n, size_t room)
CHECKED(char *, __fgets_chk, (size_t)(n > 0 ? n : 0), fgets(to, n, file), char *to, size_t room, int n, FILE *file)
CHECKED(size_t, __fread_chk, size *count, fread(to, size, count, file), void *to, size_t room, size_t size,
        size_t count, FILE *file)
