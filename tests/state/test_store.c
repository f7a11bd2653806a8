/* Goal: the compressed set of states is a set of vectors, and nothing else shows.
 * Method: seeded random vectors and write sets; a plain copy of every vector is kept, and every answer is compared. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "state/vectors.h"

Test(store, what_is_encoded_is_what_is_loaded)
{
    for (uint32_t slots = 2; slots <= SLOTS_MAX; slots += 1 + slots / 4) {
        struct store *s = store_of(slots, 0, slots);
        uint32_t vectors[300][SLOTS_MAX];
        uint64_t keys[300];
        for (uint64_t i = 0; i < 300; i++) {
            draw_vector(vectors[i], slots, slots * 1000 + i);
            keys[i] = store_encode(s, vectors[i], slots);
            cr_assert_neq(keys[i], 0);
        }
        for (uint64_t i = 0; i < 300; i++)
            expect_load(s, keys[i], vectors[i], slots);
        store_destroy(s);
    }
}

Test(store, keys_are_equal_exactly_where_vectors_are)
{
    enum { N = 400, SLOTS = 7 };
    static uint32_t vectors[N][SLOTS];
    static uint64_t keys[N];
    struct store *s = store_of(SLOTS, 0, 5);
    for (uint64_t i = 0; i < N; i++) {
        for (uint32_t slot = 0; slot < SLOTS; slot++)
            vectors[i][slot] = random_at(i % 250, slot) % 8 ? 1 : (uint32_t)(random_at(i % 250, slot) >> 40) % 2;
        keys[i] = store_encode(s, vectors[i], SLOTS);
    }
    unsigned equal = 0;
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++) {
            bool same = memcmp(vectors[i], vectors[j], sizeof vectors[i]) == 0;
            equal += same;
            cr_assert_eq(keys[i] == keys[j], same);
        }
    cr_assert_geq(equal, N + 100);
    store_destroy(s);
}

Test(store, the_vector_of_nothing_has_a_key_too)
{
    uint32_t zeros[9] = {0};
    struct store *s = store_of(9, 0, 1);
    uint64_t key = store_encode(s, zeros, 9);
    cr_assert_neq(key, 0, "0 means a free place");
    cr_assert_eq(store_encode(s, zeros, 0), key, "slots beyond the vector hold 0");
    cr_assert_eq(store_insert(s, key), STORE_NEW);
    cr_assert_eq(store_insert(s, key), STORE_OLD);
    expect_load(s, key, zeros, 9);
    store_destroy(s);
}

Test(store, a_successor_is_the_encoding_of_the_changed_vector)
{
    unsigned wide = 0, none = 0;
    for (uint32_t slots = 2; slots <= 41; slots += 3) {
        struct store *s = store_of(slots, 0, 70 + slots);
        for (uint64_t i = 0; i < 500; i++) {
            uint32_t vector[SLOTS_MAX], changed[SLOTS_MAX];
            struct store_write writes[SLOTS_MAX];
            draw_vector(vector, slots, slots * 10000 + i);
            uint64_t key = store_encode(s, vector, slots);
            store_load(s, key, vector);
            uint64_t successors[6];
            uint32_t count[6];
            for (uint64_t k = 0; k < 6; k++) { /* from the same current state, one after the other */
                count[k] = draw_writes(writes, vector, slots, slots * 100000 + i * 10 + k);
                successors[k] = store_successor(s, writes, count[k]);
                wide += count[k] > slots / 2;
                none += count[k] == 0;
            }
            for (uint64_t k = 0; k < 6; k++) {
                memcpy(changed, vector, sizeof changed);
                draw_writes(writes, vector, slots, slots * 100000 + i * 10 + k);
                for (uint32_t w = 0; w < count[k]; w++)
                    changed[writes[w].slot] = writes[w].value;
                cr_assert_eq(store_encode(s, changed, slots), successors[k], "slots %u, draw %llu.%llu", slots,
                             (unsigned long long)i, (unsigned long long)k);
                expect_load(s, successors[k], changed, slots);
            }
        }
        store_destroy(s);
    }
    cr_assert_geq(wide, 1000);
    cr_assert_geq(none, 100);
}

