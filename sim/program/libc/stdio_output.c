/* Output of characters and strings. */
#include "stream.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

int _IO_putc(int c, FILE *file);

static int put(int c, FILE *file) {
    char byte = (char)c;
    return __impasse_stream_write(file, &byte, 1) == 1 ? (unsigned char)c : EOF;
}

LIBC int(fputc)(int c, FILE *file) {
    return put(c, file);
}

LIBC int(fputc_unlocked)(int c, FILE *file) {
    return put(c, file);
}

LIBC int(putc)(int c, FILE *file) {
    return put(c, file);
}

LIBC int(putc_unlocked)(int c, FILE *file) {
    return put(c, file);
}

LIBC int _IO_putc(int c, FILE *file) {
    return put(c, file);
}

LIBC int(putchar)(int c) {
    return put(c, stdout);
}

LIBC int(putchar_unlocked)(int c) {
    return put(c, stdout);
}

static int put_string(const char *s, FILE *file) {
    size_t length = __impasse_length(s);
    return __impasse_stream_write(file, s, length) == length ? 1 : EOF;
}

LIBC int fputs(const char *s, FILE *file) {
    return put_string(s, file);
}

LIBC int fputs_unlocked(const char *s, FILE *file) {
    return put_string(s, file);
}

/* A line on the console is one write; an unbuffered stream gets its newline as a write of its own, as in glibc. */
LIBC int puts(const char *s) {
    size_t length = __impasse_length(s);
    int printed;
    if (__impasse_stream_buffering(stdout) == STREAM_CONSOLE) {
        struct message message;
        if (__impasse_message_print(&message, "%s\n", s) < 0)
            return EOF;
        printed = __impasse_stream_write(stdout, message.text, length + 1) == length + 1;
        __impasse_message_free(&message);
    } else {
        printed = __impasse_stream_write(stdout, s, length) == length && put('\n', stdout) != EOF;
    }
    if (!printed)
        return EOF;
    return length < INT_MAX ? (int)length + 1 : INT_MAX;
}

/* The result is the number of whole items that were taken. */
static size_t put_items(const void *items, size_t size, size_t count, FILE *file) {
    if (size == 0 || count == 0)
        return 0;
    size_t done = __impasse_stream_write(file, items, size * count);
    return done / size;
}

LIBC size_t fwrite(const void *items, size_t size, size_t count, FILE *file) {
    return put_items(items, size, count, file);
}

LIBC size_t fwrite_unlocked(const void *items, size_t size, size_t count, FILE *file) {
    return put_items(items, size, count, file);
}

/* "PREFIX: text of errno", without the prefix when that is NULL or empty; one write, as stderr has no buffer. */
LIBC void perror(const char *prefix) {
    const char *text = __impasse_error_text(errno);
    int has_prefix = prefix && *prefix;
    struct message message;
    if (__impasse_message_print(&message, "%s%s%s\n", has_prefix ? prefix : "", has_prefix ? ": " : "", text) < 0)
        return;
    __impasse_stream_write(stderr, message.text, message.length);
    __impasse_message_free(&message);
}
