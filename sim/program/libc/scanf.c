/*
 * The scanf family. glibc's headers give scanf, fscanf and sscanf other symbols (__isoc99_*); here all of them are
 * defined by their symbols.
 */
#include "scan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* Takes white space; the result is false at the end of the input. */
static int skip_space(struct source *source) {
    int c;
    while (is_space(c = __impasse_scan_take(source)))
        ;
    __impasse_scan_put_back(source, c);
    return c != EOF;
}

/* True if the byte is in the set of a %[. A range a-z is its bytes; a ']' that stands first is a member. */
static int is_in_set(const struct scan *scan, int c) {
    int found = 0;
    for (const char *p = scan->set; p < scan->set_end && !found; p++) {
        if (p + 2 < scan->set_end && p[1] == '-') {
            found = c >= (unsigned char)p[0] && c <= (unsigned char)p[2];
            p += 2;
        } else {
            found = c == (unsigned char)*p;
        }
    }
    return found != scan->set_is_inverted;
}

static int belongs(const struct scan *scan, int c) {
    if (scan->type == 's')
        return !is_space(c);
    return scan->type == 'c' || is_in_set(scan, c);
}

/* Where the bytes of %s, %c and %[ go: the caller's memory, memory that grows ('m'), or nowhere. */
struct sink {
    char *bytes;
    size_t length, room;
    int is_allocated;
};

/* The result is false when there is no memory. */
static int put(struct sink *sink, char c) {
    if (sink->is_allocated && sink->length == sink->room) {
        size_t room = sink->room ? 2 * sink->room : 100;
        char *grown = realloc(sink->bytes, room);
        if (!grown)
            return 0;
        sink->bytes = grown;
        sink->room = room;
    }
    if (sink->bytes)
        sink->bytes[sink->length] = c;
    sink->length++;
    return 1;
}

/* %c takes as many bytes as its width (1 if there is none; fewer at the end of the input) and stores no zero. */
static enum outcome scan_text(struct scan *scan, void *target) {
    struct sink sink = {.bytes = scan->is_allocated ? NULL : target, .is_allocated = scan->is_allocated && target};
    int c, enough_memory = 1;
    if (scan->type == 'c' && scan->width == INT_MAX)
        scan->width = 1;
    while (enough_memory && (c = __impasse_scan_take_within(scan)) != EOF) {
        if (!belongs(scan, c)) {
            __impasse_scan_put_back_within(scan, c);
            break;
        }
        enough_memory = put(&sink, (char)c);
    }
    int is_complete = sink.length > 0;
    if (is_complete && scan->type != 'c' && target)
        enough_memory = enough_memory && put(&sink, '\0');
    if (sink.is_allocated && is_complete && enough_memory)
        *(char **)target = sink.bytes;
    else if (sink.is_allocated)
        free(sink.bytes);
    if (!is_complete)
        return c == EOF ? INPUT_ENDED : MISMATCH;
    return enough_memory ? CONVERTED : INPUT_ENDED;
}

/* Reads the set of a %[ behind its bracket; the result points at its end, the ']' (or the end of the format). */
static const char *parse_set(const char *format, struct scan *scan) {
    scan->set_is_inverted = *format == '^';
    format += scan->set_is_inverted;
    scan->set = format;
    if (*format == ']')
        format++;
    while (*format && *format != ']')
        format++;
    scan->set_end = format;
    return format;
}

/* Reads a conversion behind its '%'; the result points behind it. */
static const char *parse(const char *format, struct scan *scan) {
    if (*format == '*') {
        scan->is_suppressed = 1;
        format++;
    }
    int width = 0;
    for (; is_digit(*format); format++)
        width = width < INT_MAX / 20 ? width * 10 + (*format - '0') : INT_MAX;
    scan->width = width ? width : INT_MAX;
    if (*format == 'm') {
        scan->is_allocated = 1;
        format++;
    }
    scan->size = 4;
    for (; *format == 'h'; format++)
        scan->size /= 2;
    while (*format &&
           (*format == 'l' || *format == 'L' || *format == 'q' || *format == 'j' || *format == 'z' || *format == 't')) {
        scan->size = 8;
        format++;
    }
    scan->type = *format;
    if (scan->type == '[')
        format = parse_set(format + 1, scan);
    return *format ? format + 1 : format;
}

static enum outcome scan_pointer(struct scan *scan, void *target) {
    scan->size = 8;
    return __impasse_scan_integer(scan, 16, 0, target);
}

