/* See arena.h. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *arena_take(struct arena *a, size_t bytes)
{
    void *p = mem_zero(1, bytes);
    VEC_PUSH(&a->blocks, p);
    return p;
}

const char *arena_string(struct arena *a, const char *text, size_t length)
{
    char *copy = arena_take(a, length + 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

const char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    char *text = arena_take(a, n > 0 ? (size_t)n + 1 : 1);
    if (n > 0)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

void arena_free(struct arena *a)
{
    for (size_t i = 0; i < a->blocks.count; i++)
        mem_free(a->blocks.items[i]);
    VEC_FREE(&a->blocks);
}
