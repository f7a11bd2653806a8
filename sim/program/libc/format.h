/* The parts of the formatter behind the printf family: what a conversion says, and where its text goes. */
#ifndef IMPASSE_LIBC_FORMAT_H
#define IMPASSE_LIBC_FORMAT_H

#include "libc.h"

enum conversion_flag {
    FLAG_LEFT = 1,      /* '-' */
    FLAG_PLUS = 2,      /* '+' */
    FLAG_SPACE = 4,     /* ' ' */
    FLAG_ALTERNATE = 8, /* '#' */
    FLAG_ZERO = 16,     /* '0' */
};

enum conversion_length {
    LENGTH_INT,
    LENGTH_CHAR,
    LENGTH_SHORT,
    LENGTH_LONG, /* Also ll, z, j and t, which are as wide. */
};

/* One conversion of a format. The positions are those of %1$d and *2$, counted from 1; 0 means the next argument,
   or no such argument at all. */
struct conversion {
    unsigned flags;
    int width;
    int precision; /* -1 when there is none. */
    int length;    /* An enum conversion_length. */
    char type;     /* '\0' when the format ends inside of the conversion. */
    int position;
    int width_is_argument, width_position;
    int precision_is_argument, precision_position;
};

/* The text that is made: what does not fit is only counted. */
struct text {
    char *out;
    size_t room;
    size_t length;
};

static inline void text_put(struct text *text, char c) {
    if (text->length < text->room)
        text->out[text->length] = c;
    text->length++;
}

static inline void text_repeat(struct text *text, char c, long n) {
    for (; n > 0; n--)
        text_put(text, c);
}

/* Reads the conversion after a '%'; the result points behind it, or is NULL for a width that is too large. */
const char *__impasse_parse_conversion(const char *format, struct conversion *conversion);

/* Each of these puts one converted value, padded to its width. */
void __impasse_format_integer(struct text *text, const struct conversion *conversion, unsigned long magnitude,
                              int is_negative);
void __impasse_format_string(struct text *text, const struct conversion *conversion, const char *s, size_t length);
void __impasse_format_double(struct text *text, const struct conversion *conversion, double value);
void __impasse_format_hex_double(struct text *text, const struct conversion *conversion, double value);

/* A number with its sign or "0x" in front: spaces, the prefix, zeros, the body, spaces; `length` is the body's. */
struct frame {
    const char *prefix;
    size_t length;
    int may_zero_pad;
};

/* What stands before the body, and behind it. */
void __impasse_frame_open(struct text *text, const struct conversion *conversion, const struct frame *frame);
void __impasse_frame_close(struct text *text, const struct conversion *conversion, const struct frame *frame);

#endif
