/* A hash map from 64-bit keys to 32-bit values, for the short life of a compilation. Nothing ever depends on the order
 * of its entries, so that pointers may serve as keys. */
#ifndef PROGRAM_MAP_H
#define PROGRAM_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map {
    uint64_t *keys;
    uint32_t *values; /* value + 1; 0: the place is free */
    size_t count, capacity;
};

#define MAP_NONE UINT32_MAX

/* The value of key, or MAP_NONE. */
uint32_t map_get(const struct map *m, uint64_t key);
/* Sets or replaces it; value < MAP_NONE. */
void map_put(struct map *m, uint64_t key, uint32_t value);
void map_clear(struct map *m);
void map_free(struct map *m);

static inline uint64_t map_key(const void *p)
{
    return (uint64_t)(uintptr_t)p;
}

#endif
