/* See store.h: the tree, from vectors to keys and back. The set of keys is in store_set.c. */
#include "state/store.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "state/flat.h"
#include "state/store_private.h"

/* Which of its two ids are leaves says the shape: no marks. */
static uint64_t key_of(uint32_t left, uint32_t right)
{
    uint64_t ids = ((uint64_t)left << 32 | right) & KEY;
    assert((uint32_t)ids < INT32_MAX && ids >> 32 < INT32_MAX);
    return ids + 1;
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
    s->layout = 1;
    return s;
}

void store_flatten(struct store *s)
{
    assert(!s->count && !s->flat);
    s->flat = flat_create();
}

void store_cursor_free(struct store_cursor *c)
{
    mem_free(c->cell);
    VEC_FREE(&c->undo);
    VEC_FREE(&c->plans);
    VEC_FREE(&c->plan_cells);
    VEC_FREE(&c->dirty);
    *c = (struct store_cursor){0};
}

void store_retire(struct store *s, struct store_cursor *c)
{
    s->pairs.unused += c->spare != 0;
    c->spare = 0;
}

void store_destroy(struct store *s)
{
    if (!s)
        return;
    shape_free(&s->shape);
    pairs_free(&s->pairs);
    flat_destroy(s->flat);
    store_cursor_free(&s->own);
    mem_free((void *)s->roots);
    sieve_destroy(s->sieve);
    mem_free(s);
}

void store_make_partial(struct store *s, struct sieve *sieve)
{
    assert(!s->count);
    s->sieve = sieve;
}

const struct sieve *store_sieve(const struct store *s)
{
    return s->sieve;
}

uint32_t store_slots(const struct store *s)
{
    return s->shape.leaves;
}

/* ---- encoding ---- */

static uint64_t cells_key(const struct store *s, const struct store_cursor *c)
{
    uint32_t root = s->shape.cells - 1;
    return key_of(c->cell[s->shape.left[root]], c->cell[s->shape.right[root]]);
}

/* The hash of a partial search: a sum over the slots, so that it does not depend on the layout, and changes with the
 * slots that change (as Zobrist's, 1970). */
static uint64_t slot_hash(uint32_t slot, uint32_t value)
{
    return value ? hash_mix((uint64_t)slot << 32 | value) : 0;
}

static uint64_t cells_hash(const struct store *s, const struct store_cursor *c)
{
    uint64_t hash = 0;
    for (uint32_t i = 0; i < s->shape.leaves; i++)
        hash += slot_hash(s->shape.slot_of_leaf[i], c->cell[i]);
    return hash;
}

/* Fits the cursor to the layout; plans of another layout are forgotten, and so is its spare: in the pairs of the new
 * one that id may be in use. */
static void cursor_fit(const struct store *s, struct store_cursor *c)
{
    if (c->layout == s->layout)
        return;
    c->layout = s->layout;
    c->cells = s->shape.cells;
    c->cell = mem_grow(c->cell, c->cells * sizeof *c->cell);
    c->plans.count = c->plan_cells.count = 0;
    c->spare = 0;
}

void store_load_at(const struct store *s, struct store_cursor *c, uint64_t key, uint32_t *vector)
{
    const struct shape *h = &s->shape;
    uint32_t root = h->cells - 1;
    uint64_t pair = key - 1;
    cursor_fit(s, c);
    if (s->flat) {
        flat_load(s->flat, key, c->cell);
        memcpy(vector, c->cell, h->leaves * sizeof *vector);
        return;
    }
    c->cell[h->left[root]] = (uint32_t)(pair >> 32);
    c->cell[h->right[root]] = (uint32_t)pair;
    for (uint32_t i = root; i-- > h->leaves;) {
        uint64_t children = s->pairs.pair[c->cell[i] & ~PAIR_INNER];
        c->cell[h->left[i]] = (uint32_t)(children >> 32);
        c->cell[h->right[i]] = (uint32_t)children;
    }
    for (uint32_t i = 0; i < h->leaves; i++)
        vector[h->slot_of_leaf[i]] = c->cell[i];
    if (s->sieve)
        c->hash = cells_hash(s, c);
}

