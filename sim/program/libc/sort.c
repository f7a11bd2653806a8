/* Sorting and searching in arrays. */
#include "libc.h"

#include <stdlib.h>
#include <string.h>

typedef int compare(const void *a, const void *b, void *context);

/* A sort in progress. Up to this many bytes are merged on the stack, so that a small sort leaves the heap alone. */
enum { STACK_BYTES = 1024 };
struct sort {
    size_t size;
    compare *compare;
    void *context;
    char *spare;
};

/* Merge sort with the halves and comparisons of glibc's: it is stable, and a comparison function that prints or
   counts sees the same calls. */
static void merge_sort(const struct sort *sort, char *items, size_t n) {
    if (n <= 1)
        return;
    size_t left_count = n / 2, right_count = n - left_count, size = sort->size;
    char *left = items, *right = items + left_count * size, *out = sort->spare;
    merge_sort(sort, left, left_count);
    merge_sort(sort, right, right_count);
    while (left_count > 0 && right_count > 0) {
        if (sort->compare(left, right, sort->context) <= 0) {
            memcpy(out, left, size);
            left += size;
            left_count--;
        } else {
            memcpy(out, right, size);
            right += size;
            right_count--;
        }
        out += size;
    }
    if (left_count > 0)
        memcpy(out, left, left_count * size);
    memcpy(items, sort->spare, (n - right_count) * size);
}

static void swap(char *a, char *b, size_t size) {
    for (; size > 0; size--, a++, b++) {
        char c = *a;
        *a = *b;
        *b = c;
    }
}

/* Without memory for merging: slower, and as stable. */
static void insertion_sort(const struct sort *sort, char *items, size_t n) {
    size_t size = sort->size;
    for (size_t i = 1; i < n; i++)
        for (char *p = items + i * size; p > items && sort->compare(p - size, p, sort->context) > 0; p -= size)
            swap(p - size, p, size);
}

static void sort_items(void *items, size_t n, size_t size, compare *compare, void *context) {
    char stack[STACK_BYTES];
    struct sort sort = {.size = size, .compare = compare, .context = context, .spare = stack};
    char *heap = NULL;
    if (n > sizeof stack / (size ? size : 1))
        sort.spare = heap = malloc(n * size);
    if (sort.spare)
        merge_sort(&sort, items, n);
    else
        insertion_sort(&sort, items, n);
    free(heap);
}

/* Calls a comparison function that knows no context; the context is the address of the function's pointer. */
static int compare_plain(const void *a, const void *b, void *context) {
    int (*const *function)(const void *, const void *) = context;
    return (*function)(a, b);
}

LIBC void qsort(void *items, size_t n, size_t size, int (*compare)(const void *, const void *)) {
    sort_items(items, n, size, compare_plain, &compare);
}

LIBC void qsort_r(void *items, size_t n, size_t size, compare *compare, void *context) {
    sort_items(items, n, size, compare, context);
}

LIBC void *bsearch(const void *key, const void *items, size_t n, size_t size,
                   int (*compare)(const void *, const void *)) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const char *item = (const char *)items + middle * size;
        int order = compare(key, item);
        if (order == 0)
            return (void *)item;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* The result is the item that was found; lfind looks, lsearch appends the key when it is not there. */
static char *find_linearly(const void *key, const void *items, size_t n, size_t size,
                           int (*compare)(const void *, const void *)) {
    for (char *item = (char *)items; n > 0; n--, item += size)
        if (compare(key, item) == 0)
            return item;
    return NULL;
}

void *lfind(const void *key, const void *items, size_t *n, size_t size, int (*compare)(const void *, const void *));
void *lsearch(const void *key, void *items, size_t *n, size_t size, int (*compare)(const void *, const void *));

LIBC void *lfind(const void *key, const void *items, size_t *n, size_t size,
                 int (*compare)(const void *, const void *)) {
    return find_linearly(key, items, *n, size, compare);
}

LIBC void *lsearch(const void *key, void *items, size_t *n, size_t size, int (*compare)(const void *, const void *)) {
    char *found = find_linearly(key, items, *n, size, compare);
    if (found)
        return found;
    return memcpy((char *)items + (*n)++ * size, key, size);
}
