/* The formatter behind the printf family: walks the format, fetches the arguments, calls for each conversion. */
#include "format.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>

/* As many arguments as a format with positions (%2$s) may name. */
enum { POSITIONS_MAX = 16 };

union value {
    long integer;
    const void *pointer;
    double real;
};

/* Where the arguments come from: one after the other, or, when the format has positions, from a list that was
   collected before. */
struct arguments {
    va_list list;
    int is_positional;
    union value values[POSITIONS_MAX];
};

/* The class of an argument that the conversion takes: 'i' an int, 'l' a long, 'p' a pointer, 'd' a double, or '\0'. */
static char class_of(const struct conversion *conversion) {
    switch (conversion->type) {
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        return conversion->length == LENGTH_LONG ? 'l' : 'i';
    case 'c':
    case 'C':
        return 'i';
    case 's':
    case 'S':
    case 'p':
    case 'n':
        return 'p';
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
        return 'd';
    default:
        return '\0';
    }
}

static union value fetch(struct arguments *arguments, int position, char class) {
    union value value = {0};
    if (arguments->is_positional) {
        if (position > 0 && position <= POSITIONS_MAX)
            value = arguments->values[position - 1];
    } else if (class == 'i') {
        value.integer = va_arg(arguments->list, int);
    } else if (class == 'l') {
        value.integer = va_arg(arguments->list, long);
    } else if (class == 'p') {
        value.pointer = va_arg(arguments->list, const void *);
    } else if (class == 'd') {
        value.real = va_arg(arguments->list, double);
    }
    return value;
}

static void note_class(char classes[POSITIONS_MAX], int position, char class) {
    if (class && position > 0 && position <= POSITIONS_MAX)
        classes[position - 1] = class;
}

/* If the format has positions, collects the arguments by the classes that its conversions give them. */
static void collect_positional(struct arguments *arguments, const char *format) {
    char classes[POSITIONS_MAX] = {0};
    int is_positional = 0;
    while (format && *format) {
        if (*format++ != '%')
            continue;
        struct conversion conversion;
        format = __impasse_parse_conversion(format, &conversion);
        is_positional |= conversion.position > 0;
        note_class(classes, conversion.position, class_of(&conversion));
        note_class(classes, conversion.width_position, 'i');
        note_class(classes, conversion.precision_position, 'i');
    }
    if (!is_positional)
        return;
    for (int i = 0; i < POSITIONS_MAX && classes[i]; i++)
        arguments->values[i] = fetch(arguments, 0, classes[i]);
    arguments->is_positional = 1;
}

/* A negative width means '-', a negative precision none. The result is false for a width that is too large. */
static int fetch_width_and_precision(struct arguments *arguments, struct conversion *conversion) {
    if (conversion->width_is_argument) {
        int width = (int)fetch(arguments, conversion->width_position, 'i').integer;
        if (width == INT_MIN || width == INT_MAX)
            return 0;
        if (width < 0)
            conversion->flags |= FLAG_LEFT;
        conversion->width = width < 0 ? -width : width;
    }
    if (conversion->precision_is_argument) {
        int precision = (int)fetch(arguments, conversion->precision_position, 'i').integer;
        conversion->precision = precision < 0 ? -1 : precision;
    }
    return 1;
}

static void put_signed(struct text *text, const struct conversion *conversion, long value) {
    if (conversion->length == LENGTH_CHAR)
        value = (signed char)value;
    else if (conversion->length == LENGTH_SHORT)
        value = (short)value;
    unsigned long magnitude = value < 0 ? -(unsigned long)value : (unsigned long)value;
    __impasse_format_integer(text, conversion, magnitude, value < 0);
}

static void put_unsigned(struct text *text, const struct conversion *conversion, unsigned long value) {
    if (conversion->length == LENGTH_CHAR)
        value = (unsigned char)value;
    else if (conversion->length == LENGTH_SHORT)
        value = (unsigned short)value;
    else if (conversion->length == LENGTH_INT)
        value = (unsigned)value;
    __impasse_format_integer(text, conversion, value, 0);
}

/* A string is never read beyond its precision. A null pointer prints as (null) where that fits, as in glibc. */
static void put_string(struct text *text, const struct conversion *conversion, const char *s) {
    size_t length = 0;
    if (!s)
        s = conversion->precision < 0 || conversion->precision >= 6 ? "(null)" : "";
    while ((conversion->precision < 0 || length < (size_t)conversion->precision) && s[length])
        length++;
    __impasse_format_string(text, conversion, s, length);
}

