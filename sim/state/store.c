/* See store.h. The root set is an open-addressing table of 64-bit keys, 8 bytes a state. */
#include "state/store.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "state/pairs.h"
#include "state/shape.h"

enum { ROOTS_MIN = 1 << 12 };

struct cell_change {
    uint32_t cell, old;
};

struct store {
    struct shape shape;
    struct pairs pairs;
    uint32_t *cell; /* [shape.cells] ids of the current state's cells; the root cell's is unused */
    VEC_OF(struct cell_change) undo;
    vec_u32 dirty;   /* inner cells whose children changed */
    uint64_t *roots; /* keys, 0 = free */
    size_t roots_size, count, bytes_max;
};

static uint64_t key_of(uint32_t left, uint32_t right)
{
    return ((uint64_t)left << 32 | right) + 1;
}

struct store *store_create(size_t bytes_max)
{
    struct store *s = mem_zero(1, sizeof *s);
    pairs_init(&s->pairs);
    s->roots_size = ROOTS_MIN;
    s->roots = mem_zero(s->roots_size, sizeof *s->roots);
    s->bytes_max = bytes_max;
    uint32_t order[2] = {0, 1}, weight[2] = {1, 1};
    shape_init(&s->shape, order, weight, 2);
    s->cell = mem_zero(s->shape.cells, sizeof *s->cell);
    return s;
}

void store_destroy(struct store *s)
{
    if (!s)
        return;
    shape_free(&s->shape);
    pairs_free(&s->pairs);
    mem_free(s->cell);
    VEC_FREE(&s->undo);
    VEC_FREE(&s->dirty);
    mem_free(s->roots);
    mem_free(s);
}

uint32_t store_slots(const struct store *s)
{
    return s->shape.leaves;
}

/* ---- encoding ---- */

static uint64_t cells_key(const struct store *s)
{
    uint32_t root = s->shape.cells - 1;
    return key_of(s->cell[s->shape.left[root]], s->cell[s->shape.right[root]]);
}

void store_load(struct store *s, uint64_t key, uint32_t *vector)
{
    const struct shape *h = &s->shape;
    uint32_t root = h->cells - 1;
    uint64_t pair = key - 1;
    s->cell[h->left[root]] = (uint32_t)(pair >> 32);
    s->cell[h->right[root]] = (uint32_t)pair;
    for (uint32_t c = root; c-- > h->leaves;) {
        s->cell[h->left[c]] = pairs_left(&s->pairs, s->cell[c]);
        s->cell[h->right[c]] = pairs_right(&s->pairs, s->cell[c]);
    }
    for (uint32_t i = 0; i < h->leaves; i++)
        vector[h->slot_of_leaf[i]] = s->cell[i];
}

uint64_t store_encode(struct store *s, const uint32_t *vector, uint32_t count)
{
    const struct shape *h = &s->shape;
    for (uint32_t i = 0; i < h->leaves; i++)
        s->cell[i] = h->slot_of_leaf[i] < count ? vector[h->slot_of_leaf[i]] : 0;
    for (uint32_t c = h->leaves; c + 1 < h->cells; c++)
        s->cell[c] = pairs_put(&s->pairs, s->cell[h->left[c]], s->cell[h->right[c]]);
    return cells_key(s);
}

static void cell_set(struct store *s, uint32_t cell, uint32_t value)
{
    VEC_PUSH(&s->undo, ((struct cell_change){.cell = cell, .old = s->cell[cell]}));
    s->cell[cell] = value;
}

/* Takes the smallest dirty cell, all its copies removed. */
static uint32_t dirty_take(struct store *s)
{
    uint32_t least = s->dirty.items[0];
    for (size_t i = 1; i < s->dirty.count; i++)
        if (s->dirty.items[i] < least)
            least = s->dirty.items[i];
    size_t kept = 0;
    for (size_t i = 0; i < s->dirty.count; i++)
        if (s->dirty.items[i] != least)
            s->dirty.items[kept++] = s->dirty.items[i];
    s->dirty.count = kept;
    return least;
}

uint64_t store_successor(struct store *s, const struct store_write *writes, uint32_t count)
{
    const struct shape *h = &s->shape;
    uint32_t root = h->cells - 1;
    s->undo.count = s->dirty.count = 0;
    for (uint32_t w = 0; w < count; w++) {
        assert(writes[w].slot < h->leaves);
        uint32_t leaf = h->leaf_of_slot[writes[w].slot];
        if (s->cell[leaf] == writes[w].value)
            continue;
        cell_set(s, leaf, writes[w].value);
        VEC_PUSH(&s->dirty, h->parent[leaf]);
    }
    /* Children have smaller numbers than parents: mending the smallest dirty cell first mends each cell once. */
    while (s->dirty.count) {
        uint32_t c = dirty_take(s);
        if (c == root)
            break;
        uint32_t id = pairs_put(&s->pairs, s->cell[h->left[c]], s->cell[h->right[c]]);
        if (id != s->cell[c]) {
            cell_set(s, c, id);
            VEC_PUSH(&s->dirty, h->parent[c]);
        }
    }
    uint64_t key = cells_key(s);
    for (size_t i = s->undo.count; i-- > 0;)
        s->cell[s->undo.items[i].cell] = s->undo.items[i].old;
    return key;
}