Test(store, a_successor_leaves_the_current_state)
{
    struct store *s = store_of(11, 0, 3);
    uint32_t vector[SLOTS_MAX];
    draw_vector(vector, 11, 9);
    uint64_t key = store_encode(s, vector, 11);
    struct store_write write = {4, vector[4] + 1}, all[11];
    for (uint32_t i = 0; i < 11; i++)
        all[i] = (struct store_write){i, 900 + i};
    uint64_t first = store_successor(s, &write, 1);
    store_successor(s, all, 11);
    cr_assert_eq(store_successor(s, &write, 1), first);
    cr_assert_eq(store_successor(s, NULL, 0), key);
    store_destroy(s);
}

/* The set against a naive one: numbers 0..N-1, each the vector of its digits. */
static void number_vector(uint32_t number, uint32_t *vector, uint32_t slots)
{
    for (uint32_t i = 0; i < slots; i++, number /= 7)
        vector[i] = number % 7;
}

Test(store, insert_and_contains_agree_with_a_naive_set_through_every_growth)
{
    enum { N = 60000, SLOTS = 9 };
    static unsigned char in[N];
    struct store *s = store_of(SLOTS, 0, 11);
    uint64_t count = 0;
    for (uint64_t i = 0; i < 2 * N; i++) {
        uint32_t number = (uint32_t)(random_at(17, i) % N), vector[SLOTS];
        number_vector(number, vector, SLOTS);
        uint64_t key = store_encode(s, vector, SLOTS);
        store_prefetch(s, key);
        cr_assert_eq(store_contains(s, key), in[number] == 1);
        cr_assert_eq(store_insert(s, key), in[number] ? STORE_OLD : STORE_NEW);
        count += !in[number];
        in[number] = 1;
        cr_assert(store_contains(s, key));
        cr_assert_eq(store_count(s), count);
    }
    uint64_t seen = 0;
    for (size_t place = 0; place < store_places(s); place++) {
        uint64_t key = store_key_at(s, place);
        if (!key)
            continue;
        seen++;
        cr_assert_eq(store_place(s, key), place);
        uint32_t vector[SLOTS], number = 0;
        store_load(s, key, vector);
        for (uint32_t i = SLOTS; i-- > 0;)
            number = number * 7 + vector[i];
        cr_assert_lt(number, N);
        cr_assert_eq(in[number], 1);
        in[number] = 2;
    }
    cr_assert_eq(seen, count);
    store_destroy(s);
}

Test(store, a_key_that_was_never_inserted_has_no_place)
{
    struct store *s = store_of(4, 0, 1);
    uint32_t vector[4] = {1, 2, 3, 4};
    uint64_t key = store_encode(s, vector, 4);
    cr_assert_eq(store_place(s, key), SIZE_MAX);
    cr_assert_not(store_contains(s, key));
    cr_assert_eq(store_count(s), 0);
    store_destroy(s);
}

/* ---- layout ---- */

