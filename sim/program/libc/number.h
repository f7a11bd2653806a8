/* Reading numbers from text, for strtol and strtod and for scanf. */
#ifndef IMPASSE_LIBC_NUMBER_H
#define IMPASSE_LIBC_NUMBER_H

#include "libc.h"

/* What stands in a text: a sign and a magnitude, and whether the magnitude was too large (it is then ULONG_MAX). */
struct scanned_integer {
    unsigned long magnitude;
    int is_negative;
    int overflows;
};

/* The value as a long or as an unsigned long, with ERANGE and the nearest limit when it does not fit. */
long __impasse_signed_value(const struct scanned_integer *integer);
unsigned long __impasse_unsigned_value(const struct scanned_integer *integer);

/* strtod and strtof: the nearest double, a half to even; ERANGE for what is too large or too small. */
double __impasse_parse_double(const char *s, char **end);
float __impasse_parse_float(const char *s, char **end);

#endif
