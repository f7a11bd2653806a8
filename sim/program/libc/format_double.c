/* %e, %f and %g: the exact decimal digits, rounded once, half to even. */
#include "decimal.h"
#include "format.h"

static int is_upper(const struct conversion *conversion) {
    return conversion->type < 'a';
}

static const char *sign_of(const struct conversion *conversion, int is_negative) {
    if (is_negative)
        return "-";
    if (conversion->flags & FLAG_PLUS)
        return "+";
    return conversion->flags & FLAG_SPACE ? " " : "";
}

/* The digit for 10^-place of 0.d1d2d3... times 10^point, where place 1 is the first after the point. */
static char digit_at(const struct decimal *decimal, int place) {
    int i = decimal->point + place - 1;
    return i >= 0 && i < decimal->count ? decimal->digits[i] : '0';
}

/* One layout of a number: positional (%f), or with an exponent. */
struct layout {
    int has_exponent;
    int places;    /* Digits after the point. */
    int has_point; /* The point is there even when no digit follows it. */
    char letter;   /* 'e' or 'E'. */
};

static void put_exponent(struct text *text, char letter, int exponent) {
    unsigned magnitude = exponent < 0 ? (unsigned)-exponent : (unsigned)exponent;
    text_put(text, letter);
    text_put(text, exponent < 0 ? '-' : '+');
    if (magnitude >= 100)
        text_put(text, (char)('0' + magnitude / 100));
    text_put(text, (char)('0' + magnitude / 10 % 10));
    text_put(text, (char)('0' + magnitude % 10));
}

/* Puts the number without its sign. With an exponent the first digit stands before the point. */
static void put_body(struct text *text, const struct decimal *decimal, const struct layout *layout) {
    int exponent = decimal->count > 0 ? decimal->point - 1 : 0;
    int shift = layout->has_exponent ? -exponent : 0;
    int whole = decimal->count > 0 ? decimal->point + shift : 1;
    for (int place = whole > 1 ? 1 - whole : 0; place <= 0; place++)
        text_put(text, digit_at(decimal, place + shift));
    if (layout->places > 0 || layout->has_point)
        text_put(text, '.');
    for (int place = 1; place <= layout->places; place++)
        text_put(text, digit_at(decimal, place + shift));
    if (layout->has_exponent)
        put_exponent(text, layout->letter, exponent);
}

/* %g: the precision counts all digits; an exponent is used when it is less than -4 or not less than the precision;
   trailing zeros go unless there is a '#'. */
static void lay_out_general(struct decimal *decimal, struct layout *layout, int precision, int keeps_zeros) {
    if (precision == 0)
        precision = 1;
    __impasse_decimal_round(decimal, precision);
    int exponent = decimal->count > 0 ? decimal->point - 1 : 0;
    int significant = keeps_zeros ? precision : decimal->count > 0 ? decimal->count : 1;
    layout->has_exponent = exponent < -4 || exponent >= precision;
    layout->places = significant - 1 - (layout->has_exponent ? 0 : exponent);
    if (layout->places < 0)
        layout->places = 0;
}

static void lay_out(struct decimal *decimal, struct layout *layout, const struct conversion *conversion) {
    int precision = conversion->precision < 0 ? 6 : conversion->precision;
    char type = (char)lower(conversion->type);
    *layout = (struct layout){
        .has_exponent = type == 'e',
        .places = precision,
        .has_point = (conversion->flags & FLAG_ALTERNATE) != 0,
        .letter = is_upper(conversion) ? 'E' : 'e',
    };
    if (type == 'g')
        lay_out_general(decimal, layout, precision, layout->has_point);
    else if (type == 'e')
        __impasse_decimal_round(decimal, precision < DECIMAL_DIGITS_MAX ? precision + 1 : DECIMAL_DIGITS_MAX);
    else if (precision < 2 * DECIMAL_DIGITS_MAX)
        __impasse_decimal_round(decimal, decimal->point + precision);
}

