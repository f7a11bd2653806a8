/* Sorting is stable and calls the comparison as glibc does; searching; pseudo-random numbers repeat. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct item {
    int key;
    int place;
    char padding[40];
};

static unsigned seed = 12345;

static int next(int limit) {
    seed = seed * 1103515245u + 12345u;
    return (int)(seed >> 16) % limit;
}

static int calls, digest;

static int by_key(const void *a, const void *b) {
    const struct item *left = a, *right = b;
    calls++;
    digest = (digest * 31 + left->place * 7 + right->place) % 1000003;
    return left->key - right->key;
}

static int by_value(const void *a, const void *b) {
    int left = *(const int *)a, right = *(const int *)b;
    return (left > right) - (left < right);
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_items(int count) {
    struct item *items = malloc((size_t)count * sizeof *items);
    for (int i = 0; i < count; i++)
        items[i] = (struct item){.key = next(10), .place = i};
    calls = digest = 0;
    qsort(items, (size_t)count, sizeof *items, by_key);
    for (int i = 1; i < count; i++) {
        assert(items[i - 1].key <= items[i].key);
        assert(items[i - 1].key < items[i].key || items[i - 1].place < items[i].place);
    }
    printf("%d items, %d calls, digest %d\n", count, calls, digest);
    free(items);
}

int main(void) {
    for (int count = 0; count <= 40; count += 8)
        sort_items(count);

    int numbers[] = {5, -3, 9, 0, 7, 7, 1};
    size_t n = sizeof numbers / sizeof *numbers;
    qsort(numbers, n, sizeof *numbers, by_value);
    for (size_t i = 0; i < n; i++)
        printf("%d ", numbers[i]);
    int wanted = 9, missing = 4;
    printf("at %td, %d\n", (int *)bsearch(&wanted, numbers, n, sizeof *numbers, by_value) - numbers,
           bsearch(&missing, numbers, n, sizeof *numbers, by_value) == NULL);

    const char *words[] = {"pipe", "fork", "wait", "dup", "mmap"};
    qsort(words, 5, sizeof *words, by_text);
    for (int i = 0; i < 5; i++)
        printf("%s ", words[i]);
    printf("\n");

    srand(7);
    int first = rand(), second = rand();
    srand(7);
    assert(first == rand() && second == rand() && first >= 0 && first <= RAND_MAX);
    return 0;
}
