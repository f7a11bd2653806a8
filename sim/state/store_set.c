/* See store.h: the set of keys, an open-addressing table of 8 bytes a state. */
#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "state/flat.h"
#include "state/store_private.h"

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

void store_root_put(_Atomic uint64_t *roots, size_t size, uint64_t key)
{
    atomic_store_explicit(&roots[root_slot(roots, size, key)], key, memory_order_relaxed);
}

/* How much more a table of `size` bytes may take: as much again, or half of what is left below the limit, or nothing if
 * that is not worth the work. */
static size_t growth(const struct store *s, size_t size)
{
    size_t held = mem_bytes(), left = held < s->bytes_max ? (s->bytes_max - held) / 2 : 0;
    if (!s->bytes_max || left > size)
        return size;
    return left >= size / 16 ? left : 0;
}

bool store_fits(const struct store *s, size_t more)
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
        store_root_put(s->roots, s->roots_size, aside->items[i]);
    aside->count = 0;
}

/* MEM-02: grows the table in place. Entries stand in the order of their hashes but for short runs, and hash_place keeps
 * that order: from the last run to the first, each is taken out and put where it belongs now, which is never below
 * where it began. The first run may hold entries that have come round from the end; it waits until all others are done.
 */
static bool roots_grow(struct store *s)
{
    size_t old = s->roots_size, size = old + growth(s, old * sizeof *s->roots) / sizeof *s->roots, first = 0;
    if (size == old || size >= UINT32_MAX)
        return false;
    vec_u64 begin = {0}, run = {0};
    s->roots = mem_scattered(mem_grow((void *)s->roots, size * sizeof *s->roots));
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

/* What was there instead of the key: 0, or the key itself with its flags. */
static inline uint64_t root_insert(struct store *s, uint64_t key)
{
    size_t i = root_home(s->roots_size, key);
    for (;; i = i + 1 < s->roots_size ? i + 1 : 0) {
        uint64_t found = atomic_load_explicit(&s->roots[i], memory_order_relaxed);
        if (!found && atomic_compare_exchange_strong_explicit(&s->roots[i], &found, key, memory_order_relaxed,
                                                              memory_order_relaxed))
            return 0;
        if (!((found ^ key) & KEY))
            return found;
    }
}

bool store_insert_at(struct store *s, uint64_t key)
{
    return s->sieve ? sieve_insert(s->sieve, key) : !root_insert(s, key);
}

bool store_insert_flagged(struct store *s, uint64_t key, bool *flagged)
{
    uint64_t found = root_insert(s, key);
    *flagged |= found >> 63;
    return !found;
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
    return set + pairs_bytes_used(&s->pairs) + (s->flat ? flat_bytes(s->flat) : 0);
}

size_t store_pairs_bytes(const struct store *s)
{
    return pairs_bytes_used(&s->pairs);
}

size_t store_bytes_allocated(const struct store *s)
{
    return s->roots_size * sizeof *s->roots + (s->sieve ? sieve_bytes(s->sieve) : 0) +
           pairs_bytes_allocated(&s->pairs) + (s->flat ? flat_bytes(s->flat) : 0);
}