Test(store, a_new_layout_keeps_the_set_and_translates_keys)
{
    enum { N = 20000, OLD = 8, NEW = 13 };
    static uint64_t keys[N], more[N / 2];
    struct store *s = store_of(OLD, 0, 21);
    uint32_t vector[SLOTS_MAX] = {0};
    for (uint32_t i = 0; i < N; i++) {
        number_vector(i, vector, OLD);
        keys[i] = store_encode(s, vector, OLD);
        if (i % 2)
            cr_assert_eq(store_insert(s, keys[i]), STORE_NEW);
        else
            more[i / 2] = keys[i]; /* keys of states that are not in the set are translated as well */
    }
    for (uint64_t round = 0; round < 4; round++) {
        uint32_t order[NEW], weight[NEW], count = round == 0 ? OLD : NEW;
        for (uint32_t i = 0; i < count; i++) {
            order[i] = (uint32_t)((i * 5 + round) % count);
            weight[i] = (uint32_t)(random_at(round, i) % 20);
        }
        struct store_keys lists[] = {{keys, N}, {more, N / 2}, {NULL, 0}};
        cr_assert(store_layout(s, order, weight, count, lists, 3));
        cr_assert_eq(store_slots(s), count);
        cr_assert_eq(store_count(s), N / 2);
        memset(vector, 0, sizeof vector);
        for (uint32_t i = 0; i < N; i++) {
            number_vector(i, vector, OLD);
            cr_assert_eq(keys[i], store_encode(s, vector, count));
            cr_assert_eq(store_contains(s, keys[i]), i % 2 == 1);
            if (i % 2 == 0)
                cr_assert_eq(more[i / 2], keys[i]);
        }
        for (uint32_t i = 0; i < N; i += 77) {
            number_vector(i, vector, OLD);
            expect_load(s, keys[i], vector, count); /* new slots hold 0 */
        }
    }
    store_destroy(s);
}

Test(store, after_a_layout_successors_reach_the_new_slots)
{
    struct store *s = store_of(3, 0, 2);
    uint32_t vector[6] = {5, 6, 7, 0, 0, 0}, order[6] = {5, 0, 3, 1, 4, 2}, weight[6] = {1, 0, 9, 0, 2, 1};
    uint64_t key = store_encode(s, vector, 3);
    struct store_keys list = {&key, 1};
    cr_assert(store_layout(s, order, weight, 6, &list, 1));
    store_load(s, key, vector);
    struct store_write write = {5, 42};
    uint64_t next = store_successor(s, &write, 1);
    vector[5] = 42;
    cr_assert_eq(next, store_encode(s, vector, 6));
    store_destroy(s);
}

/* ---- limits and bookkeeping ---- */

Test(store, a_byte_limit_gives_full_and_loses_no_state)
{
    enum { SLOTS = 6, LIMIT = 600000 };
    struct store *s = store_of(SLOTS, LIMIT, 4);
    static uint64_t kept[1 << 18];
    uint64_t count = 0;
    bool full = false;
    for (uint32_t i = 0; i < sizeof kept / sizeof *kept && !full; i++) {
        uint32_t vector[SLOTS];
        number_vector(i, vector, SLOTS);
        uint64_t key = store_encode(s, vector, SLOTS);
        if (store_grow(s, 1, 1))
            cr_assert(store_room(s, 1, 1), "who waits for room would wait for ever");
        enum store_result r = store_insert(s, key);
        full = r == STORE_FULL;
        if (r == STORE_NEW)
            kept[count++] = key;
    }
    cr_assert(full, "%llu states did not fill %d bytes", (unsigned long long)count, LIMIT);
    cr_assert_geq(count, 10000);
    cr_assert_leq(store_bytes_allocated(s), 2 * LIMIT, "the table of pairs may have doubled once beyond the limit");
    cr_assert_geq(store_bytes_used(s), LIMIT / 4 * 3, "the limit is used");
    cr_assert_eq(store_count(s), count);
    for (uint64_t i = 0; i < count; i++) {
        cr_assert(store_contains(s, kept[i]));
        cr_assert_eq(store_insert(s, kept[i]), STORE_OLD, "what is there is there, full or not");
        uint32_t vector[SLOTS];
        number_vector((uint32_t)i, vector, SLOTS);
        expect_load(s, kept[i], vector, SLOTS);
    }
    store_destroy(s);
}

