/*
 * Exact decimal digits of a double. m * 2^-k is m * 5^k / 10^k, so that the digits of every double are those of a
 * natural number, and only the place of the point differs.
 */
#include "decimal.h"

enum { LIMB_BASE = 1000000000, LIMB_DIGITS = 9 };

void __impasse_big_set(struct big *big, uint64_t value) {
    big->count = 0;
    for (; value; value /= LIMB_BASE)
        big->limbs[big->count++] = (uint32_t)(value % LIMB_BASE);
}

void __impasse_big_multiply_add(struct big *big, uint32_t factor, uint32_t addend) {
    uint64_t carry = addend;
    for (int i = 0; i < big->count; i++) {
        carry += (uint64_t)big->limbs[i] * factor;
        big->limbs[i] = (uint32_t)(carry % LIMB_BASE);
        carry /= LIMB_BASE;
    }
    for (; carry; carry /= LIMB_BASE)
        big->limbs[big->count++] = (uint32_t)(carry % LIMB_BASE);
}

/* Multiplies with the largest power that fits into 32 bits as long as it can. */
void __impasse_big_scale(struct big *big, uint32_t base, int exponent) {
    uint32_t power = base;
    int step = 1;
    for (; power <= UINT32_MAX / base; step++)
        power *= base;
    for (; exponent >= step; exponent -= step)
        __impasse_big_multiply_add(big, power, 0);
    for (; exponent > 0; exponent--)
        __impasse_big_multiply_add(big, base, 0);
}

int __impasse_big_compare(const struct big *a, const struct big *b) {
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    for (int i = a->count; i-- > 0;)
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
    return 0;
}

/* The digits of the number without leading and trailing zeros; its value is divided by 10^divisor_digits. */
static void take_digits(struct decimal *decimal, const struct big *big, int divisor_digits) {
    decimal->count = 0;
    decimal->point = LIMB_DIGITS * big->count - divisor_digits;
    for (int i = big->count; i-- > 0;) {
        uint32_t limb = big->limbs[i];
        for (uint32_t unit = LIMB_BASE / 10; unit; unit /= 10) {
            int digit = (int)(limb / unit % 10);
            if (digit == 0 && decimal->count == 0)
                decimal->point--;
            else
                decimal->digits[decimal->count++] = (char)('0' + digit);
        }
    }
    while (decimal->count > 0 && decimal->digits[decimal->count - 1] == '0')
        decimal->count--;
}

void __impasse_decimal_of(struct decimal *decimal, double value) {
    struct double_parts parts = parts_of(value);
    uint64_t mantissa = parts.fraction;
    int exponent = -1074;
    if (parts.exponent > 0) {
        mantissa |= UINT64_C(1) << 52;
        exponent += parts.exponent - 1;
    }
    if (mantissa == 0) {
        decimal->count = 0;
        decimal->point = 1;
        return;
    }
    for (; !(mantissa & 1); mantissa >>= 1)
        exponent++;
    struct big big;
    __impasse_big_set(&big, mantissa);
    if (exponent >= 0)
        __impasse_big_scale(&big, 2, exponent);
    else
        __impasse_big_scale(&big, 5, -exponent);
    take_digits(decimal, &big, exponent < 0 ? -exponent : 0);
}

/* True if what is cut off after `count` digits rounds the rest up. */
static int rounds_up(const struct decimal *decimal, int count) {
    char next = decimal->digits[count];
    if (next != '5')
        return next > '5';
    if (count + 1 < decimal->count)
        return 1;
    return count > 0 && (decimal->digits[count - 1] - '0') % 2 == 1;
}

void __impasse_decimal_round(struct decimal *decimal, int count) {
    if (count >= decimal->count)
        return;
    if (count < 0) {
        decimal->count = 0;
        return;
    }
    int up = rounds_up(decimal, count);
    char dropped = up ? '9' : '0';
    decimal->count = count;
    while (decimal->count > 0 && decimal->digits[decimal->count - 1] == dropped)
        decimal->count--;
    if (!up)
        return;
    if (decimal->count > 0) {
        decimal->digits[decimal->count - 1]++;
    } else {
        decimal->digits[decimal->count++] = '1';
        decimal->point++;
    }
}