void store_load(struct store *s, uint64_t key, uint32_t *vector)
{
    store_load_at(s, &s->own, key, vector);
}

/* Room for some more pairs, whatever the limit says: for single states, whose paths are short. */
static void pairs_ensure(struct store *s, size_t more)
{
    while (!pairs_room(&s->pairs, more))
        pairs_grow(&s->pairs, s->pairs.capacity * 2);
}

uint64_t store_encode(struct store *s, const uint32_t *vector, uint32_t count)
{
    const struct shape *h = &s->shape;
    struct store_cursor *c = &s->own;
    cursor_fit(s, c);
    if (s->flat) {
        for (uint32_t i = 0; i < h->leaves; i++)
            c->cell[i] = i < count ? vector[i] : 0;
        return flat_key(s->flat, c->cell, h->leaves);
    }
    pairs_ensure(s, h->cells);
    for (uint32_t i = 0; i < h->leaves; i++)
        c->cell[i] = h->slot_of_leaf[i] < count ? vector[h->slot_of_leaf[i]] : 0;
    for (uint32_t i = h->leaves; i + 1 < h->cells; i++)
        c->cell[i] = pairs_put(&s->pairs, &c->spare, c->cell[h->left[i]], c->cell[h->right[i]]);
    if (s->sieve)
        c->next_hash = c->hash = cells_hash(s, c);
    return cells_key(s, c);
}

/* Takes the smallest dirty cell, all its copies removed. */
static uint32_t dirty_take(vec_u32 *dirty)
{
    uint32_t least = dirty->items[0];
    for (size_t i = 1; i < dirty->count; i++)
        if (dirty->items[i] < least)
            least = dirty->items[i];
    size_t kept = 0;
    for (size_t i = 0; i < dirty->count; i++)
        if (dirty->items[i] != least)
            dirty->items[kept++] = dirty->items[i];
    dirty->count = kept;
    return least;
}

/* The inner cells above the written leaves but for the root. Children have smaller numbers than parents: taking the
 * smallest first puts them in the order in which they can be mended. */
static struct store_plan plan_make(const struct store *s, struct store_cursor *c, const struct store_write *writes,
                                   uint32_t count)
{
    const struct shape *h = &s->shape;
    struct store_plan plan = {.first = (uint32_t)c->plan_cells.count};
    uint32_t root = h->cells - 1;
    c->dirty.count = 0;
    for (uint32_t w = 0; w < count; w++) {
        assert(writes[w].slot < h->leaves);
        VEC_PUSH(&c->dirty, h->parent[h->leaf_of_slot[writes[w].slot]]);
    }
    while (c->dirty.count) {
        uint32_t cell = dirty_take(&c->dirty);
        if (cell == root)
            continue;
        VEC_PUSH(&c->plan_cells, cell);
        VEC_PUSH(&c->dirty, h->parent[cell]);
    }
    plan.count = (uint32_t)c->plan_cells.count - plan.first;
    return plan;
}

static struct store_plan plan_of(const struct store *s, struct store_cursor *c, uint32_t number,
                                 const struct store_write *writes, uint32_t count)
{
    while (c->plans.count <= number)
        VEC_PUSH(&c->plans, ((struct store_plan){.count = UINT32_MAX}));
    if (c->plans.items[number].count == UINT32_MAX)
        c->plans.items[number] = plan_make(s, c, writes, count);
    return c->plans.items[number];
}

/* The current state of a flat store is its vector. */
static uint64_t flat_successor(struct store *s, struct store_cursor *c, const struct store_write *writes,
                               uint32_t count)
{
    VEC_RESERVE(&c->undo, count);
    for (uint32_t w = 0; w < count; w++) {
        c->undo.items[w] = (struct store_change){writes[w].slot, c->cell[writes[w].slot]};
        c->cell[writes[w].slot] = writes[w].value;
    }
    uint64_t key = flat_key(s->flat, c->cell, s->shape.leaves);
    for (uint32_t w = count; w--;)
        c->cell[c->undo.items[w].cell] = c->undo.items[w].old;
    return key;
}

