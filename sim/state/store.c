/* See store.h. The root set is an open-addressing table of 64-bit keys, 8 bytes a state. */
#include "state/store.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "state/store_private.h"

enum { ROOTS_MIN = 1 << 12 };

/* Ids stay below 2^31, so that the highest bit of each half of a key is never used: in the table these are the state's
 * flags. */
#define FLAG (UINT64_C(1) << 63)
#define NOTE (UINT64_C(1) << 31)
#define KEY (~(FLAG | NOTE))

static uint64_t key_of(uint32_t left, uint32_t right)
{
    assert(left < INT32_MAX && right < INT32_MAX);
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

void store_drop_set(struct store *s)
{
    mem_free((void *)s->roots);
    s->roots_size = ROOTS_MIN;
    s->roots = mem_zero(s->roots_size, sizeof *s->roots);
    sieve_destroy(s->sieve);
    s->sieve = NULL;
    s->count = 0;
    store_lift_limit(s);
}

void store_lift_limit(struct store *s)
{
    s->bytes_max = 0;
    s->tight = false;
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

/* The hash of a partial search: a sum over the slots, so that it does not depend on the layout, and changes with the slots
 * that change (as Zobrist's, 1970). */
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

/* Fits the cursor to the layout; plans of another layout are forgotten. */
static void cursor_fit(const struct store *s, struct store_cursor *c)
{
    if (c->layout == s->layout)
        return;
    c->layout = s->layout;
    c->cells = s->shape.cells;
    c->cell = mem_grow(c->cell, c->cells * sizeof *c->cell);
    c->plans.count = c->plan_cells.count = 0;
}

void store_load_at(const struct store *s, struct store_cursor *c, uint64_t key, uint32_t *vector)
{
    const struct shape *h = &s->shape;
    uint32_t root = h->cells - 1;
    uint64_t pair = key - 1;
    cursor_fit(s, c);
    c->cell[h->left[root]] = (uint32_t)(pair >> 32);
    c->cell[h->right[root]] = (uint32_t)pair;
    for (uint32_t i = root; i-- > h->leaves;) {
        uint64_t children = s->pairs.pair[c->cell[i]];
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
    return successor(s, c, plan_of(s, c, number, writes, count), writes, count);
}

uint64_t store_successor(struct store *s, const struct store_write *writes, uint32_t count)
{
    struct store_cursor *c = &s->own;
    pairs_ensure(s, s->shape.cells);
    size_t kept = c->plan_cells.count;
    uint64_t key = successor(s, c, plan_make(s, c, writes, count), writes, count);
    c->plan_cells.count = kept;
    return key;
}

/* ---- the set of roots ---- */

static size_t root_home(size_t size, uint64_t key)
{
    return hash_place(hash_mix(key & KEY), size);
}

static size_t root_slot(const _Atomic uint64_t *roots, size_t size, uint64_t key)
{
    size_t i = root_home(size, key);
    for (uint64_t found; (found = atomic_load_explicit(&roots[i], memory_order_relaxed)) && (found ^ key) & KEY;)
        i = i + 1 < size ? i + 1 : 0;
    return i;
}

static void root_put(_Atomic uint64_t *roots, size_t size, uint64_t key)
{
    atomic_store_explicit(&roots[root_slot(roots, size, key)], key, memory_order_relaxed);
}

/* How much more a table of `size` bytes may take: as much again, or half of what is left below the limit, or nothing if that
 * is not worth the work. */
static size_t growth(const struct store *s, size_t size)
{
    size_t held = mem_bytes(), left = held < s->bytes_max ? (s->bytes_max - held) / 2 : 0;
    if (!s->bytes_max || left > size)
        return size;
    return left >= size / 16 ? left : 0;
}

static bool fits(const struct store *s, size_t more)
{
    return !s->bytes_max || mem_bytes() + more <= s->bytes_max;
}

/* Takes the entries roots[first..end) out of the table and puts them aside. */
static void take_out(struct store *s, size_t first, size_t end, vec_u64 *aside)
{
    for (size_t i = first; i < end; i++) {
        VEC_PUSH(aside, s->roots[i]);
        atomic_store_explicit(&s->roots[i], 0, memory_order_relaxed);
    }
}

static void put_back(struct store *s, vec_u64 *aside)
{
    for (size_t i = 0; i < aside->count; i++)
        root_put(s->roots, s->roots_size, aside->items[i]);
    aside->count = 0;
}

/* MEM-02: grows the table in place. Entries stand in the order of their hashes but for short runs, and hash_place keeps that order:
 * from the last run to the first, each is taken out and put where it belongs now, which is never below where it began. The
 * first run may hold entries that have come round from the end; it waits until all others are done. */
static bool roots_grow(struct store *s)
{
    size_t old = s->roots_size, size = old + growth(s, old * sizeof *s->roots) / sizeof *s->roots, first = 0;
    if (size == old || size >= UINT32_MAX)
        return false;
    vec_u64 begin = {0}, run = {0};
    s->roots = mem_grow((void *)s->roots, size * sizeof *s->roots);
    memset((void *)(s->roots + old), 0, (size - old) * sizeof *s->roots);
    s->roots_size = size;
    while (first < old && s->roots[first])
        first++;
    take_out(s, 0, first, &begin);
    for (size_t end = old; end > first;) {
        size_t start = end;
        while (start > first && s->roots[start - 1])
            start--;
        take_out(s, start, end, &run);
        put_back(s, &run);
        end = start > first ? start - 1 : first;
    }
    put_back(s, &begin);
    VEC_FREE(&begin);
    VEC_FREE(&run);
    return true;
}

void store_prefetch(const struct store *s, uint64_t mark)
{
    if (s->sieve)
        sieve_prefetch(s->sieve, mark);
    else
        __builtin_prefetch((const void *)&s->roots[root_home(s->roots_size, mark)], 1);
}

bool store_insert_at(struct store *s, uint64_t key)
{
    if (s->sieve)
        return sieve_insert(s->sieve, key);
    size_t i = root_home(s->roots_size, key);
    for (;; i = i + 1 < s->roots_size ? i + 1 : 0) {
        uint64_t found = atomic_load_explicit(&s->roots[i], memory_order_relaxed);
        if (!found && atomic_compare_exchange_strong_explicit(&s->roots[i], &found, key, memory_order_relaxed,
                                                              memory_order_relaxed))
            return true;
        if (!((found ^ key) & KEY))
            return false;
    }
}

bool store_insert_flagged(struct store *s, uint64_t key, bool *flagged)
{
    size_t i = root_home(s->roots_size, key);
    for (;; i = i + 1 < s->roots_size ? i + 1 : 0) {
        uint64_t found = atomic_load_explicit(&s->roots[i], memory_order_relaxed);
        if (!found && atomic_compare_exchange_strong_explicit(&s->roots[i], &found, key, memory_order_relaxed,
                                                              memory_order_relaxed))
            return true;
        if (!((found ^ key) & KEY)) {
            *flagged |= found >> 63;
            return false;
        }
    }
}

void store_raise_flag(struct store *s, uint64_t key)
{
    size_t i = root_slot(s->roots, s->roots_size, key);
    atomic_fetch_or_explicit(&s->roots[i], FLAG, memory_order_relaxed);
}

void store_raise_flag_at(struct store *s, size_t place)
{
    atomic_fetch_or_explicit(&s->roots[place], FLAG, memory_order_relaxed);
}

bool store_has_flag_at(const struct store *s, size_t place)
{
    return atomic_load_explicit(&s->roots[place], memory_order_relaxed) >> 63;
}

bool store_note_at(struct store *s, size_t place)
{
    return !(atomic_fetch_or_explicit(&s->roots[place], NOTE, memory_order_relaxed) & NOTE);
}

bool store_has_flag(const struct store *s, uint64_t key)
{
    return s->roots[root_slot(s->roots, s->roots_size, key)] >> 63;
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
    if (s->sieve)
        return sieve_room(s->sieve, count);
    return s->tight ? count * 16 <= s->roots_size * 15 : count * 4 <= s->roots_size * 3;
}

bool store_room(const struct store *s, size_t states, size_t writes)
{
    return roots_room(s, states) && pairs_room(&s->pairs, writes * s->shape.height);
}

bool store_grow(struct store *s, size_t states, size_t writes)
{
    while (!roots_room(s, states)) {
        if (s->tight || s->sieve)
            return false;
        s->tight = !roots_grow(s);
    }
    while (!pairs_room(&s->pairs, writes * s->shape.height)) {
        size_t more = growth(s, s->pairs.capacity * PAIRS_BYTES) / PAIRS_BYTES;
        if (!more)
            return false;
        pairs_grow(&s->pairs, s->pairs.capacity + more);
    }
    return true;
}

enum store_result store_insert(struct store *s, uint64_t key)
{
    if (store_contains(s, key))
        return STORE_OLD;
    if (!store_grow(s, 1, 0))
        return STORE_FULL;
    store_insert_at(s, key);
    store_added(s, 1);
    return STORE_NEW;
}

void store_insert_encoded(struct store *s, uint64_t key)
{
    if (store_insert_at(s, store_mark(s, &s->own, key)))
        store_added(s, 1);
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
    return s->roots[place] & KEY;
}
uint64_t store_count(const struct store *s)
{
    return s->count;
}

size_t store_bytes_used(const struct store *s)
{
    size_t set = s->sieve ? sieve_bytes_used(s->sieve, s->count) : s->count * sizeof *s->roots;
    return set + pairs_bytes_used(&s->pairs);
}

size_t store_pairs_bytes(const struct store *s)
{
    return pairs_bytes_used(&s->pairs);
}

size_t store_bytes_allocated(const struct store *s)
{
    return s->roots_size * sizeof *s->roots + (s->sieve ? sieve_bytes(s->sieve) : 0) + pairs_bytes_allocated(&s->pairs);
}

/* ---- layout ---- */

bool store_layout(struct store *s, const uint32_t *order, const uint32_t *weight, uint32_t count,
                  const struct store_keys *lists, size_t list_count)
{
    assert(count >= 2 && count >= s->shape.leaves);
    if (!s->sieve && !fits(s, s->roots_size * sizeof *s->roots + pairs_bytes_allocated(&s->pairs)))
        return false;
    struct store fresh = {.bytes_max = s->bytes_max, .roots_size = s->roots_size, .layout = s->layout + 1, .tight = s->tight};
    atomic_store(&fresh.count, s->count);
    pairs_init(&fresh.pairs);
    shape_init(&fresh.shape, order, weight, count);
    fresh.roots = mem_zero(fresh.roots_size, sizeof *fresh.roots);
    uint32_t *vector = mem_zero(count, sizeof *vector), old_count = s->shape.leaves;
    for (size_t i = 0; i < s->roots_size; i++)
        if (s->roots[i]) {
            store_load(s, s->roots[i] & KEY, vector);
            uint64_t key = store_encode(&fresh, vector, old_count);
            root_put(fresh.roots, fresh.roots_size, key | (s->roots[i] & FLAG));
        }
    for (size_t l = 0; l < list_count; l++)
        for (size_t i = 0; i < lists[l].count; i++) {
            store_load(s, lists[l].keys[i], vector);
            lists[l].keys[i] = store_encode(&fresh, vector, old_count);
        }
    mem_free(vector);
    shape_free(&s->shape);
    pairs_free(&s->pairs);
    store_cursor_free(&s->own);
    mem_free((void *)s->roots);
    fresh.sieve = s->sieve;
    *s = fresh;
    return true;
}
