/* Goal: equal bytes have equal ids, for ever.
 * Method: seeded random strings against a naive list that is searched from the front. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/hash.h"
#include "base/intern.h"
#include "base/vec.h"

struct naive_string {
    unsigned char bytes[48];
    size_t size;
};

/* Few letters and few lengths, so that many strings come again, and many are prefixes of others. */
static struct naive_string draw(uint64_t i)
{
    struct naive_string s = {0};
    s.size = hash_mix(i * 3 + 1) % 12;
    for (size_t b = 0; b < s.size; b++)
        s.bytes[b] = (unsigned char)(hash_mix(i * 64 + b) % 3);
    return s;
}

Test(intern, ids_agree_with_a_naive_list_over_random_strings)
{
    enum { DRAWS = 20000, LIST_MAX = 20001 };
    static struct naive_string list[LIST_MAX];
    size_t count = 1; /* the empty string */
    struct intern *t = intern_create();
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct naive_string s = draw(i % 7000);
        uint32_t id = intern_put(t, s.bytes, s.size);
        size_t known = 0;
        while (known < count && (list[known].size != s.size || memcmp(list[known].bytes, s.bytes, s.size) != 0))
            known++;
        if (known == count)
            list[count++] = s;
        cr_assert_eq(id, known, "draw %llu: ids are dense and in the order of first insertion", (unsigned long long)i);
        cr_assert_eq(intern_count(t), count);
    }
    cr_assert_geq(count, 3000);
    for (uint32_t id = 0; id < count; id++) {
        size_t size;
        const void *bytes = intern_get(t, id, &size);
        cr_assert_eq(size, list[id].size);
        cr_assert(memcmp(bytes, list[id].bytes, size) == 0);
    }
    intern_destroy(t);
}

Test(intern, the_empty_string_is_id_0_and_is_there_from_the_start)
{
    struct intern *t = intern_create();
    size_t size = 77;
    cr_assert_eq(intern_count(t), 1);
    cr_assert_not_null(intern_get(t, 0, &size));
    cr_assert_eq(size, 0);
    cr_assert_eq(intern_put(t, NULL, 0), 0);
    cr_assert_eq(intern_put(t, "x", 0), 0);
    cr_assert_eq(intern_count(t), 1);
    intern_destroy(t);
}

Test(intern, zeros_of_different_lengths_differ)
{
    static const unsigned char zeros[64];
    struct intern *t = intern_create();
    for (uint32_t n = 1; n <= sizeof zeros; n++)
        cr_assert_eq(intern_put(t, zeros, n), n);
    intern_destroy(t);
}

Test(intern, bytes_never_move_and_are_aligned_to_8)
{
    enum { N = 50000 };
    struct intern *t = intern_create();
    static const void *where[N + 1];
    for (uint32_t i = 1; i <= N; i++) {
        cr_assert_eq(intern_put(t, &i, 1 + i % 4 ? sizeof i : sizeof i - 1), i);
        where[i] = intern_get(t, i, NULL);
        cr_assert_eq((uintptr_t)where[i] % 8, 0);
    }
    for (uint32_t i = 1; i <= N; i++) {
        cr_assert_eq(intern_get(t, i, NULL), where[i]);
        cr_assert_eq(memcmp(where[i], &i, 3), 0);
    }
    intern_destroy(t);
}

Test(intern, a_string_larger_than_a_block_is_kept_whole)
{
    enum { SIZE = 3 << 20 };
    unsigned char *big = mem_alloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        big[i] = (unsigned char)hash_mix(i);
    struct intern *t = intern_create();
    uint32_t small = intern_put(t, "small", 5), id = intern_put(t, big, SIZE), after = intern_put(t, "after", 5);
    cr_assert_eq(intern_put(t, big, SIZE), id);
    size_t size;
    cr_assert(memcmp(intern_get(t, id, &size), big, SIZE) == 0);
    cr_assert_eq(size, SIZE);
    cr_assert(memcmp(intern_get(t, small, NULL), "small", 5) == 0);
    cr_assert(memcmp(intern_get(t, after, NULL), "after", 5) == 0);
    cr_assert_geq(intern_bytes_used(t), SIZE);
    mem_free(big);
    intern_destroy(t);
}

Test(intern, the_callers_bytes_are_copied)
{
    char text[] = "abc";
    struct intern *t = intern_create();
    uint32_t id = intern_put(t, text, 3);
    text[0] = 'X';
    cr_assert(memcmp(intern_get(t, id, NULL), "abc", 3) == 0);
    cr_assert_neq(intern_put(t, text, 3), id);
    intern_destroy(t);
}

Test(hash, the_same_bytes_hash_alike_everywhere)
{
    cr_assert_eq(hash_bytes("", 0), UINT64_C(0xef46db3751d8e999), "the published value of XXH64 of nothing, seed 0");
    cr_assert_eq(hash_bytes("abc", 3), UINT64_C(0x44bc2cf5ad770999), "and of \"abc\"");
    char shifted[8] = "_abc";
    cr_assert_eq(hash_bytes(shifted + 1, 3), hash_bytes("abc", 3), "wherever they stand");
}

Test(hash, mixing_is_one_to_one_on_a_sample_and_reaches_the_low_bits)
{
    enum { BITS = 16 };
    static unsigned char seen[1 << BITS];
    unsigned used = 0;
    for (uint64_t i = 0; i < 1 << BITS; i++) {
        uint64_t low = hash_mix(i << 48) & ((1 << BITS) - 1);
        used += !seen[low];
        seen[low] = 1;
    }
    /* Random throwing fills 63 % of the buckets; a hash that lost the high bits would fill one. */
    cr_assert_geq(used, (1 << BITS) / 2);
}
