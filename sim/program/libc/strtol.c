/* Integers from strings. The file leaves out stdlib.h because newer headers give strtol another symbol. */
#include "number.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>

long __impasse_signed_value(const struct scanned_integer *integer) {
    unsigned long limit = (unsigned long)LONG_MAX + (unsigned long)integer->is_negative;
    if (integer->overflows || integer->magnitude > limit) {
        errno = ERANGE;
        return integer->is_negative ? LONG_MIN : LONG_MAX;
    }
    return (long)(integer->is_negative ? -integer->magnitude : integer->magnitude);
}

/* A minus sign negates the unsigned value, as C asks; what is too large is ULONG_MAX with any sign. */
unsigned long __impasse_unsigned_value(const struct scanned_integer *integer) {
    if (integer->overflows) {
        errno = ERANGE;
        return ULONG_MAX;
    }
    return integer->is_negative ? -integer->magnitude : integer->magnitude;
}

/* Skips "0x" for the bases 16 and 0 when a digit follows it, and finds out the base if that is 0. */
static const char *skip_prefix(const char *s, unsigned *base) {
    if ((*base == 0 || *base == 16) && s[0] == '0' && lower(s[1]) == 'x' && digit_value(s[2]) < 16) {
        *base = 16;
        return s + 2;
    }
    if (*base == 0)
        *base = *s == '0' ? 8 : 10;
    return s;
}

/* Reads white space, a sign, a prefix and digits. *end is s itself when there are no digits. EINVAL for a bad base. */
static struct scanned_integer scan(const char *s, char **end, int given_base) {
    struct scanned_integer integer = {0};
    const char *start = s;
    unsigned base = (unsigned)given_base;
    if (given_base < 0 || given_base == 1 || given_base > 36) {
        errno = EINVAL;
        return integer;
    }
    if (end)
        *end = (char *)start;
    while (is_space(*s))
        s++;
    integer.is_negative = *s == '-';
    if (*s == '-' || *s == '+')
        s++;
    s = skip_prefix(s, &base);
    if ((unsigned)digit_value(*s) >= base)
        return (struct scanned_integer){0};
    for (unsigned digit; (digit = (unsigned)digit_value(*s)) < base; s++) {
        if (integer.magnitude > (ULONG_MAX - digit) / base)
            integer.overflows = 1;
        else
            integer.magnitude = integer.magnitude * base + digit;
    }
    if (end)
        *end = (char *)s;
    return integer;
}

static long to_signed(const char *s, char **end, int base) {
    struct scanned_integer integer = scan(s, end, base);
    return __impasse_signed_value(&integer);
}

static unsigned long to_unsigned(const char *s, char **end, int base) {
    struct scanned_integer integer = scan(s, end, base);
    return __impasse_unsigned_value(&integer);
}

/* long long, intmax_t and long have one width. */
#define SIGNED_FUNCTION(type, name)                                                                                    \
    type name(const char *s, char **end, int base);                                                                    \
    LIBC type name(const char *s, char **end, int base) {                                                              \
        return to_signed(s, end, base);                                                                                \
    }
#define UNSIGNED_FUNCTION(type, name)                                                                                  \
    type name(const char *s, char **end, int base);                                                                    \
    LIBC type name(const char *s, char **end, int base) {                                                              \
        return to_unsigned(s, end, base);                                                                              \
    }

SIGNED_FUNCTION(long, strtol)
SIGNED_FUNCTION(long long, strtoll)
SIGNED_FUNCTION(long long, strtoq)
SIGNED_FUNCTION(intmax_t, strtoimax)
SIGNED_FUNCTION(long, __isoc23_strtol)
SIGNED_FUNCTION(long long, __isoc23_strtoll)
SIGNED_FUNCTION(intmax_t, __isoc23_strtoimax)
UNSIGNED_FUNCTION(unsigned long, strtoul)
UNSIGNED_FUNCTION(unsigned long long, strtoull)
UNSIGNED_FUNCTION(unsigned long long, strtouq)
UNSIGNED_FUNCTION(uintmax_t, strtoumax)
UNSIGNED_FUNCTION(unsigned long, __isoc23_strtoul)
UNSIGNED_FUNCTION(unsigned long long, __isoc23_strtoull)
UNSIGNED_FUNCTION(uintmax_t, __isoc23_strtoumax)

/* The atoi family is strtol in base 10, cut to the width of the result. */
int atoi(const char *s);
long atol(const char *s);
long long atoll(const char *s);

LIBC int atoi(const char *s) {
    return (int)to_signed(s, NULL, 10);
}

LIBC long atol(const char *s) {
    return to_signed(s, NULL, 10);
}

LIBC long long atoll(const char *s) {
    return to_signed(s, NULL, 10);
}
