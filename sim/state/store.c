/* See store.h. The root set is an open-addressing table of 64-bit keys, 8 bytes a state. */
#include "state/store.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "state/flat.h"
#include "state/pairs.h"
#include "state/shape.h"

enum { ROOTS_MIN = 1 << 12 };

struct store {
    struct shape shape;
    struct pairs pairs;
    struct flat *flat; /* NULL: trees */
    struct store_cursor own;
    _Atomic uint64_t *roots; /* keys, 0 = free */
    size_t roots_size;
    _Atomic size_t count;
    size_t bytes_max;
    uint64_t layout; /* counts the layouts */
    bool tight;      /* the roots cannot grow any more */
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
    mem_free(s->roots);
    mem_free(s);
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
        uint64_t children = s->pairs.pair[c->cell[i]];
        c->cell[h->left[i]] = (uint32_t)(children >> 32);
        c->cell[h->right[i]] = (uint32_t)children;
    }
    for (uint32_t i = 0; i < h->leaves; i++)
        vector[h->slot_of_leaf[i]] = c->cell[i];
}

void store_load(struct store *s, uint64_t key, uint32_t *vector)
{
    store_load_at(s, &s->own, key, vector);
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
    while (!pairs_room(&s->pairs, h->cells))
        pairs_grow(&s->pairs);
    for (uint32_t i = 0; i < h->leaves; i++)
        c->cell[i] = h->slot_of_leaf[i] < count ? vector[h->slot_of_leaf[i]] : 0;
    for (uint32_t i = h->leaves; i + 1 < h->cells; i++)
        c->cell[i] = pairs_put(&s->pairs, &c->spare, c->cell[h->left[i]], c->cell[h->right[i]]);
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
    while (!pairs_room(&s->pairs, s->shape.cells))
        pairs_grow(&s->pairs);
    size_t kept = c->plan_cells.count;
    uint64_t key = successor(s, c, plan_make(s, c, writes, count), writes, count);
    c->plan_cells.count = kept;
    return key;
}

/* ---- the set of roots ---- */

static size_t root_slot(const _Atomic uint64_t *roots, size_t size, uint64_t key)
{
    size_t i = hash_mix(key) & (size - 1);
    for (uint64_t found; (found = atomic_load_explicit(&roots[i], memory_order_relaxed)) && found != key;)
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
    _Atomic uint64_t *roots = mem_zero(size, sizeof *roots);
    for (size_t i = 0; i < s->roots_size; i++)
        if (s->roots[i])
            atomic_store_explicit(&roots[root_slot(roots, size, s->roots[i])], s->roots[i], memory_order_relaxed);
    mem_free(s->roots);
    s->roots = roots;
    s->roots_size = size;
    return true;
}

void store_prefetch(const struct store *s, uint64_t key)
{
    __builtin_prefetch((const void *)&s->roots[hash_mix(key) & (s->roots_size - 1)], 1);
}

bool store_insert_at(struct store *s, uint64_t key)
{
    size_t i = hash_mix(key) & (s->roots_size - 1);
    for (;; i = (i + 1) & (s->roots_size - 1)) {
        uint64_t found = atomic_load_explicit(&s->roots[i], memory_order_relaxed);
        if (!found && atomic_compare_exchange_strong_explicit(&s->roots[i], &found, key, memory_order_relaxed,
                                                              memory_order_relaxed))
            return true;
        if (found == key)
            return false;
    }
}

void store_added(struct store *s, size_t states)
{
    if (states)
        atomic_fetch_add_explicit(&s->count, states, memory_order_relaxed);
}

/* Above three quarters the table grows; where bytes_max forbids that, it is filled up to fifteen sixteenths. */
static bool roots_room(const struct store *s, size_t states)
{
    size_t count = atomic_load_explicit(&s->count, memory_order_relaxed) + states;
    return s->tight ? count * 16 <= s->roots_size * 15 : count * 4 <= s->roots_size * 3;
}

bool store_room(const struct store *s, size_t states, size_t writes)
{
    return roots_room(s, states) && pairs_room(&s->pairs, writes * s->shape.height);
}

bool store_grow(struct store *s, size_t states, size_t writes)
{
    while (!roots_room(s, states)) {
        if (s->tight)
            return false;
        s->tight = !roots_grow(s);
    }
    while (!pairs_room(&s->pairs, writes * s->shape.height)) {
        if (!fits(s, pairs_grow_bytes(&s->pairs)))
            return false;
        pairs_grow(&s->pairs);
    }
    return true;
}

enum store_result store_insert(struct store *s, uint64_t key)
{
    if (store_contains(s, key))
        return STORE_OLD;
    if (!fits(s, 0) || !store_grow(s, 1, 0))
        return STORE_FULL;
    store_insert_at(s, key);
    store_added(s, 1);
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
    return s->count * sizeof *s->roots + pairs_bytes_used(&s->pairs) + (s->flat ? flat_bytes(s->flat) : 0);
}

size_t store_bytes_allocated(const struct store *s)
{
    return s->roots_size * sizeof *s->roots + pairs_bytes_allocated(&s->pairs) + (s->flat ? flat_bytes(s->flat) : 0);
}

/* ---- layout ---- */

bool store_layout(struct store *s, const uint32_t *order, const uint32_t *weight, uint32_t count,
                  const struct store_keys *lists, size_t list_count)
{
    assert(count >= 2 && count >= s->shape.leaves);
    if (!fits(s, s->roots_size * sizeof *s->roots + pairs_bytes_allocated(&s->pairs)))
        return false;
    struct store fresh = {.bytes_max = s->bytes_max, .roots_size = s->roots_size, .layout = s->layout + 1, .tight = s->tight};
    atomic_store(&fresh.count, s->count);
    pairs_init(&fresh.pairs);
    fresh.flat = s->flat ? flat_create() : NULL;
    shape_init(&fresh.shape, order, weight, count);
    fresh.roots = mem_zero(fresh.roots_size, sizeof *fresh.roots);
    uint32_t *vector = mem_zero(count, sizeof *vector), old_count = s->shape.leaves;
    for (size_t i = 0; i < s->roots_size; i++)
        if (s->roots[i]) {
            store_load(s, s->roots[i], vector);
            uint64_t key = store_encode(&fresh, vector, old_count);
            atomic_store(&fresh.roots[root_slot(fresh.roots, fresh.roots_size, key)], key);
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
    mem_free(s->roots);
    *s = fresh;
    return true;
}
