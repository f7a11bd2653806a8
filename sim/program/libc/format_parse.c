/* Reads one conversion of a printf format. */
#include "format.h"

#include <limits.h>

/* Reads a number; the result is -1 when it is too large. */
static int parse_number(const char **format) {
    int n = 0;
    for (; is_digit(**format); ++*format) {
        int digit = **format - '0';
        if (n < 0 || n > (INT_MAX - 1 - digit) / 10)
            n = -1;
        else
            n = n * 10 + digit;
    }
    return n;
}

/* Reads "N$" and returns N; otherwise reads nothing and returns 0. */
static int parse_position(const char **format) {
    const char *p = *format;
    int n = is_digit(*p) && *p != '0' ? parse_number(&p) : 0;
    if (n <= 0 || *p != '$')
        return 0;
    *format = p + 1;
    return n;
}

static unsigned flag_of(char c) {
    switch (c) {
    case '-':
        return FLAG_LEFT;
    case '+':
        return FLAG_PLUS;
    case ' ':
        return FLAG_SPACE;
    case '#':
        return FLAG_ALTERNATE;
    case '0':
        return FLAG_ZERO;
    default:
        return 0;
    }
}

/* ' and I ask for the grouping and the digits of the locale: the C locale has none. */
static const char *parse_flags(const char *format, struct conversion *conversion) {
    while (flag_of(*format) || *format == '\'' || *format == 'I')
        conversion->flags |= flag_of(*format++);
    return format;
}

static const char *parse_length(const char *format, struct conversion *conversion) {
    switch (*format) {
    case 'h':
        conversion->length = format[1] == 'h' ? LENGTH_CHAR : LENGTH_SHORT;
        return format + 1 + (format[1] == 'h');
    case 'l':
        conversion->length = LENGTH_LONG;
        return format + 1 + (format[1] == 'l');
    case 'L':
    case 'q':
    case 'j':
    case 'z':
    case 'Z':
    case 't':
        conversion->length = LENGTH_LONG;
        return format + 1;
    default:
        return format;
    }
}

const char *__impasse_parse_conversion(const char *format, struct conversion *conversion) {
    *conversion = (struct conversion){.precision = -1};
    conversion->position = parse_position(&format);
    format = parse_flags(format, conversion);
    if (*format == '*') {
        format++;
        conversion->width_is_argument = 1;
        conversion->width_position = parse_position(&format);
    } else if ((conversion->width = parse_number(&format)) < 0) {
        return NULL;
    }
    if (*format == '.') {
        format++;
        if (*format == '*') {
            format++;
            conversion->precision_is_argument = 1;
            conversion->precision_position = parse_position(&format);
        } else if ((conversion->precision = parse_number(&format)) < 0) {
            return NULL;
        }
    }
    format = parse_length(format, conversion);
    conversion->type = *format;
    return *format ? format + 1 : format;
}
