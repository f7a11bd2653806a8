/* Absolute values and divisions with remainder. */
#include "libc.h"

#include <inttypes.h>
#include <stdlib.h>

LIBC int abs(int n) {
    return n < 0 ? -n : n;
}

LIBC long labs(long n) {
    return n < 0 ? -n : n;
}

LIBC long long llabs(long long n) {
    return n < 0 ? -n : n;
}

LIBC intmax_t imaxabs(intmax_t n) {
    return n < 0 ? -n : n;
}

LIBC div_t div(int n, int by) {
    return (div_t){n / by, n % by};
}

LIBC ldiv_t ldiv(long n, long by) {
    return (ldiv_t){n / by, n % by};
}

LIBC lldiv_t lldiv(long long n, long long by) {
    return (lldiv_t){n / by, n % by};
}

LIBC imaxdiv_t imaxdiv(intmax_t n, intmax_t by) {
    return (imaxdiv_t){n / by, n % by};
}