/* Infinities and what is not a number are words, and are not padded with zeros. */
static void put_special(struct text *text, const struct conversion *conversion, int is_nan, const char *sign) {
    const char *word = is_upper(conversion) ? (is_nan ? "NAN" : "INF") : (is_nan ? "nan" : "inf");
    struct frame frame = {.prefix = sign, .length = 3};
    __impasse_frame_open(text, conversion, &frame);
    for (const char *p = word; *p; p++)
        text_put(text, *p);
    __impasse_frame_close(text, conversion, &frame);
}

void __impasse_format_double(struct text *text, const struct conversion *conversion, double value) {
    struct double_parts parts = parts_of(value);
    const char *sign = sign_of(conversion, parts.is_negative);
    if (parts.exponent == 0x7ff) {
        put_special(text, conversion, parts.fraction != 0, sign);
        return;
    }
    struct decimal decimal;
    struct layout layout;
    __impasse_decimal_of(&decimal, value);
    lay_out(&decimal, &layout, conversion);

    struct text measure = {.room = 0};
    put_body(&measure, &decimal, &layout);
    struct frame frame = {.prefix = sign, .length = measure.length, .may_zero_pad = 1};
    __impasse_frame_open(text, conversion, &frame);
    put_body(text, &decimal, &layout);
    __impasse_frame_close(text, conversion, &frame);
}

/* Cuts the 13 hexadecimal digits of the fraction to the precision, a half to even; the result is how many digits
   follow the point. A carry may make the leading digit 2. */
static int round_hex(uint64_t *mantissa, int precision) {
    int places = 13;
    if (precision >= 0 && precision < 13) {
        int dropped = 4 * (13 - precision);
        uint64_t unit = UINT64_C(1) << dropped, rest = *mantissa & (unit - 1);
        *mantissa -= rest;
        if (rest > unit / 2 || (rest == unit / 2 && *mantissa & unit))
            *mantissa += unit;
        return precision;
    }
    while (precision < 0 && places > 0 && !(*mantissa >> (4 * (13 - places)) & 15))
        places--;
    return places;
}

static void put_hex_body(struct text *text, const struct conversion *conversion, struct double_parts parts) {
    const char *digits = is_upper(conversion) ? "0123456789ABCDEF" : "0123456789abcdef";
    uint64_t mantissa = parts.fraction | (uint64_t)(parts.exponent > 0) << 52;
    int exponent = parts.exponent > 0 ? parts.exponent - 1023 : mantissa ? -1022 : 0;
    int places = round_hex(&mantissa, conversion->precision);
    text_put(text, digits[mantissa >> 52]);
    if (places > 0 || conversion->precision > 0 || conversion->flags & FLAG_ALTERNATE)
        text_put(text, '.');
    for (int i = 1; i <= places; i++)
        text_put(text, digits[mantissa >> (52 - 4 * i) & 15]);
    text_repeat(text, '0', conversion->precision - places);
    text_put(text, is_upper(conversion) ? 'P' : 'p');
    text_put(text, exponent < 0 ? '-' : '+');
    struct conversion plain = {.precision = -1, .type = 'd'};
    __impasse_format_integer(text, &plain, (unsigned long)(exponent < 0 ? -exponent : exponent), 0);
}

/* %a: the bits themselves, as glibc normalises them. */
void __impasse_format_hex_double(struct text *text, const struct conversion *conversion, double value) {
    struct double_parts parts = parts_of(value);
    const char *sign = sign_of(conversion, parts.is_negative);
    if (parts.exponent == 0x7ff) {
        put_special(text, conversion, parts.fraction != 0, sign);
        return;
    }
    char prefix[4];
    char *p = prefix;
    if (*sign)
        *p++ = *sign;
    *p++ = '0';
    *p++ = is_upper(conversion) ? 'X' : 'x';
    *p = '\0';
    struct text measure = {.room = 0};
    put_hex_body(&measure, conversion, parts);
    struct frame frame = {.prefix = prefix, .length = measure.length, .may_zero_pad = 1};
    __impasse_frame_open(text, conversion, &frame);
    put_hex_body(text, conversion, parts);
    __impasse_frame_close(text, conversion, &frame);
}