Test(store, a_layout_without_room_changes_nothing)
{
    enum { SLOTS = 5, N = 8000 };
    static uint64_t keys[N];
    struct store *s = store_of(SLOTS, 0, 8);
    for (unsigned round = 0; round < 2; round++) { /* the first one measures what is needed, and has no limit */
        for (uint32_t i = 0; i < N; i++) {
            uint32_t vector[SLOTS];
            number_vector(i, vector, SLOTS);
            keys[i] = store_encode(s, vector, SLOTS);
            cr_assert_eq(store_insert(s, keys[i]), STORE_NEW);
        }
        if (round == 0) {
            size_t bytes = store_bytes_allocated(s);
            store_destroy(s);
            s = store_of(SLOTS, bytes + bytes / 2, 8);
        }
    }
    uint32_t order[6] = {0, 1, 2, 3, 4, 5}, weight[6] = {0};
    uint64_t held = keys[17];
    struct store_keys list = {&held, 1};
    cr_assert_not(store_layout(s, order, weight, 6, &list, 1));
    cr_assert_eq(held, keys[17]);
    cr_assert_eq(store_slots(s), SLOTS);
    cr_assert_eq(store_count(s), N);
    for (uint32_t i = 0; i < N; i++) {
        uint32_t vector[SLOTS];
        number_vector(i, vector, SLOTS);
        cr_assert(store_contains(s, keys[i]));
        expect_load(s, keys[i], vector, SLOTS);
    }
    store_destroy(s);
}

Test(store, bytes_used_count_each_state_and_each_inner_node_once)
{
    struct store *s = store_of(4, 0, 1); /* four leaves: two inner cells below the root */
    size_t before = store_bytes_used(s);
    cr_assert_eq(before, 0);
    for (uint32_t i = 1; i <= 5000; i++) {
        uint32_t vector[4] = {i, i + 10000, i + 20000, i + 30000};
        store_insert(s, store_encode(s, vector, 4));
        size_t used = store_bytes_used(s);
        cr_assert_eq(used - before, 8 + 2 * 12, "a key of 8 bytes and two pairs of 12");
        cr_assert_leq(used, store_bytes_allocated(s));
        before = used;
    }
    for (uint32_t i = 1; i <= 5000; i++) {
        uint32_t vector[4] = {i, i + 10000, i + 20000, i + 30000};
        store_insert(s, store_encode(s, vector, 4));
    }
    cr_assert_eq(store_bytes_used(s), before, "states that are there cost nothing");
    store_destroy(s);
}

Test(store, independent_halves_cost_little_more_than_a_key_a_state)
{
    enum { SLOTS = 16, SIDE = 150 };
    uint32_t order[SLOTS], weight[SLOTS];
    for (uint32_t i = 0; i < SLOTS; i++) {
        order[i] = i;
        weight[i] = 1;
    }
    struct store *s = store_create(0);
    cr_assert(store_layout(s, order, weight, SLOTS, NULL, 0));
    for (uint32_t a = 0; a < SIDE; a++)
        for (uint32_t b = 0; b < SIDE; b++) {
            uint32_t vector[SLOTS] = {0};
            vector[3] = a + 1;
            vector[12] = b + 1;
            cr_assert_eq(store_insert(s, store_encode(s, vector, SLOTS)), STORE_NEW);
        }
    cr_assert_eq(store_count(s), SIDE * SIDE);
    cr_assert_lt((double)store_bytes_used(s) / (SIDE * SIDE), 9.0);
    store_destroy(s);
}

Test(store, a_table_of_any_size_grows_without_a_second_copy)
{
    enum { SLOTS = 4, N = 40000 };
    static uint64_t keys[N];
    for (size_t limit = 400000; limit < 2000000; limit += 150001) { /* odd sizes near the limit, and entries that come round */
        struct store *s = store_of(SLOTS, limit, limit);
        size_t before = mem_bytes(), count = 0;
        mem_watch();
        for (uint32_t i = 0; i < N; i++) {
            uint32_t vector[SLOTS] = {i % 20 + 1, i / 20 % 20 + 1, i / 400 + 1, 1};
            keys[i] = store_encode(s, vector, SLOTS);
            enum store_result r = store_insert(s, keys[i]);
            if (r == STORE_FULL)
                break;
            cr_assert_eq(r, STORE_NEW);
            count++;
        }
        cr_assert_leq(mem_bytes_most(), before + limit + 4096);
        for (size_t i = 0; i < count; i++) {
            cr_assert(store_contains(s, keys[i]), "state %zu of %zu, limit %zu", i, count, limit);
            cr_assert_eq(store_insert(s, keys[i]), STORE_OLD);
        }
        store_destroy(s);
    }
}

