/* The conversions of sscanf. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void integers(void) {
    int a = -1, b = -1, c = -1, n = -1;
    long l = -1;
    unsigned u = 0;
    short h = 0;
    signed char hh = 0;
    printf("%d", sscanf("10 -20 30", "%d %d%d", &a, &b, &c));
    printf(" %d %d %d\n", a, b, c);
    printf("%d", sscanf("12345 0x1f 017 0x20", "%2d%d %i %i", &a, &b, &c, &n));
    printf(" %d %d %d %d\n", a, b, c, n);
    printf("%d", sscanf("9999999999 4000000000 ff -300", "%ld %u %x %hd", &l, &u, &a, &h));
    printf(" %ld %u %d %d\n", l, u, a, h);
    printf("%d", sscanf("200", "%hhd", &hh));
    printf(" %d\n", hh);
    printf("%d", sscanf("1 2 3", "%*d %d%n", &a, &n));
    printf(" %d %d\n", a, n);
}

static void outcomes(void) {
    int a = 5, b = 6;
    printf("%d", sscanf("", "%d", &a));
    printf(" %d", sscanf("   ", "%d", &a));
    printf(" %d", sscanf("x", "%d", &a));
    printf(" %d", sscanf("7,8", "%d,%d", &a, &b));
    printf(" %d", sscanf("7;8", "%d,%d", &a, &b));
    printf(" %d", sscanf("7", "%d%d", &a, &b));
    printf(" %d", sscanf("50%", "%d%%", &a));
    printf(" %d", sscanf("key=5", "key=%d", &a));
    printf(" %d %d\n", a, b);
}

static void texts(void) {
    char one[20] = "", two[20] = "", three[4] = "###";
    printf("%d", sscanf("hello world", "%s %s", one, two));
    printf(" <%s> <%s>\n", one, two);
    printf("%d", sscanf("  ab cd", "%3c", three));
    printf(" <%.3s>\n", three);
    printf("%d", sscanf("name: value; rest", "%19[^:]: %19[a-z]", one, two));
    printf(" <%s> <%s>\n", one, two);
    printf("%d", sscanf("]x]y", "%[]x]%s", one, two));
    printf(" <%s> <%s>\n", one, two);
    char *made = NULL;
    printf("%d", sscanf("allocated", "%ms", &made));
    printf(" <%s>\n", made);
    free(made);
}

static void reals(void) {
    double d = 0, e = 0;
    float f = 0;
    printf("%d", sscanf("1.5 -2e3 .25", "%lf %lf %f", &d, &e, &f));
    printf(" %g %g %g\n", d, e, f);
    printf("%d", sscanf("3.75abc", "%3lf", &d));
    printf(" %g\n", d);
    printf("%d", sscanf("inf 0x1p4", "%lf %lf", &d, &e));
    printf(" %g %g\n", d, e);
}

int main(void) {
    integers();
    outcomes();
    texts();
    reals();
    return 0;
}
