/* Structures, unions and arrays: by value, nested, with bit-fields, flexible, initialised in every way. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct point {
    int x, y;
};

struct segment {
    struct point from, to;
    const char *name;
};

/* Too large for registers. */
struct large {
    long values[9];
    char tag;
};

/* Fits two registers of different kinds. */
struct mixed {
    double real;
    long whole;
};

struct three_bytes {
    unsigned char bytes[3];
};

struct flags {
    unsigned low : 3;
    signed middle : 5;
    unsigned : 0;
    unsigned high : 17;
    unsigned long wide : 40;
};

union word {
    uint32_t number;
    uint8_t bytes[4];
    struct {
        uint16_t low, high;
    };
};

struct message {
    size_t length;
    char text[];
};

struct node {
    int value;
    struct node *next;
};

static struct point add(struct point a, struct point b) {
    return (struct point){a.x + b.x, a.y + b.y};
}

static struct large fill(struct large base, int step) {
    for (int i = 0; i < 9; i++)
        base.values[i] += i * step;
    base.tag++;
    return base;
}

static struct mixed mix(struct mixed m, struct three_bytes b, struct mixed *out) {
    *out = m;
    m.real *= 2;
    m.whole += b.bytes[0] + b.bytes[1] + b.bytes[2];
    return m;
}

static union word invert(union word w) {
    w.number = ~w.number;
    return w;
}

static void by_value(void) {
    struct point a = {1, 2}, b = a, sum = add(a, (struct point){.y = 10, .x = 20});
    b.x = 99;
    printf("%d %d %d %d\n", a.x, b.x, sum.x, sum.y);
    struct large start = {.tag = 'a'}, end = fill(fill(start, 2), 3);
    printf("%ld %ld %c %c\n", start.values[8], end.values[8], start.tag, end.tag);
    struct mixed copy, m = mix((struct mixed){1.25, 7}, (struct three_bytes){{1, 2, 250}}, &copy);
    printf("%g %ld %g %ld\n", m.real, m.whole, copy.real, copy.whole);
    struct point (*function)(struct point, struct point) = add;
    printf("%d\n", function(a, b).x);
    printf("%x\n", invert((union word){.number = 0x0ff0}).number);
}

static void bit_fields(void) {
    struct flags f = {.low = 5, .middle = -3, .high = 100000, .wide = 0x123456789aul};
    f.low += 4;
    f.middle -= 14;
    f.wide <<= 4;
    printf("%d %d %u %lx %zu\n", f.low, f.middle, f.high, (unsigned long)f.wide, sizeof f);
}

static void unions(void) {
    union word w = {.number = 0x01020304};
    printf("%d %d %x %x\n", w.bytes[0], w.bytes[3], w.low, w.high);
    w.bytes[1] = 0xff;
    printf("%x\n", w.number);
}

static void initialisers(void) {
    static const struct segment table[] = {
        {{0, 0}, {1, 1}, "diagonal"},
        {.name = "named", .to = {.y = 5}},
        {.from.x = 3, .to.y = 4},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        printf("%d %d %d %d %s\n", table[i].from.x, table[i].from.y, table[i].to.x, table[i].to.y,
               table[i].name ? table[i].name : "none");
    int sparse[8] = {[2] = 5, 6, [7] = 1}, grid[2][3] = {{1, 2}, {[2] = 9}};
    int sum = 0;
    for (int i = 0; i < 8; i++)
        sum += sparse[i] * i;
    printf("%d %d %d %d\n", sum, grid[0][1], grid[1][2], grid[1][0]);
    int *numbers = (int[]){3, 1, 4, 1, 5};
    char text[] = "array", padded[8] = "pad";
    printf("%d %zu %zu %d\n", numbers[4], sizeof text, sizeof padded, padded[7]);
}

static void memory(void) {
    struct message *message = malloc(sizeof *message + 6);
    message->length = 5;
    strcpy(message->text, "hello");
    printf("%zu %s %zu\n", message->length, message->text, offsetof(struct message, text));
    free(message);
    struct node *list = NULL;
    for (int i = 0; i < 5; i++) {
        struct node *node = malloc(sizeof *node);
        *node = (struct node){.value = i * i, .next = list};
        list = node;
    }
    for (struct node *next; list; list = next) {
        next = list->next;
        printf("%d ", list->value);
        free(list);
    }
    int(*rows)[4] = calloc(3, sizeof *rows);
    rows[1][2] = 7;
    printf("%d %td\n", rows[1][2] + rows[2][3], &rows[2][1] - &rows[0][3]);
    free(rows);
}

static int sum_of(int n, const int values[n]) {
    int copy[n], sum = 0;
    memcpy(copy, values, sizeof copy);
    for (int i = 0; i < n; i++)
        sum += copy[i];
    return sum;
}

int main(void) {
    by_value();
    bit_fields();
    unions();
    initialisers();
    memory();
    printf("%d\n", sum_of(4, (int[]){1, 2, 3, 4}));
    assert(sizeof(struct point) == 8 && offsetof(struct segment, name) == 16);
    return 0;
}
