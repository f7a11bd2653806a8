/* Strings and small blocks that live and die together. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/vec.h"

struct arena {
    VEC_OF(void *) blocks; /* owned */
};

/* Zeroed; never NULL; freed by arena_free. */
void *arena_take(struct arena *a, size_t bytes);
const char *arena_string(struct arena *a, const char *text, size_t length);
const char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
void arena_free(struct arena *a);

#endif