static uint64_t successor(struct store *s, struct store_cursor *c, struct store_plan plan,
                          const struct store_write *writes, uint32_t count)
{
    const struct shape *h = &s->shape;
    uint32_t *cell = c->cell;
    VEC_RESERVE(&c->undo, count + plan.count);
    struct store_change *undo = c->undo.items;
    uint32_t changes = 0;
    for (uint32_t w = 0; w < count; w++) {
        uint32_t leaf = h->leaf_of_slot[writes[w].slot];
        undo[changes++] = (struct store_change){leaf, cell[leaf]};
        cell[leaf] = writes[w].value;
    }
    for (uint32_t i = 0; i < plan.count; i++) {
        uint32_t inner = c->plan_cells.items[plan.first + i];
        undo[changes++] = (struct store_change){inner, cell[inner]};
        cell[inner] = pairs_put(&s->pairs, &c->spare, cell[h->left[inner]], cell[h->right[inner]]);
    }
    uint64_t key = cells_key(s, c);
    if (s->sieve) {
        c->next_hash = c->hash;
        for (uint32_t w = 0; w < count; w++)
            c->next_hash += slot_hash(writes[w].slot, writes[w].value) - slot_hash(writes[w].slot, undo[w].old);
    }
    while (changes--)
        cell[undo[changes].cell] = undo[changes].old;
    return key;
}

uint64_t store_successor_at(struct store *s, struct store_cursor *c, uint32_t number, const struct store_write *writes,
                            uint32_t count)
{
    return s->flat ? flat_successor(s, c, writes, count)
                   : successor(s, c, plan_of(s, c, number, writes, count), writes, count);
}

uint64_t store_successor(struct store *s, const struct store_write *writes, uint32_t count)
{
    struct store_cursor *c = &s->own;
    if (s->flat)
        return flat_successor(s, c, writes, count);
    pairs_ensure(s, s->shape.cells);
    size_t kept = c->plan_cells.count;
    uint64_t key = successor(s, c, plan_make(s, c, writes, count), writes, count);
    c->plan_cells.count = kept;
    return key;
}

/* ---- layout ---- */

bool store_layout(struct store *s, const uint32_t *order, const uint32_t *weight, uint32_t count,
                  const struct store_keys *lists, size_t list_count)
{
    assert(count >= 2 && count >= s->shape.leaves);
    if (!s->sieve && !store_fits(s, s->roots_size * sizeof *s->roots + pairs_bytes_allocated(&s->pairs)))
        return false;
    struct store fresh = {
        .bytes_max = s->bytes_max, .roots_size = s->roots_size, .layout = s->layout + 1, .tight = s->tight};
    atomic_store(&fresh.count, s->count);
    pairs_init(&fresh.pairs);
    fresh.flat = s->flat ? flat_create() : NULL;
    shape_init(&fresh.shape, order, weight, count);
    fresh.roots = mem_scattered(mem_zero(fresh.roots_size, sizeof *fresh.roots));
    uint32_t *vector = mem_zero(count, sizeof *vector), old_count = s->shape.leaves;
    for (size_t i = 0; i < s->roots_size; i++)
        if (s->roots[i]) {
            store_load(s, s->roots[i] & KEY, vector);
            uint64_t key = store_encode(&fresh, vector, old_count);
            store_root_put(fresh.roots, fresh.roots_size, key | (s->roots[i] & FLAG));
        }
    for (size_t l = 0; l < list_count; l++)
        for (size_t i = 0; i < lists[l].count; i++) {
            store_load(s, lists[l].keys[i], vector);
            lists[l].keys[i] = store_encode(&fresh, vector, old_count);
        }
    mem_free(vector);
    shape_free(&s->shape);
    pairs_free(&s->pairs);
    flat_destroy(s->flat);
    store_cursor_free(&s->own);
    mem_free((void *)s->roots);
    fresh.sieve = s->sieve;
    *s = fresh;
    return true;
}
