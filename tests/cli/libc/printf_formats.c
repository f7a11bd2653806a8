/* The conversions of the printf family. The output must be the same natively and simulated. */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void integers(void) {
    printf("[%d] [%i] [%u] [%x] [%X] [%o]\n", -42, 42, 42u, 0xbeefu, 0xbeefu, 0755u);
    printf("[%5d] [%-5d] [%05d] [%+d] [% d] [%+5d] [%-+5d] [% 05d]\n", 42, 42, 42, 42, 42, 42, 42, 42);
    printf("[%.3d] [%8.3d] [%-8.3d] [%08.3d] [%.0d] [%.0x]\n", 7, 7, 7, 7, 0, 0u);
    printf("[%#x] [%#X] [%#o] [%#x] [%#o] [%#08x] [%#.4o]\n", 255u, 255u, 8u, 0u, 0u, 255u, 8u);
    printf("[%hhd] [%hhu] [%hd] [%hu]\n", 300, 300, 70000, 70000);
    printf("[%ld] [%lu] [%lld] [%llu]\n", LONG_MIN, ULONG_MAX, LLONG_MIN, ULLONG_MAX);
    printf("[%zu] [%zd] [%jd] [%td]\n", (size_t)-1, (ssize_t)-1, (intmax_t)-7, (ptrdiff_t)9);
    printf("[%*d] [%-*d] [%*d] [%.*d] [%.*d]\n", 6, 1, 6, 2, -6, 3, 4, 5, -1, 6);
    printf("[%d] [%d] [%u]\n", INT_MIN, INT_MAX, UINT_MAX);
}

static void texts(void) {
    char part[3] = {'a', 'b', 'c'};
    printf("[%s] [%10s] [%-10s] [%.2s] [%10.2s] [%-10.2s] [%.0s]\n", "text", "text", "text", "text", "text", "text",
           "text");
    printf("[%.3s] [%.*s]\n", part, 2, part);
    printf("[%c] [%3c] [%-3c] [%%] [%5s]\n", 'x', 'y', 'z', "");
    printf("[%p] [%10p] [%p]\n", (void *)0, (void *)0, (void *)0x1234);
    int first = 0, second = 0;
    printf("12345%n67%n\n", &first, &second);
    printf("%d %d\n", first, second);
    errno = EPIPE;
    printf("%m\n");
    printf("%2$s %1$s %2$s\n", "one", "two");
}

static void reals(void) {
    static const double values[] = {
        0,
        -0.0,
        1,
        0.5,
        1.5,
        2.5,
        9.5,
        0.1,
        0.05,
        0.15,
        100,
        123456,
        1234567,
        0.0001,
        0.00001,
        999999.5,
        1e15,
        1e16,
        1e17,
        1e22,
        1e23,
        3.14159265358979,
        2.718281828e-10,
        1.7976931348623157e308,
        2.2250738585072014e-308,
        5e-324,
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        double v = values[i];
        printf("%.3f %.0f %e %.0e %g %.10g %a", v < 1e17 ? v : 0, v < 1e17 ? v : 0, v, v, v, v, v);
        printf(" %+.1f % .2e %010.2f %-12g| %.17g %#.0f\n", v < 1e17 ? v : 0, v, v < 1e17 ? v : 0, v, v,
               v < 1e17 ? v : 0);
    }
    double zero = 0;
    printf("%f %F %e %g %5.1f %-6f| %06f\n", 1 / zero, -1 / zero, 1 / zero, -1 / zero, 1 / zero, 1 / zero, 1 / zero);
    printf("%.60f\n%.0f\n", 0.1, 1e40);
    printf("%#g %#.3g %.3g %.3g %G %E\n", 1.0, 100.0, 1234.0, 0.00001234, 1e-10, 12345.678);
}

static int wrapped(char *out, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(out, size, format, arguments);
    va_end(arguments);
    return length;
}

static void destinations(void) {
    char out[8];
    memset(out, '#', sizeof out);
    assert(snprintf(out, sizeof out, "%d", 123456789) == 9);
    assert(memcmp(out, "1234567", 8) == 0);
    memset(out, '#', sizeof out);
    assert(snprintf(out, 1, "xyz") == 3 && out[0] == '\0' && out[1] == '#');
    assert(snprintf(NULL, 0, "%s-%05.1f", "abc", 2.25) == 9);
    assert(wrapped(out, sizeof out, "%c%s%ld", 'a', "b", 3L) == 3 && strcmp(out, "ab3") == 0);
    assert(sprintf(out, "%x", 0xabcdu) == 4 && strcmp(out, "abcd") == 0);
    char *made = NULL;
    assert(asprintf(&made, "%0300d", 1) == 300 && strlen(made) == 300);
    printf("%s\n", made);
    free(made);
    assert(printf("%s", "") == 0);
    fprintf(stdout, "%s %d\n", "to a stream", 1);
    assert(puts("puts") >= 0);
    assert(putchar('c') == 'c' && fputc('\n', stdout) == '\n' && putc('p', stdout) == 'p');
    assert(fputs("uts\n", stdout) >= 0);
    assert(fwrite("items\n", 2, 3, stdout) == 3);
}

int main(void) {
    integers();
    texts();
    reals();
    destinations();
    return 0;
}
