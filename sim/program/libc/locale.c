/* The locale: there is only "C". */
#include "libc.h"

#include <limits.h>
#include <locale.h>
#include <stdlib.h>

/* NULL for any other locale; "" is the environment's, which is "C" too. */
LIBC char *setlocale(int category, const char *name) {
    if (category < 0 || category > LC_IDENTIFICATION)
        return NULL;
    if (name && *name && !__impasse_equal(name, "C") && !__impasse_equal(name, "POSIX"))
        return NULL;
    return (char *)"C";
}

LIBC struct lconv *localeconv(void) {
    static struct lconv c_locale = {
        .decimal_point = (char *)".",
        .thousands_sep = (char *)"",
        .grouping = (char *)"",
        .int_curr_symbol = (char *)"",
        .currency_symbol = (char *)"",
        .mon_decimal_point = (char *)"",
        .mon_thousands_sep = (char *)"",
        .mon_grouping = (char *)"",
        .positive_sign = (char *)"",
        .negative_sign = (char *)"",
        .int_frac_digits = CHAR_MAX,
        .frac_digits = CHAR_MAX,
        .p_cs_precedes = CHAR_MAX,
        .p_sep_by_space = CHAR_MAX,
        .n_cs_precedes = CHAR_MAX,
        .n_sep_by_space = CHAR_MAX,
        .p_sign_posn = CHAR_MAX,
        .n_sign_posn = CHAR_MAX,
        .int_p_cs_precedes = CHAR_MAX,
        .int_p_sep_by_space = CHAR_MAX,
        .int_n_cs_precedes = CHAR_MAX,
        .int_n_sep_by_space = CHAR_MAX,
        .int_p_sign_posn = CHAR_MAX,
        .int_n_sign_posn = CHAR_MAX,
    };
    return &c_locale;
}

/* The longest character has one byte. */
LIBC size_t __ctype_get_mb_cur_max(void) {
    return 1;
}
