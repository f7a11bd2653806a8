/*
 * The checked printf family. Its flag only asks glibc to refuse %n in writable memory, which is not modelled; `room`
 * is the size of the destination.
 */
#include "stream.h"

#include <stdio.h>

void __chk_fail(void) __attribute__((noreturn));

/* Formats into a destination of known room, which must be as large as the program says and as the text needs. */
static int format_within(char *out, size_t size, size_t room, const char *format, va_list arguments) {
    if (room < size)
        __chk_fail();
    return __impasse_format(out, size, format, arguments);
}

/* sprintf has no limit of its own: the room is the limit. */
static int format_unlimited(char *out, size_t room, const char *format, va_list arguments) {
    size_t most = (size_t)1 << 30, size = room < most ? room : most;
    int length = __impasse_format(out, size, format, arguments);
    if (length >= 0 && (size_t)length >= size)
        __chk_fail();
    return length;
}

/* Declares and defines a function with a va_list. */
#define FIXED(name, call, ...)                                                                                         \
    int name(__VA_ARGS__, va_list arguments);                                                                          \
    LIBC int name(__VA_ARGS__, va_list arguments) {                                                                    \
        (void)flag;                                                                                                    \
        return call;                                                                                                   \
    }

/* Declares and defines a function with variable arguments. */
#define VARIADIC(name, call, ...)                                                                                      \
    int name(__VA_ARGS__, ...);                                                                                        \
    LIBC int name(__VA_ARGS__, ...) {                                                                                  \
        va_list arguments;                                                                                             \
        (void)flag;                                                                                                    \
        va_start(arguments, format);                                                                                   \
        int result = call;                                                                                             \
        va_end(arguments);                                                                                             \
        return result;                                                                                                 \
    }

FIXED(__vprintf_chk, vprintf(format, arguments), int flag, const char *format)
FIXED(__vfprintf_chk, vfprintf(file, format, arguments), FILE *file, int flag, const char *format)
FIXED(__vdprintf_chk, vdprintf(descriptor, format, arguments), int descriptor, int flag, const char *format)
FIXED(__vasprintf_chk, vasprintf(out, format, arguments), char **out, int flag, const char *format)
FIXED(__vsnprintf_chk, format_within(out, size, room, format, arguments), char *out, size_t size, int flag, size_t room,
      const char *format)
FIXED(__vsprintf_chk, format_unlimited(out, room, format, arguments), char *out, int flag, size_t room,
      const char *format)

VARIADIC(__printf_chk, vprintf(format, arguments), int flag, const char *format)
VARIADIC(__fprintf_chk, vfprintf(file, format, arguments), FILE *file, int flag, const char *format)
VARIADIC(__dprintf_chk, vdprintf(descriptor, format, arguments), int descriptor, int flag, const char *format)
VARIADIC(__asprintf_chk, vasprintf(out, format, arguments), char **out, int flag, const char *format)
VARIADIC(__snprintf_chk, format_within(out, size, room, format, arguments), char *out, size_t size, int flag,
         size_t room, const char *format)
VARIADIC(__sprintf_chk, format_unlimited(out, room, format, arguments), char *out, int flag, size_t room,
         const char *format)
