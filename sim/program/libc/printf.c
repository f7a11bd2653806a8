/* The printf family. Each call formats in memory first, and then hands over everything at once. */
#include "stream.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* Prints to a stream; the result is the length or -1. */
static int print(FILE *file, const char *format, va_list arguments) {
    struct message message;
    int length = __impasse_message_format(&message, format, arguments);
    if (length < 0)
        return -1;
    size_t taken = __impasse_stream_write(file, message.text, message.length);
    __impasse_message_free(&message);
    return taken == message.length ? length : -1;
}

/* Prints to a descriptor, with one write unless that one is short. */
static int print_to_descriptor(int descriptor, const char *format, va_list arguments) {
    struct message message;
    int length = __impasse_message_format(&message, format, arguments);
    if (length < 0)
        return -1;
    size_t done = __impasse_write_all(descriptor, message.text, message.length);
    __impasse_message_free(&message);
    return done == message.length ? length : -1;
}

/* Prints to new memory. *out is NULL after a failure, which POSIX leaves open. */
static int print_to_heap(char **out, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    *out = NULL;
    int length = __impasse_format(NULL, 0, format, arguments);
    if (length >= 0 && (*out = malloc((size_t)length + 1)))
        __impasse_format(*out, (size_t)length + 1, format, again);
    va_end(again);
    return *out ? length : -1;
}

LIBC int vfprintf(FILE *file, const char *format, va_list arguments) {
    return print(file, format, arguments);
}

LIBC int vprintf(const char *format, va_list arguments) {
    return print(stdout, format, arguments);
}

LIBC int vdprintf(int descriptor, const char *format, va_list arguments) {
    return print_to_descriptor(descriptor, format, arguments);
}

LIBC int vsnprintf(char *out, size_t size, const char *format, va_list arguments) {
    return __impasse_format(out, size, format, arguments);
}

LIBC int vsprintf(char *out, const char *format, va_list arguments) {
    return __impasse_format(out, INT_MAX, format, arguments);
}

LIBC int vasprintf(char **out, const char *format, va_list arguments) {
    return print_to_heap(out, format, arguments);
}

LIBC int fprintf(FILE *file, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = print(file, format, arguments);
    va_end(arguments);
    return result;
}

LIBC int printf(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = print(stdout, format, arguments);
    va_end(arguments);
    return result;
}

LIBC int dprintf(int descriptor, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = print_to_descriptor(descriptor, format, arguments);
    va_end(arguments);
    return result;
}

LIBC int snprintf(char *out, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = __impasse_format(out, size, format, arguments);
    va_end(arguments);
    return result;
}

LIBC int sprintf(char *out, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = __impasse_format(out, INT_MAX, format, arguments);
    va_end(arguments);
    return result;
}

LIBC int asprintf(char **out, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int result = print_to_heap(out, format, arguments);
    va_end(arguments);
    return result;
}
