/*
 * The private header of the simulated C library: ordinary C that is compiled to bitcode, linked with the user's
 * program and interpreted with it.
 *
 * 1. Every function and variable of the C library is weak (LIBC), so that a program may define its own.
 * 2. Nothing here calls a library function whose name programs like to take for themselves (error, index, warn,
 *    getline, basename...); what two files share is called __impasse_*.
 * 3. Every global is part of the explored state. What is no longer needed is zero again, and nothing counts.
 * 4. No byte outside of an object is read, not even one that a real machine would forgive.
 *
 * It must be the first include of each file, as it chooses the feature set of glibc's headers.
 */
#ifndef IMPASSE_LIBC_H
#define IMPASSE_LIBC_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <stdarg.h>
#include <stddef.h>

#define LIBC __attribute__((weak))

/* Defines a function under a symbol that glibc's headers would redirect to another one. */
#define LIBC_NAMED(symbol) __asm__(symbol) __attribute__((weak))

/* The bytes before the terminating zero. */
size_t __impasse_length(const char *s);

/* True if the two strings are equal. */
int __impasse_equal(const char *a, const char *b);

/* vsnprintf, the one formatter behind the whole printf family. */
int __impasse_format(char *out, size_t size, const char *format, va_list arguments);

/* A formatted string: in `room` when it fits there, otherwise on the heap. text is NULL if it failed. */
struct message {
    char *text;
    size_t length;
    char room[256];
};

/* Formats into a message; the result is its length or -1. Release it with __impasse_message_free. */
int __impasse_message_format(struct message *message, const char *format, va_list arguments);
int __impasse_message_print(struct message *message, const char *format, ...);
void __impasse_message_free(struct message *message);

/* The text of an errno, "Unknown error N" for others (that text lives until the next such call). */
const char *__impasse_error_text(int error);

/* Writes all n bytes to a descriptor; the result is how many were written before an error. */
size_t __impasse_write_all(int descriptor, const char *bytes, size_t n);

/* Runs the handlers of atexit, flushes the streams and ends the process. */
void __impasse_exit(int status) __attribute__((noreturn));

/* Flushes every output stream; the result is 0 or EOF. */
int __impasse_flush_all(void);

/* The name of the program as glibc's messages show it. */
extern char *program_invocation_name;
extern char *program_invocation_short_name;

static inline int is_space(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline int is_digit(int c) {
    return c >= '0' && c <= '9';
}

static inline int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* The value of a digit in any base up to 36, or 99 for what is none. */
static inline int digit_value(int c) {
    if (is_digit(c))
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

#endif
