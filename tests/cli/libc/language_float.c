/* double and float: arithmetic, comparisons, conversions, special values. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static volatile double zero = 0, third = 1.0 / 3, big = 1e300, tiny = 5e-324;
static volatile float f_third = 1.0f / 3, f_big = 3e38f;

static double power(double base, int n) {
    double result = 1;
    for (; n > 0; n--)
        result *= base;
    return result;
}

static float average(const float *values, int count) {
    float sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    return sum / (float)count;
}

static void arithmetic(void) {
    printf("%.17g %.17g %.17g %.17g\n", third + third, third - 1, third * third, third / 7);
    printf("%.9g %.9g %.9g %.9g\n", f_third + 1, f_third * f_third, f_third / 7, -f_third);
    printf("%g %g %g %g\n", big * big, -big * big, tiny / 2, tiny * 2);
    printf("%g %g\n", (double)(f_big * 2), (double)f_big * 2);
    printf("%.17g %.17g\n", power(1.1, 50), power(0.9, 700));
    printf("%.17g\n", 0.1 + 0.2);
    printf("%.9g\n", average((float[]){1.1f, 2.2f, 3.3f, 4.4f}, 4));
}

static void comparisons(void) {
    double nan = zero / zero, infinity = 1 / zero;
    printf("%d %d %d %d %d %d\n", nan == nan, nan != nan, nan<1, nan> 1, nan <= 1, nan >= 1);
    printf("%d %d %d %d\n", infinity > big, -infinity < -big, infinity == infinity, zero == -zero);
    printf("%d %d %d\n", third < 0.34, third >= 0.33, !zero);
    printf("%d %d %d\n", nan ? 1 : 0, zero ? 1 : 0, third ? 1 : 0);
    printf("%g %g\n", 1 / -infinity, -zero);
}

static void conversions(void) {
    volatile int n = -7;
    volatile unsigned u = 4000000000u;
    volatile int64_t l = INT64_C(-9007199254740993);
    volatile uint64_t ul = UINT64_C(18446744073709551615);
    printf("%g %g %.17g %.17g\n", (double)n, (double)u, (double)l, (double)ul);
    printf("%.9g %.9g\n", (double)(float)l, (double)(float)ul);
    volatile double d = -3.99, large = 1.8e19, byte = 200.7;
    printf("%d %ld %lu %d %u\n", (int)d, (long)d, (unsigned long)large, (unsigned char)byte, (unsigned)(u + 0.5));
    printf("%.17g %.9g\n", (double)f_third, (double)(float)third);
    printf("%d %d\n", (int)(short)-3.5, (_Bool)0.25);
    printf("%d %d\n", n / 2 * 2.0 == -6, (int)(n / 2.0 * 2));
}

static void bits(void) {
    double value = -0.15625;
    uint64_t pattern;
    memcpy(&pattern, &value, sizeof pattern);
    union {
        float real;
        uint32_t pattern;
    } narrow = {.real = 1.5f};
    printf("%lx %x\n", (unsigned long)pattern, narrow.pattern);
    printf("%g %g %d %d\n", DBL_MAX, FLT_MIN, DBL_DIG, DBL_MANT_DIG);
    printf("%d %d %d\n", isnan(zero / zero) != 0, isinf(1 / zero) != 0, signbit(-zero) != 0);
}

static void loop(void) {
    double x = 2;
    for (int i = 0; i < 6; i++)
        x = x - (x * x - 2) / (2 * x);
    printf("%.17g\n", x);
    int steps = 0;
    for (float f = 0; f < 1; f += 0.1f)
        steps++;
    printf("%d\n", steps);
}

int main(void) {
    arithmetic();
    comparisons();
    conversions();
    bits();
    loop();
    return 0;
}
