/* Much of C, with its results printed: test_native.c compares the simulation's output with the host's. */
#include <alloca.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pair {
    int a;
    double b;
};

struct big {
    char text[40];
    long numbers[8];
};

struct bits {
    unsigned a : 3;
    int b : 7;
    unsigned long c : 40;
};

union both {
    float f;
    uint32_t u;
    unsigned char bytes[4];
};

static struct pair swap(struct pair p) { return (struct pair){(int)p.b, p.a}; }

static struct big fill(struct big in, int n)
{
    for (int i = 0; i < 8; i++)
        in.numbers[i] += n * i;
    in.text[n] = 'x';
    return in;
}

static double sum(const char *kinds, ...)
{
    va_list ap, again;
    double total = 0;
    va_start(ap, kinds);
    va_copy(again, ap);
    for (const char *k = kinds; *k; k++)
        switch (*k) {
        case 'i': total += va_arg(ap, int); break;
        case 'l': total += (double)va_arg(ap, long); break;
        case 'd': total += va_arg(ap, double); break;
        case 's': total += (double)strlen(va_arg(ap, char *)); break;
        default: total += va_arg(ap, struct pair).b; break;
        }
    va_end(ap);
    if (*kinds == 'i')
        total += 1000 * va_arg(again, int);
    va_end(again);
    return total;
}

static void log_line(const char *format, ...)
{
    char line[100];
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(line, sizeof line, format, ap);
    va_end(ap);
    printf("log(%d): %s\n", n, line);
}

static int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
static int ackermann(int m, int n)
{
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static int add(int a, int b) { return a + b; }
static int multiply(int a, int b) { return a * b; }
static int (*const operations[])(int, int) = {add, multiply};

static int counter(void)
{
    static int calls = 40;
    return ++calls;
}

static const char *classify(int n)
{
    switch (n) {
    case -1: return "minus one";
    case 0:
    case 1: return "small";
    case 7 ... 9: return "seven to nine";
    case 100000: return "large";
    default: return "other";
    }
}

static int compare_ints(const void *a, const void *b)
{
    const int *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void integers(void)
{
    static const long long values[] = {0, 1, -1, 127, 128, -128, 255, 32767, -32768, 65535, INT_MAX, INT_MIN, LLONG_MAX,
                                       LLONG_MIN};
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        long long v = values[i];
        printf("%d %u %d %u %d %u %lld %llx ", (signed char)v, (unsigned char)v, (short)v, (unsigned short)v, (int)v,
               (unsigned)v, v, (unsigned long long)v);
        printf("%lld %lld %llu %d\n", v / 3, v % 7, (unsigned long long)v >> 5, (int)(v >> 9));
        signed char c = (signed char)v;
        c = (signed char)(c + 3);
        c >>= 1;
        unsigned short s = (unsigned short)v;
        s = (unsigned short)(s * s);
        printf("%d %u %d %d\n", c, s, v < 5, (unsigned)v < 5u);
    }
}

static void structs(void)
{
    struct pair p = swap((struct pair){3, 4.5});
    struct big b = {.text = "a big one", .numbers = {1, 2, 3}};
    struct big c = fill(fill(b, 3), 5);
    printf("%d %.2f %s %s %ld %ld\n", p.a, p.b, b.text, c.text, b.numbers[2], c.numbers[7]);
    struct bits bits = {5, -33, 1UL << 39};
    bits.a += 5;
    bits.b *= 2;
    printf("%u %d %lu %zu\n", bits.a, bits.b, (unsigned long)bits.c, sizeof bits);
    union both u = {.f = 1.5F};
    printf("%x %d\n", u.u, u.bytes[3]);
    struct big *heap = malloc(2 * sizeof *heap);
    heap[1] = c;
    heap[0] = heap[1];
    printf("%d %s\n", memcmp(&heap[0], &c, sizeof c), heap->text);
    free(heap);
}

static void arrays(int n)
{
    long total = 0;
    for (int i = 1; i < n; i++) {
        int array[i];
        for (int j = 0; j < i; j++)
            array[j] = i * j;
        total += array[i - 1];
    }
    char *blocks[3];
    for (int i = 0; i < 3; i++) {
        blocks[i] = alloca((size_t)n);
        memset(blocks[i], 'a' + i, (size_t)n);
    }
    printf("%ld %c%c%c\n", total, blocks[0][n - 1], blocks[1][0], blocks[2][n / 2]);
    char text[20] = "overlapping";
    memmove(text + 2, text, 12);
    printf("%s\n", text);
    int grid[3][4] = {{1, 2}, {3}, {[3] = 9}};
    int flat = 0;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++)
            flat = flat * 3 + grid[i][j];
    printf("%d %d\n", flat, *(*(grid + 1)));
    int numbers[50];
    for (int i = 0; i < 50; i++)
        numbers[i] = i * 37 % 50;
    qsort(numbers, 50, sizeof *numbers, compare_ints);
    printf("%d %d %d\n", numbers[0], numbers[17], numbers[49]);
    int key = 33;
    int *found = bsearch(&key, numbers, 50, sizeof *numbers, compare_ints);
    printf("%d\n", found ? (int)(found - numbers) : -1);
}

