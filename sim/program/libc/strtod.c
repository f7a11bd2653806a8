/* Floating point from strings, correctly rounded. */
#include "decimal.h"
#include "number.h"

#include <limits.h>
#include <stdlib.h>

/* More digits than the middle between two doubles can have: the rest only matters for being zero or not. */
enum { DIGITS_KEPT = 780, EXPONENT_LIMIT = 100000 };

/* Reads "e-12" or "p+3"; nothing when no digit follows. */
static const char *read_exponent(const char *s, char letter, int *exponent) {
    if (lower(*s) != letter)
        return s;
    const char *p = s + 1;
    int is_negative = *p == '-', n = 0;
    if (*p == '-' || *p == '+')
        p++;
    if (!is_digit(*p))
        return s;
    for (; is_digit(*p); p++)
        if (n < EXPONENT_LIMIT)
            n = n * 10 + (*p - '0');
    *exponent += is_negative ? -n : n;
    return p;
}

/* Reads digits with at most one point among them. The result is s when there are none. */
static const char *read_decimal(const char *s, struct written *written) {
    const char *start = s;
    int any = 0, kept = 0, has_point = 0;
    __impasse_big_set(&written->digits, 0);
    for (; is_digit(*s) || (*s == '.' && !has_point); s++) {
        if (*s == '.') {
            has_point = 1;
            continue;
        }
        any = 1;
        if (kept < DIGITS_KEPT) {
            __impasse_big_multiply_add(&written->digits, 10, (uint32_t)(*s - '0'));
            kept += kept > 0 || *s != '0';
            written->exponent -= has_point;
        } else {
            written->is_sticky |= *s != '0';
            written->exponent += !has_point;
        }
    }
    return any ? read_exponent(s, 'e', &written->exponent) : start;
}

static const char *read_hexadecimal(const char *s, struct written *written) {
    const char *start = s;
    int any = 0, has_point = 0;
    written->is_hexadecimal = 1;
    for (; digit_value(*s) < 16 || (*s == '.' && !has_point); s++) {
        if (*s == '.') {
            has_point = 1;
            continue;
        }
        any = 1;
        if (written->mantissa >> 59 == 0) {
            written->mantissa = written->mantissa * 16 + (uint64_t)digit_value(*s);
            written->exponent -= 4 * has_point;
        } else {
            written->is_sticky |= *s != '0';
            written->exponent += 4 * !has_point;
        }
    }
    return any ? read_exponent(s, 'p', &written->exponent) : start;
}

/* A decimal that is far out of every format's range becomes one just out of it, so that the naturals stay small. */
static void clamp(struct written *written) {
    int size = 9 * written->digits.count;
    if (written->digits.count == 0) {
        written->exponent = 0;
    } else if (written->exponent + size > 400) {
        __impasse_big_set(&written->digits, 1);
        written->exponent = 320;
    } else if (written->exponent + size < -340) {
        __impasse_big_set(&written->digits, 1);
        written->exponent = -340;
    }
}

/* The end of the word if s starts with it in any case, otherwise NULL. */
static const char *after_word(const char *s, const char *word) {
    for (; *word; word++, s++)
        if (lower(*s) != *word)
            return NULL;
    return s;
}

/* nan may be followed by letters and digits in brackets. */
static const char *after_nan(const char *s) {
    const char *p = after_word(s, "nan");
    if (!p || *p != '(')
        return p;
    const char *q = p + 1;
    while (digit_value(*q) < 36 || *q == '_')
        q++;
    return *q == ')' ? q + 1 : p;
}

/* Small numbers are exact in a double, and so are the powers up to 10^22: then one operation rounds once. */
static int is_easy(const struct written *written, const struct float_format *format) {
    return format == &__impasse_double_format && !written->is_sticky && written->digits.count <= 1 &&
           written->exponent >= -22 && written->exponent <= 22;
}

static double easy_value(const struct written *written) {
    double value = written->digits.count ? written->digits.limbs[0] : 0, power = 1;
    int n = written->exponent < 0 ? -written->exponent : written->exponent;
    for (; n > 0; n--)
        power *= 10;
    return written->exponent < 0 ? value / power : value * power;
}

/* Reads a number without its sign; *after is s when there is none, and the value 0. */
static double parse_digits(const char *s, const char **after, const struct float_format *format) {
    struct written written;
    written.exponent = written.is_hexadecimal = written.is_sticky = 0;
    written.mantissa = 0;
    if (s[0] == '0' && lower(s[1]) == 'x' && (digit_value(s[2]) < 16 || (s[2] == '.' && digit_value(s[3]) < 16))) {
        *after = read_hexadecimal(s + 2, &written);
    } else {
        *after = read_decimal(s, &written);
        clamp(&written);
        if (is_easy(&written, format))
            return easy_value(&written);
    }
    return __impasse_nearest(&written, format);
}

static double parse(const char *s, char **end, const struct float_format *format) {
    const char *start = s, *after;
    while (is_space(*s))
        s++;
    int is_negative = *s == '-';
    if (*s == '-' || *s == '+')
        s++;
    double value;
    if ((after = after_word(s, "infinity")) || (after = after_word(s, "inf"))) {
        value = __impasse_value_of_bits(format->infinity, format);
    } else if ((after = after_nan(s))) {
        value = __impasse_value_of_bits(format->infinity | UINT64_C(1) << (format->fraction_bits - 1), format);
    } else {
        value = parse_digits(s, &after, format);
        if (after == s) {
            after = start;
            is_negative = 0;
        }
    }
    if (end)
        *end = (char *)after;
    return is_negative ? -value : value;
}

double __impasse_parse_double(const char *s, char **end) {
    return parse(s, end, &__impasse_double_format);
}

float __impasse_parse_float(const char *s, char **end) {
    return (float)parse(s, end, &__impasse_float_format);
}

LIBC double strtod(const char *s, char **end) {
    return parse(s, end, &__impasse_double_format);
}

LIBC float strtof(const char *s, char **end) {
    return (float)parse(s, end, &__impasse_float_format);
}

LIBC double atof(const char *s) {
    return parse(s, NULL, &__impasse_double_format);
}
