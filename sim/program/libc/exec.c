/* The exec family on top of execve and execvpe, which are the kernel's. */
#include "libc.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

int execvpe(const char *file, char *const argv[], char *const envp[]);

LIBC int execv(const char *path, char *const argv[]) {
    return execve(path, argv, environ);
}

LIBC int execvp(const char *file, char *const argv[]) {
    return execvpe(file, argv, environ);
}

/* The arguments up to the null pointer, the first one included; `count` slots are enough for them. */
static void gather(char **argv, int count, const char *first, va_list arguments) {
    argv[0] = (char *)first;
    for (int i = 1; i < count; i++)
        argv[i] = va_arg(arguments, char *);
}

/* How many slots the list takes, the null pointer included. */
static int count_of(const char *first, va_list arguments) {
    int n = 1;
    if (first)
        for (n = 2; va_arg(arguments, char *); n++)
            ;
    return n;
}

LIBC int execl(const char *path, const char *first, ...) {
    va_list arguments;
    va_start(arguments, first);
    int count = count_of(first, arguments);
    va_end(arguments);
    char *argv[count];
    va_start(arguments, first);
    gather(argv, count, first, arguments);
    va_end(arguments);
    return execve(path, argv, environ);
}

LIBC int execlp(const char *file, const char *first, ...) {
    va_list arguments;
    va_start(arguments, first);
    int count = count_of(first, arguments);
    va_end(arguments);
    char *argv[count];
    va_start(arguments, first);
    gather(argv, count, first, arguments);
    va_end(arguments);
    return execvpe(file, argv, environ);
}

/* The environment comes behind the null pointer. */
LIBC int execle(const char *path, const char *first, ...) {
    va_list arguments;
    va_start(arguments, first);
    int count = count_of(first, arguments);
    va_end(arguments);
    char *argv[count];
    va_start(arguments, first);
    gather(argv, count, first, arguments);
    char *const *environment = va_arg(arguments, char *const *);
    va_end(arguments);
    return execve(path, argv, environment);
}
