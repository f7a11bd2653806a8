/* A double as exact decimal digits, and back. */
#ifndef IMPASSE_LIBC_DECIMAL_H
#define IMPASSE_LIBC_DECIMAL_H

#include "libc.h"

#include <stdint.h>

/* No finite double has more significant digits than the smallest normal one times (2 - 2^-52): 767. */
enum { DECIMAL_DIGITS_MAX = 800 };

/* The value 0.d1d2d3... times 10^point; no leading or trailing zeros; zero has no digits. */
struct decimal {
    int count;
    int point;
    char digits[DECIMAL_DIGITS_MAX];
};

/* The exact digits of |value|, which is finite. */
void __impasse_decimal_of(struct decimal *decimal, double value);

/* Rounds to the given number of digits (which may be negative), a half to even. */
void __impasse_decimal_round(struct decimal *decimal, int count);

/* A natural number of up to 9 * BIG_LIMBS digits, the least significant limb (base 10^9) first. */
enum { BIG_LIMBS = 168 };
struct big {
    int count;
    uint32_t limbs[BIG_LIMBS];
};

void __impasse_big_set(struct big *big, uint64_t value);
void __impasse_big_multiply_add(struct big *big, uint32_t factor, uint32_t addend);

/* Multiplies by base^exponent; base is 2, 5 or 10. */
void __impasse_big_scale(struct big *big, uint32_t base, int exponent);

/* Less than, equal to or greater than 0, as a is to b. */
int __impasse_big_compare(const struct big *a, const struct big *b);

/* The parts of a double: its fraction of 52 bits, its biased exponent, its sign. */
struct double_parts {
    uint64_t fraction;
    int exponent;
    int is_negative;
};

static inline struct double_parts parts_of(double value) {
    union {
        double real;
        uint64_t bits;
    } both = {value};
    struct double_parts parts = {
        both.bits & ((UINT64_C(1) << 52) - 1),
        (int)(both.bits >> 52 & 0x7ff),
        (int)(both.bits >> 63),
    };
    return parts;
}

/* The formats double and float. */
struct float_format {
    int fraction_bits;
    int exponent_min;  /* Of the unit of the smallest denormal number. */
    uint64_t infinity; /* Its bits. */
};
extern const struct float_format __impasse_double_format, __impasse_float_format;

/* A number as it is written: digits times 10^exponent, or, in hexadecimal, mantissa times 2^exponent. */
struct written {
    struct big digits;
    int exponent;
    uint64_t mantissa;
    int is_hexadecimal;
    int is_sticky; /* Digits that are not zero were left out at the end. */
};

/* The nearest number of the format, a half to even; errno is ERANGE for an overflow or underflow. */
double __impasse_nearest(const struct written *written, const struct float_format *format);
double __impasse_value_of_bits(uint64_t bits, const struct float_format *format);

#endif
