/* Goal: a set that keeps its vectors whole is the same set as the compressed one.
 * Method: the same random vectors and write sets through both; then a wider layout. */
#include <criterion/criterion.h>

#include "state/vectors.h"

Test(flat, keeps_the_same_set_and_answers_the_same)
{
    enum { SLOTS = 11, N = 300 };
    struct store *trees = store_of(SLOTS, 0, 3), *flat = store_create(0);
    uint32_t order[SLOTS] = {0}, weight[SLOTS] = {0}, wide[SLOTS + 4] = {0}, wide_weight[SLOTS + 4] = {0};
    static uint64_t keys[2][N];
    for (uint32_t i = 0; i < SLOTS; i++)
        order[i] = i;
    for (uint32_t i = 0; i < SLOTS + 4; i++)
        wide[i] = SLOTS + 3 - i;
    store_flatten(flat);
    cr_assert(store_layout(flat, order, weight, SLOTS, NULL, 0));
    for (uint64_t i = 0; i < N; i++) {
        uint32_t vector[SLOTS_MAX];
        struct store_write writes[SLOTS_MAX];
        draw_vector(vector, SLOTS, i % 200);
        uint32_t count = draw_writes(writes, vector, SLOTS, i);
        keys[0][i] = store_encode(trees, vector, SLOTS);
        keys[1][i] = store_encode(flat, vector, SLOTS);
        cr_assert_eq(store_insert(trees, keys[0][i]), store_insert(flat, keys[1][i]));
        uint64_t to[2] = {store_successor(trees, writes, count), store_successor(flat, writes, count)};
        cr_assert_eq(store_contains(trees, to[0]), store_contains(flat, to[1]),
                     "a successor is there in both or in none");
        cr_assert_eq(store_successor(flat, NULL, 0), keys[1][i], "the current state stays");
    }
    struct store_keys list = {keys[1], N};
    cr_assert(store_layout(flat, wide, wide_weight, SLOTS + 4, &list, 1));
    cr_assert_eq(store_count(flat), store_count(trees));
    for (uint64_t i = 0; i < N; i++) {
        uint32_t got[2][SLOTS_MAX] = {{0}};
        cr_assert(store_contains(flat, keys[1][i]), "S3");
        store_load(trees, keys[0][i], got[0]);
        store_load(flat, keys[1][i], got[1]);
        cr_assert(memcmp(got[0], got[1], sizeof got[0]) == 0);
    }
    store_destroy(trees);
    store_destroy(flat);
}