/* ---- the set of roots ---- */

static size_t root_slot(const uint64_t *roots, size_t size, uint64_t key)
{
    size_t i = hash_mix(key) & (size - 1);
    while (roots[i] && roots[i] != key)
        i = (i + 1) & (size - 1);
    return i;
}

static bool fits(const struct store *s, size_t more)
{
    return !s->bytes_max || store_bytes_allocated(s) + more <= s->bytes_max;
}

static bool roots_grow(struct store *s)
{
    size_t size = s->roots_size * 2;
    if (!fits(s, size * sizeof *s->roots))
        return false;
    uint64_t *roots = mem_zero(size, sizeof *roots);
    for (size_t i = 0; i < s->roots_size; i++)
        if (s->roots[i])
            roots[root_slot(roots, size, s->roots[i])] = s->roots[i];
    mem_free(s->roots);
    s->roots = roots;
    s->roots_size = size;
    return true;
}

void store_prefetch(const struct store *s, uint64_t key)
{
    __builtin_prefetch(&s->roots[hash_mix(key) & (s->roots_size - 1)], 1);
}

enum store_result store_insert(struct store *s, uint64_t key)
{
    size_t i = root_slot(s->roots, s->roots_size, key);
    if (s->roots[i])
        return STORE_OLD;
    if ((s->count + 1) * 4 > s->roots_size * 3) {
        if (!fits(s, 0) || (!roots_grow(s) && (s->count + 1) * 16 > s->roots_size * 15))
            return STORE_FULL;
        i = root_slot(s->roots, s->roots_size, key);
    }
    s->roots[i] = key;
    s->count++;
    return STORE_NEW;
}

size_t store_place(const struct store *s, uint64_t key)
{
    size_t i = root_slot(s->roots, s->roots_size, key);
    return s->roots[i] ? i : SIZE_MAX;
}

bool store_contains(const struct store *s, uint64_t key)
{
    return store_place(s, key) != SIZE_MAX;
}
size_t store_places(const struct store *s)
{
    return s->roots_size;
}
uint64_t store_key_at(const struct store *s, size_t place)
{
    return s->roots[place];
}
uint64_t store_count(const struct store *s)
{
    return s->count;
}

size_t store_bytes_used(const struct store *s)
{
    return s->count * sizeof *s->roots + pairs_bytes_used(&s->pairs);
}

size_t store_bytes_allocated(const struct store *s)
{
    return s->roots_size * sizeof *s->roots + pairs_bytes_allocated(&s->pairs);
}

/* ---- layout ---- */

bool store_layout(struct store *s, const uint32_t *order, const uint32_t *weight, uint32_t count,
                  const struct store_keys *lists, size_t list_count)
{
    assert(count >= 2 && count >= s->shape.leaves);
    if (!fits(s, s->roots_size * sizeof *s->roots + pairs_bytes_allocated(&s->pairs)))
        return false;
    struct store fresh = {.bytes_max = s->bytes_max, .roots_size = s->roots_size, .count = s->count};
    pairs_init(&fresh.pairs);
    shape_init(&fresh.shape, order, weight, count);
    fresh.cell = mem_zero(fresh.shape.cells, sizeof *fresh.cell);
    fresh.roots = mem_zero(fresh.roots_size, sizeof *fresh.roots);
    uint32_t *vector = mem_zero(count, sizeof *vector), old_count = s->shape.leaves;
    for (size_t i = 0; i < s->roots_size; i++)
        if (s->roots[i]) {
            store_load(s, s->roots[i], vector);
            uint64_t key = store_encode(&fresh, vector, old_count);
            fresh.roots[root_slot(fresh.roots, fresh.roots_size, key)] = key;
        }
    for (size_t l = 0; l < list_count; l++)
        for (size_t i = 0; i < lists[l].count; i++) {
            store_load(s, lists[l].keys[i], vector);
            lists[l].keys[i] = store_encode(&fresh, vector, old_count);
        }
    mem_free(vector);
    VEC_FREE(&s->undo);
    VEC_FREE(&s->dirty);
    shape_free(&s->shape);
    pairs_free(&s->pairs);
    mem_free(s->cell);
    mem_free(s->roots);
    *s = fresh;
    return true;
}
