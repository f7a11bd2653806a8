/* Goal: growable arrays keep what was pushed, and text stays a C string.
 * Method: random pushes against a plain array; texts around every boundary of the capacity. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/hash.h"
#include "base/vec.h"

Test(vec, pushed_items_stay_in_order_through_every_growth)
{
    enum { N = 100000 };
    vec_u32 v = {0};
    for (uint32_t i = 0; i < N; i++) {
        VEC_PUSH(&v, (uint32_t)hash_mix(i));
        cr_assert_leq(v.count, v.capacity);
    }
    cr_assert_eq(v.count, N);
    for (uint32_t i = 0; i < N; i++)
        cr_assert_eq(v.items[i], (uint32_t)hash_mix(i));
    VEC_FREE(&v);
}

Test(vec, reserving_leaves_count_and_items_alone)
{
    vec_u64 v = {0};
    VEC_PUSH(&v, 7);
    VEC_RESERVE(&v, 1000);
    cr_assert_eq(v.count, 1);
    cr_assert_geq(v.capacity, 1000);
    cr_assert_eq(v.items[0], 7);
    uint64_t *before = v.items;
    VEC_RESERVE(&v, 10);
    cr_assert_eq(v.items, before, "a vector never shrinks");
    VEC_FREE(&v);
}

Test(vec, growth_is_geometric)
{
    vec_u32 v = {0};
    unsigned moves = 0;
    for (uint32_t i = 0; i < 1 << 20; i++) {
        size_t before = v.capacity;
        VEC_PUSH(&v, i);
        moves += v.capacity != before;
    }
    cr_assert_leq(moves, 20, "%u reallocations for a million items", moves);
    VEC_FREE(&v);
}

Test(vec, a_freed_vector_is_empty_and_can_be_used_again)
{
    vec_u32 v = {0};
    VEC_FREE(&v);
    VEC_PUSH(&v, 1);
    VEC_FREE(&v);
    cr_assert_null(v.items);
    cr_assert_eq(v.count, 0);
    cr_assert_eq(v.capacity, 0);
    VEC_PUSH(&v, 2);
    cr_assert_eq(v.items[0], 2);
    VEC_FREE(&v);
}

Test(vec, text_ends_with_an_uncounted_nul_after_every_append)
{
    vec_char t = {0};
    text_append(&t, "", 0);
    cr_assert_str_eq(t.items, "");
    for (size_t i = 1; i <= 200; i++) {
        text_append(&t, "x", 1);
        cr_assert_eq(t.count, i);
        cr_assert_eq(strlen(t.items), i);
    }
    text_append(&t, "a\0b", 3);
    cr_assert_eq(t.count, 203);
    cr_assert_arr_eq(t.items + 200, "a\0b", 4);
    VEC_FREE(&t);
}

Test(vec, printed_text_is_appended_whole_whatever_its_length)
{
    vec_char t = {0};
    size_t expected = 0;
    for (int n = 0; n < 300; n++) {
        text_printf(&t, "%0*d|", n, 0);
        expected += (size_t)(n ? n : 1) + 1;
        cr_assert_eq(t.count, expected);
        cr_assert_eq(strlen(t.items), expected);
        cr_assert_eq(t.items[t.count - 1], '|');
    }
    VEC_FREE(&t);
}

Test(vec, zeroed_memory_is_zero_and_nothing_is_no_reason_to_fail)
{
    unsigned char *p = mem_zero(1000, 3);
    for (size_t i = 0; i < 3000; i++)
        cr_assert_eq(p[i], 0);
    mem_free(p);
    void *nothing[] = {mem_alloc(0), mem_zero(0, 8), mem_zero(8, 0), mem_copy("", 0), mem_grow(NULL, 0)};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        cr_assert_not_null(nothing[i]);
        mem_free(nothing[i]);
    }
}

Test(vec, copies_are_apart_from_their_originals)
{
    char text[] = "abc";
    char *string = mem_copy_string(text), *bytes = mem_copy(text, 2);
    text[0] = 'X';
    cr_assert_str_eq(string, "abc");
    cr_assert_arr_eq(bytes, "ab", 2);
    mem_free(string);
    mem_free(bytes);
}

#ifndef __SANITIZE_ADDRESS__ /* which ends the program by itself at an impossible size */
Test(vec, a_host_without_memory_ends_the_program_with_status_3, .exit_code = 3)
{
    volatile size_t too_much = SIZE_MAX / 4;
    mem_alloc(too_much);
}
#endif