/* Wide characters: the C locale knows only ASCII. The result is false for any other (EILSEQ). */
static int put_wide_string(struct text *text, const struct conversion *conversion, const wchar_t *s) {
    if (!s) {
        put_string(text, conversion, NULL);
        return 1;
    }
    size_t length = 0;
    for (; (conversion->precision < 0 || length < (size_t)conversion->precision) && s[length]; length++)
        if (s[length] < 0 || s[length] > 127)
            return 0;
    struct conversion part = *conversion;
    part.width -= (int)length;
    if (!(part.flags & FLAG_LEFT))
        text_repeat(text, ' ', part.width);
    for (size_t i = 0; i < length; i++)
        text_put(text, (char)s[i]);
    if (part.flags & FLAG_LEFT)
        text_repeat(text, ' ', part.width);
    return 1;
}

static void put_pointer(struct text *text, const struct conversion *conversion, const void *pointer) {
    if (pointer)
        __impasse_format_integer(text, conversion, (uintptr_t)pointer, 0);
    else
        __impasse_format_string(text, conversion, "(nil)", 5);
}

static void store_count(const struct conversion *conversion, void *target, size_t count) {
    switch (conversion->length) {
    case LENGTH_CHAR:
        *(signed char *)target = (signed char)count;
        break;
    case LENGTH_SHORT:
        *(short *)target = (short)count;
        break;
    case LENGTH_LONG:
        *(long *)target = (long)count;
        break;
    default:
        *(int *)target = (int)count;
        break;
    }
}

/* Puts one conversion. The result is 0, or the errno with which the whole call fails. A conversion that does not
   exist is printed as it stands in the format, from `start` to `end`. */
static int put_conversion(struct text *text, struct arguments *arguments, struct conversion *conversion,
                          const char *start, const char *end) {
    if (!fetch_width_and_precision(arguments, conversion))
        return EOVERFLOW;
    union value value = fetch(arguments, conversion->position, class_of(conversion));
    char c = (char)value.integer;
    switch (conversion->type) {
    case '\0':
        return EINVAL;
    case '%':
        text_put(text, '%');
        return 0;
    case 'd':
    case 'i':
        put_signed(text, conversion, value.integer);
        return 0;
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        put_unsigned(text, conversion, (unsigned long)value.integer);
        return 0;
    case 'C':
    case 'c':
        if ((conversion->type == 'C' || conversion->length == LENGTH_LONG) && (unsigned)value.integer > 127)
            return EILSEQ;
        __impasse_format_string(text, conversion, &c, 1);
        return 0;
    case 'S':
    case 's':
        if (conversion->type == 's' && conversion->length != LENGTH_LONG)
            put_string(text, conversion, value.pointer);
        else if (!put_wide_string(text, conversion, value.pointer))
            return EILSEQ;
        return 0;
    case 'm':
        put_string(text, conversion, __impasse_error_text(errno));
        return 0;
    case 'p':
        put_pointer(text, conversion, value.pointer);
        return 0;
    case 'n':
        store_count(conversion, (void *)value.pointer, text->length);
        return 0;
    case 'a':
    case 'A':
        __impasse_format_hex_double(text, conversion, value.real);
        return 0;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        __impasse_format_double(text, conversion, value.real);
        return 0;
    default:
        for (; start < end; start++)
            text_put(text, *start);
        return 0;
    }
}

/* Puts the whole format. The result is 0 or an errno. */
static int put_format(struct text *text, struct arguments *arguments, const char *format) {
    while (*format) {
        if (*format != '%') {
            text_put(text, *format++);
            continue;
        }
        const char *start = format;
        struct conversion conversion;
        format = __impasse_parse_conversion(format + 1, &conversion);
        if (!format)
            return EOVERFLOW;
        int error = put_conversion(text, arguments, &conversion, start, format);
        if (error)
            return error;
    }
    return text->length > INT_MAX ? EOVERFLOW : 0;
}

int __impasse_format(char *out, size_t size, const char *format, va_list list) {
    struct text text = {.out = out, .room = size ? size - 1 : 0};
    struct arguments arguments = {.is_positional = 0};
    va_copy(arguments.list, list);
    collect_positional(&arguments, format);
    int error = put_format(&text, &arguments, format);
    va_end(arguments.list);
    if (size)
        out[text.length < text.room ? text.length : text.room] = '\0';
    if (error) {
        errno = error;
        return -1;
    }
    return (int)text.length;
}
