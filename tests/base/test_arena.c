/* Goal: what an arena gave stays valid and apart until the arena is freed (and is freed then: the ASan run sees leaks).
 * Method: many blocks, each filled with its own number, all read again. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"

Test(arena, blocks_are_zeroed_and_do_not_overlap)
{
    enum { N = 2000 };
    struct arena a = {0};
    static unsigned char *blocks[N];
    for (size_t i = 0; i < N; i++) {
        blocks[i] = arena_take(&a, i % 97);
        cr_assert_not_null(blocks[i]);
        for (size_t b = 0; b < i % 97; b++)
            cr_assert_eq(blocks[i][b], 0);
        memset(blocks[i], (int)i, i % 97);
    }
    for (size_t i = 0; i < N; i++)
        for (size_t b = 0; b < i % 97; b++)
            cr_assert_eq(blocks[i][b], (unsigned char)i);
    arena_free(&a);
}

Test(arena, strings_are_cut_at_their_length_and_ended)
{
    struct arena a = {0};
    char text[] = "abcdef";
    const char *cut = arena_string(&a, text, 3), *none = arena_string(&a, NULL, 0);
    text[0] = 'X';
    cr_assert_str_eq(cut, "abc");
    cr_assert_str_eq(none, "");
    arena_free(&a);
}

Test(arena, printed_text_of_any_length_is_whole)
{
    struct arena a = {0};
    for (int n = 1; n < 5000; n = n * 3 / 2 + 1) {
        const char *text = arena_printf(&a, "%0*d!", n, 0);
        cr_assert_eq(strlen(text), (size_t)n + 1);
        cr_assert_eq(text[n], '!');
    }
    cr_assert_str_eq(arena_printf(&a, "%s", ""), "");
    arena_free(&a);
}

Test(arena, a_freed_arena_can_be_used_again)
{
    struct arena a = {0};
    arena_free(&a);
    arena_string(&a, "x", 1);
    arena_free(&a);
    cr_assert_str_eq(arena_string(&a, "y", 1), "y");
    arena_free(&a);
}
