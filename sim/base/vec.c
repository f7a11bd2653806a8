/* Growable arrays and the allocator: see vec.h. */
#include "base/vec.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { VEC_LARGE = 16 << 20, HUGE_WORTH = 16 << 20 /* bytes */, PAGE = 4096 };

static void out_of_memory(void)
{
    fputs("impasse: error: the host has no more memory; set --max-memory below what it has\n", stderr);
    exit(3);
}

static _Atomic size_t held, held_most;

static void *account(void *p, size_t before)
{
    if (!p)
        out_of_memory();
    size_t size = malloc_usable_size(p);
    size_t now = atomic_fetch_add_explicit(&held, size - before, memory_order_relaxed) + size - before;
    size_t most = atomic_load_explicit(&held_most, memory_order_relaxed);
    while (now > most &&
           !atomic_compare_exchange_weak_explicit(&held_most, &most, now, memory_order_relaxed, memory_order_relaxed))
        ;
    return p;
}

size_t mem_bytes(void)
{
    return atomic_load_explicit(&held, memory_order_relaxed);
}

size_t mem_bytes_most(void)
{
    return atomic_load_explicit(&held_most, memory_order_relaxed);
}

void mem_watch(void)
{
    atomic_store(&held_most, mem_bytes());
}

void *mem_alloc(size_t bytes)
{
    return account(malloc(bytes ? bytes : 1), 0);
}

void *mem_zero(size_t count, size_t size)
{
    return account(calloc(count ? count : 1, size ? size : 1), 0);
}

/* A host without huge pages leaves it at that. */
void *mem_scattered(void *p)
{
    size_t bytes = malloc_usable_size(p);
    if (bytes >= HUGE_WORTH) {
        uintptr_t first = ((uintptr_t)p + PAGE - 1) / PAGE * PAGE, end = ((uintptr_t)p + bytes) / PAGE * PAGE;
        madvise((void *)first, end - first, MADV_HUGEPAGE);
    }
    return p;
}

void *mem_grow(void *old, size_t bytes)
{
    size_t before = old ? malloc_usable_size(old) : 0;
    return account(realloc(old, bytes ? bytes : 1), before);
}

void mem_free(void *p)
{
    if (p)
        atomic_fetch_sub_explicit(&held, malloc_usable_size(p), memory_order_relaxed);
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
    /* Large arrays are moved by the host without a copy: they need not double. */
    size_t grown = *capacity * item_size > VEC_LARGE ? *capacity + *capacity / 4 : *capacity ? *capacity * 2 : 8;
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
