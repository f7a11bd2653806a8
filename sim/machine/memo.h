/* A map from two 32-bit numbers to one, for results that are computed once. Entries are never removed. */
#ifndef MACHINE_MEMO_H
#define MACHINE_MEMO_H

#include <stddef.h>
#include <stdint.h>

struct memo {
    uint64_t *keys; /* 0: free; no key is 0 */
    uint32_t *values;
    size_t size, count; /* size is a power of two, or 0 */
};

/* UINT32_MAX if absent. a > 0. */
uint32_t memo_get(const struct memo *m, uint32_t a, uint32_t b);
/* a > 0; the pair must be absent. */
void memo_put(struct memo *m, uint32_t a, uint32_t b, uint32_t value);
void memo_free(struct memo *m);

#endif
