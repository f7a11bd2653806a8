/* Hashing: xxHash for byte strings, a finaliser for pairs of ids. Results never depend on the host (no seeds, no
 * addresses): the same bytes hash alike on every machine. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *bytes, size_t n);

/* Mixes 64 bits so that every input bit reaches the low bits (the finaliser of MurmurHash3 by Appleby, shortened). */
static inline uint64_t hash_mix(uint64_t x)
{
    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    x ^= x >> 32;
    return x;
}

/* The place of a mixed hash in a table of `size` places, size < 2^32. Larger tables keep the order: a hash that comes
 * before another one in one table does so in all. */
static inline size_t hash_place(uint64_t hash, size_t size)
{
    return (size_t)((hash >> 32) * size >> 32);
}

#endif
