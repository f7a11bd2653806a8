/* Goal: a pair of ids is stored once, under a dense id of its own, whichever thread puts it.
 * Method: seeded random pairs against a naive table, through many growths; then the same pairs from several threads. */
#include <criterion/criterion.h>
#include <pthread.h>

#include "base/hash.h"
#include "base/vec.h"
#include "state/pairs.h"

/* As one thread does it: room first. */
static uint32_t put(struct pairs *p, uint32_t left, uint32_t right)
{
    uint32_t spare = 0;
    if (!pairs_room(p, 1))
        pairs_grow(p, p->capacity + p->capacity / 3);
    uint32_t id = pairs_put(p, &spare, left, right);
    cr_assert_eq(spare, 0, "nobody to lose a race to");
    cr_assert_eq(id & PAIR_INNER, left || right ? PAIR_INNER : 0);
    return id & ~PAIR_INNER;
}

Test(pairs, agree_with_a_naive_table_over_random_pairs)
{
    enum { SIDE = 300, DRAWS = 200000 };
    uint32_t *ids = mem_zero(SIDE * SIDE, sizeof *ids);
    struct pairs p = {0};
    pairs_init(&p);
    uint32_t next = 1;
    for (uint64_t i = 0; i < DRAWS; i++) {
        uint32_t left = (uint32_t)(hash_mix(i + 1) % SIDE), right = (uint32_t)((hash_mix(i + 1) >> 32) % SIDE);
        uint32_t *known = &ids[left * SIDE + right];
        if (!*known && (left || right))
            *known = next++;
        uint32_t id = put(&p, left, right);
        cr_assert_eq(id, *known);
        cr_assert_eq(pairs_left(&p, id), left);
        cr_assert_eq(pairs_right(&p, id), right);
    }
    cr_assert_geq(next, SIDE * SIDE / 2);
    cr_assert_eq(p.count, next);
    for (uint32_t left = 0; left < SIDE; left++)
        for (uint32_t right = 0; right < SIDE; right++)
            if (ids[left * SIDE + right])
                cr_assert_eq(put(&p, left, right), ids[left * SIDE + right]);
    cr_assert_eq(p.count, next, "looking up adds nothing");
    pairs_free(&p);
    mem_free(ids);
}

Test(pairs, nothing_and_nothing_is_0)
{
    struct pairs p = {0};
    pairs_init(&p);
    cr_assert_eq(put(&p, 0, 0), 0);
    cr_assert_eq(pairs_left(&p, 0), 0);
    cr_assert_eq(pairs_right(&p, 0), 0);
    cr_assert_eq(pairs_bytes_used(&p), 0);
    pairs_free(&p);
}

Test(pairs, left_and_right_are_not_the_same)
{
    struct pairs p = {0};
    pairs_init(&p);
    uint32_t ab = put(&p, 1, 2), ba = put(&p, 2, 1), high = put(&p, UINT32_MAX, UINT32_MAX);
    cr_assert_neq(ab, ba);
    cr_assert_eq(put(&p, 1, 2), ab);
    cr_assert_eq(pairs_left(&p, high), UINT32_MAX);
    cr_assert_eq(pairs_right(&p, high), UINT32_MAX);
    pairs_free(&p);
}

Test(pairs, bytes_follow_the_pairs_and_a_growth_takes_no_more_than_it_gives)
{
    struct pairs p = {0};
    pairs_init(&p);
    for (uint32_t i = 1; i <= 20000; i++) {
        size_t allocated = pairs_bytes_allocated(&p), before = mem_bytes();
        mem_watch();
        put(&p, i, i);
        size_t growth = pairs_bytes_allocated(&p) - allocated;
        cr_assert_leq(mem_bytes_most(), before + growth + 4096, "no second copy meanwhile");
        cr_assert_eq(pairs_bytes_allocated(&p), p.capacity * PAIRS_BYTES);
        cr_assert_eq(pairs_bytes_used(&p), i * 12, "8 bytes a pair and 4 in the index");
        cr_assert_leq(pairs_bytes_used(&p), pairs_bytes_allocated(&p));
    }
    pairs_free(&p);
}

/* ---- several threads ---- */

enum { THREADS = 4, SHARED = 30000, SIDES = 400 };

struct putter {
    struct pairs *pairs;
    pthread_t thread;
    uint64_t seed;
    uint32_t spare;
    uint32_t *ids; /* [SIDES * SIDES], as this thread was told */
};

/* Each thread puts the same pairs in an order of its own. */
static void *put_all(void *argument)
{
    struct putter *p = argument;
    for (uint64_t i = 0; i < SHARED; i++) {
        uint64_t r = hash_mix((i * 7919 + p->seed * 104729) % SHARED + 1);
        uint32_t left = (uint32_t)(r % SIDES), right = (uint32_t)((r >> 32) % SIDES);
        p->ids[left * SIDES + right] = pairs_put(p->pairs, &p->spare, left, right) & ~PAIR_INNER;
    }
    return NULL;
}

Test(pairs, threads_that_put_the_same_pairs_are_told_the_same_ids)
{
    for (unsigned round = 0; round < 5; round++) {
        struct pairs p = {0};
        struct putter putters[THREADS];
        pairs_init(&p);
        while (!pairs_room(&p, SHARED + THREADS))
            pairs_grow(&p, p.capacity * 2);
        for (unsigned t = 0; t < THREADS; t++) {
            putters[t] = (struct putter){.pairs = &p, .seed = t, .ids = mem_zero(SIDES * SIDES, sizeof(uint32_t))};
            pthread_create(&putters[t].thread, NULL, put_all, &putters[t]);
        }
        size_t spares = 0, named = 0;
        for (unsigned t = 0; t < THREADS; t++) {
            pthread_join(putters[t].thread, NULL);
            spares += putters[t].spare != 0;
            cr_assert_eq(p.pair[putters[t].spare], 0, "a spare names nothing, for the next growth");
        }
        for (uint32_t i = 0; i < SIDES * SIDES; i++) {
            uint32_t id = putters[0].ids[i];
            for (unsigned t = 1; t < THREADS; t++)
                cr_assert_eq(putters[t].ids[i], id);
            named += id != 0;
            if (id) {
                cr_assert_eq(pairs_left(&p, id), i / SIDES);
                cr_assert_eq(pairs_right(&p, id), i % SIDES);
            }
        }
        cr_assert_eq(p.count - 1, named + spares, "every id names a pair or is some thread's spare");
        pairs_grow(&p, p.capacity + 1); /* spares must not be taken for pairs */
        for (uint32_t i = 0; i < SIDES * SIDES; i++)
            if (putters[0].ids[i])
                cr_assert_eq(put(&p, i / SIDES, i % SIDES), putters[0].ids[i]);
        for (unsigned t = 0; t < THREADS; t++)
            mem_free(putters[t].ids);
        pairs_free(&p);
    }
}