static enum outcome convert(struct scan *scan, void *target) {
    switch (scan->type) {
    case 'd':
        return __impasse_scan_integer(scan, 10, 1, target);
    case 'i':
        return __impasse_scan_integer(scan, 0, 1, target);
    case 'u':
        return __impasse_scan_integer(scan, 10, 0, target);
    case 'o':
        return __impasse_scan_integer(scan, 8, 0, target);
    case 'x':
    case 'X':
        return __impasse_scan_integer(scan, 16, 0, target);
    case 'p':
        return scan_pointer(scan, target);
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        return __impasse_scan_double(scan, target);
    case 's':
    case 'c':
    case '[':
        return scan_text(scan, target);
    default:
        return MISMATCH;
    }
}

static void store_count(const struct scan *scan, void *target) {
    switch (scan->size) {
    case 1:
        *(signed char *)target = (signed char)scan->source->taken;
        break;
    case 2:
        *(short *)target = (short)scan->source->taken;
        break;
    case 4:
        *(int *)target = (int)scan->source->taken;
        break;
    default:
        *(long *)target = scan->source->taken;
        break;
    }
}

/* Matches what is not a conversion: white space any amount of it, anything else itself. */
static enum outcome match(struct source *source, char wanted) {
    if (is_space(wanted)) {
        skip_space(source);
        return CONVERTED;
    }
    int c = __impasse_scan_take(source);
    if (c == (unsigned char)wanted)
        return CONVERTED;
    __impasse_scan_put_back(source, c);
    return c == EOF ? INPUT_ENDED : MISMATCH;
}

/* The number of stored conversions, or EOF when the input ends before the first of them, as in glibc. */
static int scan_format(struct source *source, const char *format, va_list arguments) {
    int stored = 0;
    enum outcome outcome = CONVERTED;
    while (*format && outcome == CONVERTED) {
        if (*format != '%') {
            outcome = match(source, *format++);
            continue;
        }
        struct scan scan = {.source = source};
        format = parse(format + 1, &scan);
        if (scan.type == 'n') {
            if (!scan.is_suppressed)
                store_count(&scan, va_arg(arguments, void *));
            continue;
        }
        if (scan.type != 'c' && scan.type != '[' && !skip_space(source)) {
            outcome = INPUT_ENDED;
        } else if (scan.type == '%') {
            outcome = match(source, '%');
        } else {
            outcome = convert(&scan, scan.is_suppressed ? NULL : va_arg(arguments, void *));
            stored += outcome == CONVERTED && !scan.is_suppressed;
        }
    }
    return outcome == INPUT_ENDED && stored == 0 ? EOF : stored;
}

static int scan_stream(FILE *file, const char *format, va_list arguments) {
    struct source source = {.file = file};
    return scan_format(&source, format, arguments);
}

static int scan_string(const char *string, const char *format, va_list arguments) {
    struct source source = {.string = string};
    return scan_format(&source, format, arguments);
}

#define VARIADIC(name, symbol, call, ...)                                                                              \
    int name(__VA_ARGS__, ...) LIBC_NAMED(symbol);                                                                     \
    int name(__VA_ARGS__, ...) {                                                                                       \
        va_list arguments;                                                                                             \
        va_start(arguments, format);                                                                                   \
        int result = call;                                                                                             \
        va_end(arguments);                                                                                             \
        return result;                                                                                                 \
    }
#define FIXED(name, symbol, call, ...)                                                                                 \
    int name(__VA_ARGS__, va_list arguments) LIBC_NAMED(symbol);                                                       \
    int name(__VA_ARGS__, va_list arguments) {                                                                         \
        return call;                                                                                                   \
    }

/* Defines one function of the family under its three symbols. */
#define THREE_TIMES(kind, name, call, ...)                                                                             \
    kind(plain_##name, #name, call, __VA_ARGS__) kind(isoc99_##name, "__isoc99_" #name, call, __VA_ARGS__)             \
        kind(isoc23_##name, "__isoc23_" #name, call, __VA_ARGS__)

THREE_TIMES(VARIADIC, scanf, scan_stream(stdin, format, arguments), const char *format)
THREE_TIMES(VARIADIC, fscanf, scan_stream(file, format, arguments), FILE *file, const char *format)
THREE_TIMES(VARIADIC, sscanf, scan_string(string, format, arguments), const char *string, const char *format)
THREE_TIMES(FIXED, vscanf, scan_stream(stdin, format, arguments), const char *format)
THREE_TIMES(FIXED, vfscanf, scan_stream(file, format, arguments), FILE *file, const char *format)
THREE_TIMES(FIXED, vsscanf, scan_string(string, format, arguments), const char *string, const char *format)
