/*
 * Rounds a number that was read to the nearest double. Positive doubles are ordered as their bits are; so the result is
 * found by a binary search over the bits, comparing the number with the exact middle between two neighbours.
 */
#include "decimal.h"

#include <errno.h>

const struct float_format __impasse_double_format = {52, -1074, UINT64_C(0x7ff) << 52};
const struct float_format __impasse_float_format = {23, -149, UINT64_C(0xff) << 23};

/* mantissa * 2^exponent. */
struct binary {
    uint64_t mantissa;
    int exponent;
};

static struct binary binary_of(uint64_t bits, const struct float_format *format) {
    uint64_t hidden = UINT64_C(1) << format->fraction_bits;
    int exponent = (int)(bits >> format->fraction_bits);
    struct binary binary = {bits & (hidden - 1), format->exponent_min};
    if (exponent > 0) {
        binary.mantissa |= hidden;
        binary.exponent += exponent - 1;
    }
    return binary;
}

/* Compares digits * 10^e with m * 2^f, where e and f are brought to one side each so that both are natural. */
static int compare_decimal(const struct written *written, struct binary binary) {
    struct big left = written->digits, right;
    __impasse_big_set(&right, binary.mantissa);
    int two_left = written->exponent, two_right = binary.exponent;
    if (written->exponent >= 0)
        __impasse_big_scale(&left, 5, written->exponent);
    else
        __impasse_big_scale(&right, 5, -written->exponent);
    if (two_left > two_right)
        __impasse_big_scale(&left, 2, two_left - two_right);
    else
        __impasse_big_scale(&right, 2, two_right - two_left);
    int order = __impasse_big_compare(&left, &right);
    return order == 0 && written->is_sticky ? 1 : order;
}

/* Compares two numbers of at most 64 bits by aligning the one with the larger exponent as far as it can go. */
static int compare_binary(const struct written *written, struct binary binary) {
    struct binary a = {written->mantissa, written->exponent}, b = binary;
    if (a.mantissa == 0)
        return b.mantissa == 0 ? 0 : -1;
    for (; a.exponent > b.exponent && !(a.mantissa >> 63); a.exponent--)
        a.mantissa <<= 1;
    for (; b.exponent > a.exponent && !(b.mantissa >> 63); b.exponent--)
        b.mantissa <<= 1;
    if (a.exponent != b.exponent)
        return a.exponent < b.exponent ? -1 : 1;
    if (a.mantissa != b.mantissa)
        return a.mantissa < b.mantissa ? -1 : 1;
    return written->is_sticky;
}

static int compare(const struct written *written, struct binary binary) {
    return written->is_hexadecimal ? compare_binary(written, binary) : compare_decimal(written, binary);
}

/* True if the number lies above the middle between the bits and their successor, or on it when the bits are odd. */
static int is_above(const struct written *written, uint64_t bits, const struct float_format *format) {
    struct binary middle = binary_of(bits, format);
    middle.mantissa = 2 * middle.mantissa + 1;
    middle.exponent--;
    int order = compare(written, middle);
    return order > 0 || (order == 0 && bits & 1);
}

/* The bits of the nearest number: the least ones that the written number is not above. */
static uint64_t nearest(const struct written *written, const struct float_format *format) {
    uint64_t low = 0, high = format->infinity;
    while (low < high) {
        uint64_t bits = low + (high - low) / 2;
        if (is_above(written, bits, format))
            low = bits + 1;
        else
            high = bits;
    }
    return low;
}

/* ERANGE for an overflow and for an underflow: a result that is not exact, and below the normal numbers even when it
   is rounded as if the exponent had no limit. */
static void check_range(const struct written *written, uint64_t bits, const struct float_format *format) {
    uint64_t least_normal = UINT64_C(1) << format->fraction_bits;
    struct binary almost_normal = {4 * least_normal - 1, format->exponent_min - 2};
    if (bits == format->infinity || (bits < least_normal && compare(written, binary_of(bits, format)) != 0) ||
        (bits == least_normal && compare(written, almost_normal) < 0))
        errno = ERANGE;
}

double __impasse_value_of_bits(uint64_t bits, const struct float_format *format) {
    union {
        uint64_t bits;
        double real;
    } wide = {bits};
    union {
        uint32_t bits;
        float real;
    } narrow = {(uint32_t)bits};
    return format == &__impasse_double_format ? wide.real : (double)narrow.real;
}

double __impasse_nearest(const struct written *written, const struct float_format *format) {
    uint64_t bits = nearest(written, format);
    check_range(written, bits, format);
    return __impasse_value_of_bits(bits, format);
}
