/* See shape.h. */
#include "state/shape.h"

#include <assert.h>

#include "base/vec.h"

/* First leaf of the right part of [first, end), two leaves at least. */
static uint32_t split(const uint64_t *sum, uint32_t first, uint32_t end)
{
    uint64_t whole = sum[end] - sum[first], best_gap = UINT64_MAX;
    uint32_t best = first + 1;
    for (uint32_t i = first + 1; i < end; i++) {
        uint64_t left = sum[i] - sum[first], right = whole - left;
        uint64_t gap = left > right ? left - right : right - left;
        if (gap < best_gap) {
            best_gap = gap;
            best = i;
        }
    }
    return best;
}

static uint32_t build(struct shape *s, const uint64_t *sum, uint32_t first, uint32_t end, uint32_t depth)
{
    if (depth > s->height)
        s->height = depth;
    if (end - first == 1)
        return first;
    uint32_t middle = split(sum, first, end);
    uint32_t left = build(s, sum, first, middle, depth + 1), right = build(s, sum, middle, end, depth + 1);
    uint32_t cell = s->cells++;
    s->left[cell] = left;
    s->right[cell] = right;
    s->parent[left] = s->parent[right] = s->parent[cell] = cell;
    return cell;
}

void shape_init(struct shape *s, const uint32_t *order, const uint32_t *weight, uint32_t leaves)
{
    assert(leaves >= 2);
    s->leaves = s->cells = leaves;
    s->leaf_of_slot = mem_zero(leaves, sizeof(uint32_t));
    s->slot_of_leaf = mem_zero(leaves, sizeof(uint32_t));
    s->left = mem_zero(2 * (size_t)leaves, sizeof(uint32_t));
    s->right = mem_zero(2 * (size_t)leaves, sizeof(uint32_t));
    s->parent = mem_zero(2 * (size_t)leaves, sizeof(uint32_t));
    uint64_t *sum = mem_zero((size_t)leaves + 1, sizeof *sum);
    for (uint32_t i = 0; i < leaves; i++) {
        s->slot_of_leaf[i] = order[i];
        s->leaf_of_slot[order[i]] = i;
        /* Every slot weighs something, so that slots that never change make a balanced subtree too. */
        sum[i + 1] = sum[i] + (uint64_t)weight[order[i]] * 256 + 1;
    }
    s->height = 0;
    build(s, sum, 0, leaves, 0);
    mem_free(sum);
}

void shape_free(struct shape *s)
{
    mem_free(s->leaf_of_slot);
    mem_free(s->slot_of_leaf);
    mem_free(s->left);
    mem_free(s->right);
    mem_free(s->parent);
    *s = (struct shape){0};
}

void shape_save(const struct shape *s, struct blob *out)
{
    blob_put_u64(out, s->height);
    blob_put_array(out, s->slot_of_leaf, s->leaves, sizeof(uint32_t));
    blob_put_array(out, s->left, s->cells, sizeof(uint32_t));
    blob_put_array(out, s->right, s->cells, sizeof(uint32_t));
}

bool shape_restore(struct shape *s, struct blob *in)
{
    size_t leaves, left, right;
    *s = (struct shape){.height = (uint32_t)blob_get_u64(in)};
    s->slot_of_leaf = blob_get_array(in, &leaves, sizeof(uint32_t));
    s->left = blob_get_array(in, &left, sizeof(uint32_t));
    s->right = blob_get_array(in, &right, sizeof(uint32_t));
    if (!blob_is_good(in) || leaves < 2 || left != 2 * leaves - 1 || right != left)
        return false;
    s->leaves = (uint32_t)leaves;
    s->cells = (uint32_t)left;
    s->leaf_of_slot = mem_zero(leaves, sizeof(uint32_t));
    s->parent = mem_zero(2 * leaves, sizeof(uint32_t));
    s->parent[left - 1] = (uint32_t)left - 1;
    for (uint32_t i = 0; i < leaves; i++) {
        if (s->slot_of_leaf[i] >= leaves)
            return false;
        s->leaf_of_slot[s->slot_of_leaf[i]] = i;
    }
    for (uint32_t cell = s->leaves; cell < s->cells; cell++) {
        if (s->left[cell] >= cell || s->right[cell] >= cell)
            return false;
        s->parent[s->left[cell]] = s->parent[s->right[cell]] = cell;
    }
    return true;
}
