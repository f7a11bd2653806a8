/* Goal: cursors, one per thread, work on one set of states as if they were alone. Method: as test_store.c; threads that
 * add the same states, each in an order of its own. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#include "state/vectors.h"

/* A spare is an id that a thread took for a pair and did not need. Found by tests/fuzz/: states went missing with -j.
 */
Test(store_threads, a_spare_of_the_old_layout_is_not_used_in_the_new_one)
{
    enum { SLOTS = 8, N = 50 };
    struct store *s = store_of(SLOTS, 0, 1);
    struct store_cursor c = {0};
    uint32_t order[SLOTS], weight[SLOTS] = {0}, vector[SLOTS_MAX];
    static uint32_t vectors[N][SLOTS_MAX];
    static uint64_t keys[N];
    for (uint32_t i = 0; i < SLOTS; i++)
        order[i] = SLOTS - 1 - i;
    for (uint64_t i = 0; i < N; i++) {
        draw_vector(vectors[i], SLOTS, i);
        keys[i] = store_encode(s, vectors[i], SLOTS);
    }
    store_load_at(s, &c, keys[0], vector);
    c.spare = 7; /* as after a lost race */
    struct store_keys list = {keys, N};
    cr_assert(store_layout(s, order, weight, SLOTS, &list, 1));
    store_load_at(s, &c, keys[0], vector);
    struct store_write writes[] = {{0, 7001}, {3, 7002}, {6, 7003}};
    store_successor_at(s, &c, 0, writes, 3);
    for (uint64_t i = 0; i < N; i++)
        expect_load(s, keys[i], vectors[i], SLOTS);
    store_cursor_free(&c);
    store_destroy(s);
}

enum { THREADS = 4, SHARED_SLOTS = 9, SHARED_STATES = 20000 };

struct inserter {
    struct store *store;
    pthread_t thread;
    uint64_t from, seed;
    struct store_cursor cursor;
    size_t added;
    uint64_t *keys; /* [SHARED_STATES] by number of the state */
};

/* From one state, the same successors in each thread, in an order of its own. Two kinds of write sets. */
static void *insert_all(void *argument)
{
    struct inserter *one = argument;
    uint32_t vector[SHARED_SLOTS];
    store_load_at(one->store, &one->cursor, one->from, vector);
    for (uint32_t i = 0; i < SHARED_STATES; i++) {
        uint32_t number = (uint32_t)((i * UINT64_C(7919) + one->seed * 5003) % SHARED_STATES);
        struct store_write writes[3] = {{number % 2 ? 1 : 7, number % 141 + 1}, {4, number / 141 + 1}, {8, number % 5}};
        one->keys[number] = store_successor_at(one->store, &one->cursor, number % 2, writes, 3);
        one->added += store_insert_at(one->store, one->keys[number]);
    }
    store_added(one->store, one->added);
    return NULL;
}

Test(store_threads, threads_add_each_state_once_and_agree_on_its_key)
{
    for (unsigned round = 0; round < 3; round++) {
        struct store *s = store_of(SHARED_SLOTS, 0, round);
        struct inserter all[THREADS];
        uint32_t vector[SHARED_SLOTS] = {3, 0, 5, 0, 0, 2, 9, 0, 0}, start[SHARED_SLOTS];
        memcpy(start, vector, sizeof start);
        uint64_t from = store_encode(s, vector, SHARED_SLOTS);
        cr_assert(store_grow(s, SHARED_STATES * THREADS, SHARED_STATES * 3 * THREADS));
        cr_assert(store_room(s, SHARED_STATES * THREADS, SHARED_STATES * 3 * THREADS));
        for (unsigned t = 0; t < THREADS; t++) {
            all[t] = (struct inserter){.store = s, .from = from, .seed = t, .keys = mem_zero(SHARED_STATES, sizeof(uint64_t))};
            pthread_create(&all[t].thread, NULL, insert_all, &all[t]);
        }
        size_t added = 0;
        for (unsigned t = 0; t < THREADS; t++) {
            pthread_join(all[t].thread, NULL);
            added += all[t].added;
            store_retire(s, &all[t].cursor);
            store_cursor_free(&all[t].cursor);
        }
        cr_assert_eq(added, SHARED_STATES, "each state is new to one thread only");
        cr_assert_eq(store_count(s), SHARED_STATES);
        size_t bytes = store_bytes_used(s);
        for (uint32_t number = 0; number < SHARED_STATES; number++) {
            memcpy(vector, start, sizeof vector);
            vector[number % 2 ? 1 : 7] = number % 141 + 1;
            vector[4] = number / 141 + 1;
            vector[8] = number % 5;
            uint64_t key = store_encode(s, vector, SHARED_SLOTS);
            for (unsigned t = 0; t < THREADS; t++)
                cr_assert_eq(all[t].keys[number], key);
            cr_assert(store_contains(s, key));
        }
        cr_assert_eq(store_bytes_used(s), bytes, "no thread left a pair behind that nobody needs");
        for (unsigned t = 0; t < THREADS; t++)
            mem_free(all[t].keys);
        store_destroy(s);
    }
}

Test(store_threads, numbered_write_sets_are_planned_anew_after_a_layout)
{
    struct store *s = store_of(6, 0, 3);
    struct store_cursor c = {0};
    uint32_t vector[8] = {1, 2, 3, 4, 5, 6}, loaded[8];
    uint64_t key = store_encode(s, vector, 6);
    for (unsigned round = 0; round < 4; round++) {
        uint32_t order[8] = {5, 3, 1, 0, 2, 4, 7, 6}, weight[8] = {round, 2, 0, 5, round * 3, 1, 1, 0};
        struct store_keys list = {&key, 1};
        if (round)
            cr_assert(store_layout(s, order, weight, 8, &list, 1));
        store_load_at(s, &c, key, loaded);
        for (uint32_t number = 0; number < 6; number++) {
            struct store_write writes[2] = {{number, 70 + round}, {(number + 1) % 6, 90}};
            uint32_t changed[8];
            memcpy(changed, vector, sizeof changed);
            changed[number] = 70 + round;
            changed[(number + 1) % 6] = 90;
            cr_assert_eq(store_successor_at(s, &c, number, writes, 2), store_encode(s, changed, 8));
        }
    }
    store_cursor_free(&c);
    store_destroy(s);
}
