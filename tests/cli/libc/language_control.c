/* Control flow: loops, switch, goto, recursion, function pointers, variable arguments, static locals. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *classify(int n) {
    switch (n) {
    case -1:
        return "minus one";
    case 0:
        return "zero";
    case 1:
    case 2:
    case 3:
        return "few";
    case 10 ... 19:
        return "teens";
    default:
        return n < 0 ? "negative" : "many";
    case 1000000:
        return "million";
    }
}

/* Falls through, and jumps into the middle of a loop. */
static int duff(int count) {
    int sum = 0, rounds = (count + 3) / 4;
    switch (count % 4) {
    case 0:
        do {
            sum += 1000;
            __attribute__((fallthrough));
        case 3:
            sum += 100;
            __attribute__((fallthrough));
        case 2:
            sum += 10;
            __attribute__((fallthrough));
        case 1:
            sum += 1;
        } while (--rounds > 0);
    }
    return sum;
}

static int collatz(unsigned long n) {
    int steps = 0;
again:
    if (n == 1)
        return steps;
    steps++;
    if (n % 2 == 0) {
        n /= 2;
        goto again;
    }
    n = 3 * n + 1;
    goto again;
}

static int ackermann(int m, int n) {
    if (m == 0)
        return n + 1;
    return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static int is_odd(int n);

static int is_even(int n) {
    return n == 0 ? 1 : is_odd(n - 1);
}

static int is_odd(int n) {
    return n == 0 ? 0 : is_even(n - 1);
}

static int sum(int count, ...) {
    va_list list;
    int total = 0;
    va_start(list, count);
    while (count-- > 0)
        total += va_arg(list, int);
    va_end(list);
    return total;
}

/* Integers beyond the registers, doubles, pointers and a structure. */
struct pair {
    int a;
    double b;
};

static void describe(const char *kinds, ...) {
    va_list list, again;
    va_start(list, kinds);
    va_copy(again, list);
    for (const char *p = kinds; *p; p++)
        switch (*p) {
        case 'i':
            printf("%d ", va_arg(list, int));
            break;
        case 'l':
            printf("%ld ", va_arg(list, long));
            break;
        case 'd':
            printf("%g ", va_arg(list, double));
            break;
        case 's':
            printf("%s ", va_arg(list, char *));
            break;
        case 'p': {
            struct pair pair = va_arg(list, struct pair);
            printf("(%d %g) ", pair.a, pair.b);
            break;
        }
        }
    if (*kinds == 'i')
        printf("first again %d", va_arg(again, int));
    va_end(again);
    va_end(list);
    printf("\n");
}

static void log_line(const char *format, ...) {
    char line[80];
    va_list list;
    va_start(list, format);
    int n = snprintf(line, sizeof line, "log: ");
    vsnprintf(line + n, sizeof line - (size_t)n, format, list);
    va_end(list);
    puts(line);
}

static int next_number(void) {
    static int number = 40;
    return ++number;
}

static int twice(int n) {
    return 2 * n;
}

static int square(int n) {
    return n * n;
}

static int apply(int (*function)(int), int times, int n) {
    while (times-- > 0)
        n = function(n);
    return n;
}

static void loops(void) {
    for (int i = 0, j = 10; i < j; i += 2, j--) {
        if (i == 2)
            continue;
        if (i > 6)
            break;
        printf("%d/%d ", i, j);
    }
    int n = 3;
    do
        printf("%d ", n);
    while (n-- > 1);
    for (int i = 0; i < 3; i++) {
        int kept[2] = {i, i * i};
        for (int k = 0;; k++) {
            if (k == 2)
                goto next;
            printf("%d,", kept[k]);
        }
    next:;
    }
    printf("\n");
}

int main(void) {
    static const int samples[] = {-5, -1, 0, 2, 12, 19, 20, 1000000};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        printf("%s; ", classify(samples[i]));
    printf("\n%d %d %d %d\n", duff(1), duff(4), duff(6), duff(11));
    printf("%d %d %d %d\n", collatz(27), ackermann(2, 4), is_even(101), is_odd(101));
    printf("%d %d\n", sum(0), sum(8, 1, 2, 3, 4, 5, 6, 7, 8));
    describe("ilsdpidlsdp", 1, 2L, "three", 4.5, (struct pair){5, 5.5}, 6, 7.5, 8L, "nine", 10.5,
             (struct pair){11, 11.5});
    describe("dddddddddd", 1., 2., 3., 4., 5., 6., 7., 8., 9., 10.);
    log_line("%s has %d %c", "text", 3, 'x');
    next_number();
    printf("%d\n", next_number());
    int (*const functions[])(int) = {twice, square, abs};
    for (int i = 0; i < 3; i++)
        printf("%d ", apply(functions[i], 2, -3));
    printf("%d\n", functions[0] == twice && functions[1] != twice);
    loops();
    int a = 1, b = (a++, a + 5), c = a > 1 ? b : -1;
    printf("%d %d %d %s\n", a, b, c, &"offset"[3]);
    return 0;
}
