/*
 * The families of err() and error(): messages to stderr with the name of the program in front. glibc writes the parts
 * of such a line one by one; here it is one write, so that two processes that complain do not multiply the states.
 */
#include "stream.h"

#include <err.h>
#include <errno.h>
#include <error.h>

LIBC unsigned error_message_count;

/* Writes "HEAD: message: text of the error\n"; without the text when error is -1, without the message when the format
   is NULL. */
static void complain(const char *head, const char *format, va_list arguments, int error) {
    const char *text = error == -1 ? "" : __impasse_error_text(error);
    struct message body, line;
    if (__impasse_message_format(&body, format ? format : "", arguments) < 0)
        return;
    int length = __impasse_message_print(&line, "%s: %s%s%s\n", head, body.text, format && *text ? ": " : "", text);
    if (length >= 0) {
        __impasse_stream_write(stderr, line.text, line.length);
        __impasse_message_free(&line);
    }
    __impasse_message_free(&body);
}

LIBC void vwarn(const char *format, va_list arguments) {
    complain(program_invocation_short_name, format, arguments, errno);
}

LIBC void vwarnx(const char *format, va_list arguments) {
    complain(program_invocation_short_name, format, arguments, -1);
}

LIBC void verr(int status, const char *format, va_list arguments) {
    complain(program_invocation_short_name, format, arguments, errno);
    __impasse_exit(status);
}

LIBC void verrx(int status, const char *format, va_list arguments) {
    complain(program_invocation_short_name, format, arguments, -1);
    __impasse_exit(status);
}

LIBC void warn(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    complain(program_invocation_short_name, format, arguments, errno);
    va_end(arguments);
}

LIBC void warnx(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    complain(program_invocation_short_name, format, arguments, -1);
    va_end(arguments);
}

LIBC void err(int status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    complain(program_invocation_short_name, format, arguments, errno);
    va_end(arguments);
    __impasse_exit(status);
}

LIBC void errx(int status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    complain(program_invocation_short_name, format, arguments, -1);
    va_end(arguments);
    __impasse_exit(status);
}

/* Flushes stdout first; error number 0 adds no text; ends the program unless the status is 0. */
static void report(const char *head, int status, int number, const char *format, va_list arguments) {
    __impasse_stream_flush(stdout);
    complain(head, format, arguments, number ? number : -1);
    error_message_count++;
    if (status)
        __impasse_exit(status);
}

LIBC void error(int status, int number, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    report(program_invocation_name, status, number, format, arguments);
    va_end(arguments);
}

/* "NAME:FILE:LINE: message" */
LIBC void error_at_line(int status, int number, const char *file, unsigned line, const char *format, ...) {
    struct message head;
    int length = file ? __impasse_message_print(&head, "%s:%s:%u", program_invocation_name, file, line)
                      : __impasse_message_print(&head, "%s", program_invocation_name);
    if (length < 0)
        return;
    va_list arguments;
    va_start(arguments, format);
    report(head.text, status, number, format, arguments);
    va_end(arguments);
    __impasse_message_free(&head);
}
