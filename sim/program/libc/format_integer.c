/* Integers and strings for the printf family, and the padding around every number. */
#include "format.h"

static long padding(const struct conversion *conversion, const struct frame *frame) {
    return conversion->width - (long)(__impasse_length(frame->prefix) + frame->length);
}

static int pads_with_zeros(const struct conversion *conversion, const struct frame *frame) {
    return frame->may_zero_pad && conversion->flags & FLAG_ZERO && !(conversion->flags & FLAG_LEFT);
}

void __impasse_frame_open(struct text *text, const struct conversion *conversion, const struct frame *frame) {
    int zeros = pads_with_zeros(conversion, frame);
    if (!zeros && !(conversion->flags & FLAG_LEFT))
        text_repeat(text, ' ', padding(conversion, frame));
    for (const char *p = frame->prefix; *p; p++)
        text_put(text, *p);
    if (zeros)
        text_repeat(text, '0', padding(conversion, frame));
}

void __impasse_frame_close(struct text *text, const struct conversion *conversion, const struct frame *frame) {
    if (conversion->flags & FLAG_LEFT)
        text_repeat(text, ' ', padding(conversion, frame));
}

static const char *prefix_of(const struct conversion *conversion, unsigned long magnitude, int is_negative) {
    int is_signed = conversion->type == 'd' || conversion->type == 'i';
    if (conversion->type == 'p')
        return conversion->flags & FLAG_PLUS ? "+0x" : conversion->flags & FLAG_SPACE ? " 0x" : "0x";
    if (conversion->flags & FLAG_ALTERNATE && magnitude && (conversion->type == 'x' || conversion->type == 'X'))
        return conversion->type == 'x' ? "0x" : "0X";
    if (is_negative)
        return "-";
    if (is_signed && conversion->flags & FLAG_PLUS)
        return "+";
    return is_signed && conversion->flags & FLAG_SPACE ? " " : "";
}

static unsigned base_of(char type) {
    return type == 'o' ? 8 : type == 'x' || type == 'X' || type == 'p' ? 16 : 10;
}

/* The precision is the least number of digits, and with one given the flag 0 is ignored. Zero with the precision 0
   has no digits at all, but '#' gives an octal number a leading zero in any case. */
void __impasse_format_integer(struct text *text, const struct conversion *conversion, unsigned long magnitude,
                              int is_negative) {
    const char *digits = conversion->type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    unsigned base = base_of(conversion->type);
    char reversed[24];
    int n = 0;
    for (unsigned long rest = magnitude; rest; rest /= base)
        reversed[n++] = digits[rest % base];
    int least = conversion->precision < 0 ? 1 : conversion->precision;
    if (conversion->type == 'o' && conversion->flags & FLAG_ALTERNATE && least <= n)
        least = n + 1;

    struct frame frame = {
        .prefix = prefix_of(conversion, magnitude, is_negative),
        .length = (size_t)(n > least ? n : least),
        .may_zero_pad = conversion->precision < 0,
    };
    __impasse_frame_open(text, conversion, &frame);
    text_repeat(text, '0', least - n);
    while (n > 0)
        text_put(text, reversed[--n]);
    __impasse_frame_close(text, conversion, &frame);
}

void __impasse_format_string(struct text *text, const struct conversion *conversion, const char *s, size_t length) {
    struct frame frame = {.prefix = "", .length = length};
    __impasse_frame_open(text, conversion, &frame);
    for (size_t i = 0; i < length; i++)
        text_put(text, s[i]);
    __impasse_frame_close(text, conversion, &frame);
}
