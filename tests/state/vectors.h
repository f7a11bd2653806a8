/* Random vectors and write sets from a seed, for the tests of the store. Header-only: each test is one program. */
#ifndef TESTS_STATE_VECTORS_H
#define TESTS_STATE_VECTORS_H

#include <criterion/criterion.h>
#include <string.h>

#include "base/hash.h"
#include "state/store.h"

enum { SLOTS_MAX = 60 };

static inline uint64_t random_at(uint64_t seed, uint64_t i)
{
    return hash_mix(seed * UINT64_C(1000003) + i + 1);
}

/* Like a program's states: a few hundred values a slot, many zeros. */
static inline void draw_vector(uint32_t *vector, uint32_t slots, uint64_t seed)
{
    for (uint32_t i = 0; i < slots; i++) {
        uint64_t r = random_at(seed, i);
        vector[i] = r % 3 ? (uint32_t)(r >> 20) % 300 : 0;
    }
}

static inline struct store *store_of(uint32_t slots, size_t bytes_max, uint64_t seed)
{
    uint32_t order[SLOTS_MAX], weight[SLOTS_MAX];
    for (uint32_t i = 0; i < slots; i++) {
        order[i] = i;
        weight[i] = (uint32_t)(random_at(seed, i) % 5);
    }
    for (uint32_t i = slots - 1; i > 0; i--) {
        uint32_t j = (uint32_t)(random_at(seed, 100 + i) % (i + 1)), swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
    struct store *s = store_create(bytes_max ? mem_bytes() + bytes_max : 0);
    cr_assert(store_layout(s, order, weight, slots, NULL, 0));
    cr_assert_eq(store_slots(s), slots);
    return s;
}

static inline void expect_load(struct store *s, uint64_t key, const uint32_t *expected, uint32_t slots)
{
    uint32_t got[SLOTS_MAX];
    memset(got, 0xff, sizeof got);
    store_load(s, key, got);
    cr_assert(memcmp(got, expected, slots * sizeof *got) == 0, "what was encoded comes back");
}

/* Draws `count` writes to different slots; some write what is there already. */
static inline uint32_t draw_writes(struct store_write *writes, const uint32_t *vector, uint32_t slots, uint64_t seed)
{
    uint32_t count = 0;
    uint32_t percent = (uint32_t)(random_at(seed, 1) % 100);
    for (uint32_t n = 0; n < slots; n++) {
        uint32_t slot = (uint32_t)((n * 7 + random_at(seed, 2)) % slots);
        bool twice = false;
        for (uint32_t w = 0; w < count; w++)
            twice |= writes[w].slot == slot;
        if (twice || random_at(seed, 10 + n) % 100 >= percent)
            continue;
        uint64_t r = random_at(seed, 100 + n);
        writes[count++] = (struct store_write){slot, r % 4 ? (uint32_t)(r >> 30) % 300 : vector[slot]};
    }
    return count;
}

#endif