static void pointers(void)
{
    int numbers[5] = {1, 2, 3, 4, 5};
    int *p = numbers + 1, *end = numbers + 5;
    printf("%td %d %d %d\n", end - p, p[-1], p < end, p == &numbers[1]);
    uintptr_t raw = (uintptr_t)p;
    printf("%d\n", *(int *)(raw + sizeof(int)));
    char *grown = NULL;
    for (size_t n = 1; n < 3000; n *= 3) {
        grown = realloc(grown, n);
        grown[n - 1] = (char)('a' + n % 26);
    }
    printf("%c%c\n", grown[0], grown[26]);
    free(grown);
    int *zeros = calloc(300, sizeof *zeros);
    printf("%d\n", zeros[299]);
    free(zeros);
    errno = 0;
    printf("%d %d\n", malloc((size_t)-5) == NULL, errno == ENOMEM);
    int (*f)(int, int) = operations[1];
    printf("%d %d\n", f(6, 7), operations[0](6, 7));
    size_t (*length)(const char *) = strlen;
    printf("%zu\n", length("four"));
}

static void loops(void)
{
    int n = 0, rounds = 0;
again:
    rounds++;
    do
        n += rounds;
    while (n % 7);
    if (rounds < 5)
        goto again;
    printf("%d %d\n", n, rounds);
    for (int i = -2; i < 10; i += 3)
        printf("%s ", classify(i));
    printf("%s\n", classify(100000));
    unsigned long long h = 14695981039346656037ULL;
    for (int i = 0; i < 50000; i++)
        h = (h ^ (unsigned)i) * 1099511628211ULL;
    printf("%llx\n", h);
}

static void floats(void)
{
    double x = 1;
    for (int i = 1; i < 30; i++)
        x = x / i + i * 0.5;
    float f = 0;
    for (int i = 0; i < 100; i++)
        f += 0.1F;
    printf("%.17g %.9g %d %u %.3e\n", x, (double)f, (int)-2.7, (unsigned)3e9, 1e-300 * 1e-20);
    printf("%d %d %d\n", 0.1 + 0.2 == 0.3, 0.1F < 0.1, __builtin_isnan(0.0 / (x - x)));
    printf("%.1f %.1f\n", (double)(int64_t)-5, (double)UINT64_MAX);
}

static void atomics(void)
{
    atomic_int n = 5;
    int old = atomic_fetch_add(&n, 3), expected = 8;
    bool done = atomic_compare_exchange_strong(&n, &expected, 20);
    bool again = atomic_compare_exchange_strong(&n, &expected, 30);
    printf("%d %d %d %d %d %d\n", old, done, again, expected, atomic_load(&n), atomic_exchange(&n, 1));
    unsigned sum;
    bool over = __builtin_add_overflow(4000000000u, 500000000u, &sum);
    printf("%d %u %d %d %d\n", over, sum, __builtin_popcount(255), __builtin_clz(1), __builtin_ctzll(1ULL << 40));
    printf("%x %d\n", __builtin_bswap32(0x12345678), abs(-7));
}

int main(int argc, char **argv)
{
    printf("%d %s %d\n", argc, argv[1], argv[argc] == NULL);
    integers();
    structs();
    printf("%.2f %.2f %.2f\n", sum("ilds", 1, 2L, 3.5, "four"), sum(""),
           sum("iiiiiiiiddddddddddp", 1, 2, 3, 4, 5, 6, 7, 8, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1.0,
               (struct pair){1, 2.25}));
    log_line("%s=%d (%5.1f%%) %c %lx", "load", 42, 99.5, 'z', 1L << 40);
    printf("%d %d\n", fibonacci(17), ackermann(2, 5));
    counter();
    printf("%d\n", counter());
    arrays(argc + 7);
    pointers();
    loops();
    floats();
    atomics();
    return 0;
}
