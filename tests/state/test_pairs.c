/* Goal: a pair of ids is stored once, under a dense id of its own.
 * Method: seeded random pairs against a naive table, through many growths. */
#include <criterion/criterion.h>

#include "base/hash.h"
#include "base/vec.h"
#include "state/pairs.h"

Test(pairs, agree_with_a_naive_table_over_random_pairs)
{
    enum { SIDE = 300, DRAWS = 200000 };
    uint32_t *ids = mem_zero(SIDE * SIDE, sizeof *ids);
    struct pairs p;
    pairs_init(&p);
    uint32_t next = 1;
    for (uint64_t i = 0; i < DRAWS; i++) {
        uint32_t left = (uint32_t)(hash_mix(i + 1) % SIDE), right = (uint32_t)((hash_mix(i + 1) >> 32) % SIDE);
        uint32_t *known = &ids[left * SIDE + right];
        if (!*known && (left || right))
            *known = next++;
        uint32_t id = pairs_put(&p, left, right);
        cr_assert_eq(id, *known);
        cr_assert_eq(pairs_left(&p, id), left);
        cr_assert_eq(pairs_right(&p, id), right);
    }
    cr_assert_geq(next, SIDE * SIDE / 2);
    cr_assert_eq(p.count, next);
    for (uint32_t left = 0; left < SIDE; left++)
        for (uint32_t right = 0; right < SIDE; right++)
            if (ids[left * SIDE + right])
                cr_assert_eq(pairs_put(&p, left, right), ids[left * SIDE + right]);
    cr_assert_eq(p.count, next, "looking up adds nothing");
    pairs_free(&p);
    mem_free(ids);
}

Test(pairs, nothing_and_nothing_is_0)
{
    struct pairs p;
    pairs_init(&p);
    cr_assert_eq(pairs_put(&p, 0, 0), 0);
    cr_assert_eq(pairs_left(&p, 0), 0);
    cr_assert_eq(pairs_right(&p, 0), 0);
    cr_assert_eq(pairs_bytes_used(&p), 0);
    pairs_free(&p);
}

Test(pairs, left_and_right_are_not_the_same)
{
    struct pairs p;
    pairs_init(&p);
    uint32_t ab = pairs_put(&p, 1, 2), ba = pairs_put(&p, 2, 1), high = pairs_put(&p, UINT32_MAX, UINT32_MAX);
    cr_assert_neq(ab, ba);
    cr_assert_eq(pairs_put(&p, 1, 2), ab);
    cr_assert_eq(pairs_left(&p, high), UINT32_MAX);
    cr_assert_eq(pairs_right(&p, high), UINT32_MAX);
    pairs_free(&p);
}

Test(pairs, bytes_follow_the_pairs)
{
    struct pairs p;
    pairs_init(&p);
    for (uint32_t i = 1; i <= 5000; i++) {
        pairs_put(&p, i, i);
        cr_assert_eq(pairs_bytes_used(&p), i * 12, "8 bytes a pair and 4 in the index");
        cr_assert_leq(pairs_bytes_used(&p), pairs_bytes_allocated(&p));
    }
    pairs_free(&p);
}
