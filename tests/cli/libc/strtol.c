/* Numbers from strings: strtol and strtod with their families, and errno. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void integers(void) {
    static const struct {
        const char *text;
        int base;
    } cases[] = {
        {"0", 10},
        {"  -42xyz", 10},
        {"+7", 10},
        {"0x1F", 16},
        {"0x1F", 0},
        {"017", 0},
        {"0x", 16},
        {"0xg", 0},
        {"zz", 36},
        {"102", 2},
        {"", 10},
        {"abc", 10},
        {"-", 10},
        {"9223372036854775807", 10},
        {"9223372036854775808", 10},
        {"-9223372036854775808", 10},
        {"-9223372036854775809", 10},
        {"18446744073709551615", 10},
        {"18446744073709551616", 10},
        {"-1", 10},
        {"99999999999999999999999", 10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = cases[i].text;
        char *end, *unsigned_end;
        errno = 0;
        long value = strtol(text, &end, cases[i].base);
        int error = errno;
        errno = 0;
        unsigned long natural = strtoul(text, &unsigned_end, cases[i].base);
        printf("\"%s\" base %d: %ld +%td %s, %lu +%td %s\n", text, cases[i].base, value, end - text,
               error == ERANGE ? "ERANGE" : "-", natural, unsigned_end - text, errno == ERANGE ? "ERANGE" : "-");
    }
    printf("%d %ld %lld %" PRIdMAX "\n", atoi(" 12ab"), atol("-3000000000"), atoll("x"), strtoimax("77", NULL, 8));
}

static void reals(void) {
    static const char *const texts[] = {
        "0",
        "1.5",
        "  -2.25e3xyz",
        ".5",
        "5.",
        ".",
        "1e",
        "1e+",
        "0x1.8p3",
        "0x",
        "inf",
        "-INFINITY",
        "nanx",
        "1e400",
        "-1e400",
        "1e-400",
        "0.1",
        "3.14159265358979323846264338327950288",
        "123456789012345678901234567890",
        "2.2250738585072011e-308",
        "4.9e-324",
        "9007199254740993",
        "1.00000000000000011102230246251565404236316680908203125",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *end;
        errno = 0;
        double value = strtod(texts[i], &end);
        int error = errno;
        if (value != value)
            printf("nan");
        else
            printf("%.17g %a %.9g", value, value, strtof(texts[i], NULL));
        printf(" +%td %s\n", end - texts[i], error == ERANGE ? "ERANGE" : "-");
    }
    printf("%g\n", atof("2.5"));
}

static void divisions(void) {
    div_t small = div(-7, 2);
    ldiv_t large = ldiv(7000000000, -3);
    printf("%d %d %ld %ld %d %ld\n", small.quot, small.rem, large.quot, large.rem, abs(-5), labs(-6000000000));
}

int main(void) {
    integers();
    reals();
    divisions();
    return 0;
}
