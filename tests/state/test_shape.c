/* Goal: the tree holds every slot once, with children before parents, and is balanced by weight.
 * Method: random orders and weights; every cell is looked at. */
#include <criterion/criterion.h>

#include "base/hash.h"
#include "base/vec.h"
#include "state/shape.h"

enum { LEAVES_MAX = 400 };

static void shuffle(uint32_t *order, uint32_t n, uint64_t seed)
{
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    for (uint32_t i = n - 1; i > 0; i--) {
        uint32_t j = (uint32_t)(hash_mix(seed * 1000 + i) % (i + 1)), swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
}

static void expect_tree(const struct shape *s, const uint32_t *order, uint32_t n)
{
    unsigned char child_of[2 * LEAVES_MAX] = {0};
    cr_assert_eq(s->leaves, n);
    cr_assert_eq(s->cells, 2 * n - 1);
    for (uint32_t i = 0; i < n; i++) {
        cr_assert_eq(s->slot_of_leaf[i], order[i], "leaf i holds slot order[i]");
        cr_assert_eq(s->leaf_of_slot[order[i]], i);
    }
    for (uint32_t c = n; c < s->cells; c++) {
        cr_assert_lt(s->left[c], c);
        cr_assert_lt(s->right[c], c);
        cr_assert_eq(s->parent[s->left[c]], c);
        cr_assert_eq(s->parent[s->right[c]], c);
        child_of[s->left[c]]++;
        child_of[s->right[c]]++;
    }
    for (uint32_t c = 0; c + 1 < s->cells; c++)
        cr_assert_eq(child_of[c], 1, "cell %u of %u leaves is the child of one cell", c, n);
    cr_assert_eq(s->parent[s->cells - 1], s->cells - 1, "the root is its own parent");
}

/* Leaves from left to right, as they stand below a cell. */
static void leaves_below(const struct shape *s, uint32_t cell, vec_u32 *out)
{
    if (cell < s->leaves) {
        VEC_PUSH(out, cell);
        return;
    }
    leaves_below(s, s->left[cell], out);
    leaves_below(s, s->right[cell], out);
}

Test(shape, every_leaf_stands_once_and_children_before_parents)
{
    uint32_t order[LEAVES_MAX], weight[LEAVES_MAX];
    for (uint32_t n = 2; n < LEAVES_MAX; n += 1 + n / 9) {
        shuffle(order, n, n);
        for (uint32_t i = 0; i < n; i++)
            weight[i] = (uint32_t)(hash_mix(n * 7000 + i) % 40) * (hash_mix(i) % 2 ? 1 : 0);
        struct shape s;
        shape_init(&s, order, weight, n);
        expect_tree(&s, order, n);
        vec_u32 below = {0};
        leaves_below(&s, s.cells - 1, &below);
        cr_assert_eq(below.count, n);
        for (uint32_t i = 0; i < n; i++)
            cr_assert_eq(below.items[i], i, "neighbours in the order are neighbours in the tree");
        VEC_FREE(&below);
        shape_free(&s);
    }
}

static uint32_t depth_of(const struct shape *s, uint32_t cell)
{
    uint32_t depth = 0;
    for (; s->parent[cell] != cell; cell = s->parent[cell])
        depth++;
    return depth;
}

Test(shape, equal_weights_make_a_balanced_tree)
{
    uint32_t order[256], weight[256];
    for (uint32_t i = 0; i < 256; i++)
        order[i] = i;
    for (uint32_t heavy = 0; heavy < 2; heavy++) {
        for (uint32_t i = 0; i < 256; i++)
            weight[i] = heavy;
        struct shape s;
        shape_init(&s, order, weight, 256);
        for (uint32_t leaf = 0; leaf < 256; leaf++)
            cr_assert_eq(depth_of(&s, leaf), 8);
        shape_free(&s);
    }
}

Test(shape, what_changes_much_stands_near_the_root)
{
    uint32_t order[64], weight[64] = {0};
    for (uint32_t i = 0; i < 64; i++)
        order[i] = i;
    weight[0] = 100;
    struct shape s;
    shape_init(&s, order, weight, 64);
    cr_assert_eq(depth_of(&s, 0), 1);
    shape_free(&s);
}

Test(shape, huge_weights_do_not_overflow)
{
    uint32_t order[100], weight[100];
    for (uint32_t i = 0; i < 100; i++) {
        order[i] = 99 - i;
        weight[i] = UINT32_MAX;
    }
    struct shape s;
    shape_init(&s, order, weight, 100);
    expect_tree(&s, order, 100);
    for (uint32_t leaf = 0; leaf < 100; leaf++)
        cr_assert_leq(depth_of(&s, leaf), 8);
    shape_free(&s);
}