static char *scratch_file(const char *name)
{
    static char path[100];
    snprintf(path, sizeof path, "%s/impasse-test-%d-%s", getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir, (int)getpid(), name);
    return path;
}

/* CKPT-01 */
Test(store, what_was_saved_is_restored_with_the_same_keys)
{
    enum { SLOTS = 7, N = 9000 };
    static uint64_t keys[N];
    struct store *s = store_of(SLOTS, 0, 9);
    for (uint32_t i = 0; i < N; i++) {
        uint32_t vector[SLOTS];
        number_vector(i, vector, SLOTS);
        keys[i] = store_encode(s, vector, SLOTS);
        store_insert(s, keys[i]);
    }
    vec_char why = {0};
    struct blob *out = blob_create(scratch_file("store"), &why);
    store_save(s, out);
    cr_assert(blob_commit(out, &why));
    struct blob *in = blob_open(scratch_file("store"), &why);
    struct store *t = store_restore(in, 0);
    cr_assert(t && blob_is_good(in));
    blob_close(in);
    remove(scratch_file("store"));
    cr_assert_eq(store_count(t), N);
    cr_assert_eq(store_bytes_used(t), store_bytes_used(s));
    cr_assert_eq(store_bytes_allocated(t), store_bytes_allocated(s));
    for (uint32_t i = 0; i < 2 * N; i++) { /* the second half is new to both */
        uint32_t vector[SLOTS];
        number_vector(i, vector, SLOTS);
        uint64_t key = store_encode(t, vector, SLOTS);
        cr_assert_eq(key, store_encode(s, vector, SLOTS));
        cr_assert_eq(store_insert(t, key), i < N ? STORE_OLD : STORE_NEW);
        expect_load(t, key, vector, SLOTS);
    }
    store_destroy(s);
    store_destroy(t);
}

Test(store, flags_and_notes_stay_with_their_states)
{
    enum { SLOTS = 5, N = 6000 };
    static uint64_t keys[N];
    struct store *s = store_of(SLOTS, 0, 31);
    for (uint32_t i = 0; i < N; i++) { /* through many growths */
        uint32_t vector[SLOTS];
        number_vector(i, vector, SLOTS);
        keys[i] = store_encode(s, vector, SLOTS);
        bool flagged = false;
        cr_assert(store_grow(s, 1, 1));
        cr_assert(store_insert_flagged(s, keys[i], &flagged));
        store_added(s, 1);
        cr_assert_not(flagged);
        if (i % 3 == 0)
            store_raise_flag(s, keys[i]);
    }
    uint32_t order[SLOTS + 1] = {3, 1, 4, 0, 2, 5}, weight[SLOTS + 1] = {1, 2};
    struct store_keys list = {keys, N};
    cr_assert(store_layout(s, order, weight, SLOTS + 1, &list, 1));
    for (uint32_t i = 0; i < N; i++) {
        bool flagged = false;
        size_t place = store_place(s, keys[i]);
        cr_assert_eq(store_key_at(s, place), keys[i], "a key is without its flags");
        cr_assert_eq(store_has_flag(s, keys[i]), i % 3 == 0);
        cr_assert_eq(store_has_flag_at(s, place), i % 3 == 0);
        cr_assert(store_note_at(s, place));
        cr_assert_not(store_note_at(s, place), "once only");
        cr_assert_not(store_insert_flagged(s, keys[i], &flagged));
        cr_assert_eq(flagged, i % 3 == 0);
        cr_assert_not(store_insert_at(s, keys[i]));
        cr_assert(store_contains(s, keys[i]));
    }
    cr_assert_eq(store_count(s), N);
    store_destroy(s);
}
