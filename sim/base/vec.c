/* Growable arrays and the allocator: see vec.h. */
#include "base/vec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void out_of_memory(void)
{
    fputs("impasse: error: the host has no more memory; set --max-memory below what it has\n", stderr);
    exit(3);
}

void *mem_alloc(size_t bytes)
{
    void *p = malloc(bytes ? bytes : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *mem_zero(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *mem_grow(void *old, size_t bytes)
{
    void *p = realloc(old, bytes ? bytes : 1);
    if (!p)
        out_of_memory();
    return p;
}

void mem_free(void *p)
{
    free(p);
}

char *mem_copy_string(const char *s)
{
    return mem_copy(s, strlen(s) + 1);
}

void *mem_copy(const void *p, size_t bytes)
{
    void *copy = mem_alloc(bytes);
    if (bytes)
        memcpy(copy, p, bytes);
    return copy;
}

void vec_reserve_raw(void **items, size_t *capacity, size_t wanted, size_t item_size)
{
    size_t grown = *capacity ? *capacity * 2 : 8;
    if (grown < wanted)
        grown = wanted;
    *items = mem_grow(*items, grown * item_size);
    *capacity = grown;
}

void text_append(vec_char *t, const void *bytes, size_t n)
{
    VEC_RESERVE(t, t->count + n + 1);
    if (n)
        memcpy(t->items + t->count, bytes, n);
    t->count += n;
    t->items[t->count] = '\0';
}

void text_printf(vec_char *t, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (n > 0) {
        VEC_RESERVE(t, t->count + (size_t)n + 1);
        vsnprintf(t->items + t->count, (size_t)n + 1, format, again);
        t->count += (size_t)n;
    }
    va_end(again);
}
