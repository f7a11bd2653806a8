/* Integers of all widths and signs: wrapping, shifts, division, conversions, bits. */
#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Values that the compiler cannot know. */
static volatile int minus_seven = -7, two = 2, three = 3, thirty_one = 31;
static volatile unsigned big = 4000000000u;
static volatile uint64_t huge = UINT64_C(0xfedcba9876543210);

#define ARITHMETIC(type, format, a, b)                                                                                 \
    do {                                                                                                               \
        volatile type x = (type)(a), y = (type)(b);                                                                    \
        type sum = (type)(x + y), difference = (type)(x - y), product = (type)(x * y);                                 \
        type quotient = (type)(x / y), rest = (type)(x % y);                                                           \
        printf(#type " %" format " %" format " %" format " %" format " %" format "\n", sum, difference, product,       \
               quotient, rest);                                                                                        \
        printf("  %d %d %d %d %d %d\n", x<y, x <= y, x == y, x != y, x> y, x >= y);                                    \
        printf("  %" format " %" format " %" format " %" format "\n", (type)(x & y), (type)(x | y), (type)(x ^ y),     \
               (type)~x);                                                                                              \
    } while (0)

static void arithmetic(void) {
    ARITHMETIC(uint8_t, PRIu8, 200, 100);
    ARITHMETIC(int8_t, PRId8, -100, 7);
    ARITHMETIC(uint16_t, PRIu16, 65000, 1000);
    ARITHMETIC(int16_t, PRId16, -30000, 11);
    ARITHMETIC(uint32_t, PRIu32, 4000000000u, 500000000u);
    ARITHMETIC(int32_t, PRId32, -20000, 300);
    ARITHMETIC(uint64_t, PRIu64, UINT64_C(18000000000000000000), UINT64_C(900000000000000000));
    ARITHMETIC(int64_t, PRId64, INT64_C(-2000000000), 3);
}

static void divisions(void) {
    printf("%d %d %d %d\n", minus_seven / two, minus_seven % two, 7 / -two, 7 % -two);
    printf("%u %u\n", big / 7, big % 7);
    printf("%" PRIu64 " %" PRIu64 "\n", huge / 10, huge % 10);
    assert((minus_seven / two) * two + minus_seven % two == minus_seven);
}

static void shifts(void) {
    printf("%x %x %d %d\n", 1u << thirty_one, big >> three, minus_seven >> 1, two << three);
    printf("%" PRIx64 " %" PRIx64 "\n", huge << 12, huge >> 60);
    uint64_t rotated = huge << 8 | huge >> 56;
    uint32_t swapped = big << 24 | (big & 0xff00) << 8 | (big >> 8 & 0xff00) | big >> 24;
    printf("%" PRIx64 " %x\n", rotated, swapped);
    uint8_t byte = 0x80;
    byte <<= 1;
    int16_t word = (int16_t)(two << 14);
    printf("%d %d\n", byte, word);
}

static void conversions(void) {
    volatile int wide = 0x12345;
    volatile signed char negative = -1;
    volatile char letter = 'A';
    printf("%d %d %d\n", (int8_t)wide, (uint8_t)wide, (int16_t)wide);
    printf("%u %d %" PRIu64 " %" PRId64 "\n", (unsigned)negative, (unsigned char)negative, (uint64_t)negative,
           (int64_t)(unsigned)negative);
    printf("%d %d\n", minus_seven < 3, (unsigned)minus_seven < 3u);
    printf("%d %d %d\n", (bool)wide, (bool)0, (bool)0x100);
    printf("%c %d %zu %zu\n", letter + 1, letter * 2, sizeof(letter + 1), sizeof 'a');
    enum colour { RED = -2, GREEN, BLUE = 7 } colour = (enum colour)(three - 4);
    printf("%d %d %d\n", colour == GREEN, BLUE + RED, (int)sizeof colour);
}

static void increments(void) {
    unsigned char small = 255;
    unsigned zero = 0;
    int i = 5;
    small++;
    zero--;
    int before = i++, after = ++i, last = i--;
    printf("%d %u %d %d %d\n", small, zero, before, after, last);
    i += 10, i -= 3, i *= 4, i /= 3, i %= 11, i <<= 3, i |= 5, i &= ~1, i ^= 0x55;
    printf("%d\n", i);
    printf("%d %d %d\n", i > 5 && two, !i || three, i ? 1 : 2);
}

static int bits_of(uint64_t n) {
    int count = 0;
    for (; n; n &= n - 1)
        count++;
    return count;
}

int main(void) {
    arithmetic();
    divisions();
    shifts();
    conversions();
    increments();
    printf("%d %d\n", bits_of(huge), bits_of(big));
    printf("%d %ld %lld\n", INT_MIN, LONG_MAX, LLONG_MIN);
    return 0;
}
