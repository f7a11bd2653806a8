/* The set of visited states, tree-compressed.
 *
 * A state vector is the frontier of a binary tree; each inner node is a pair of ids that is stored once and named by an
 * id of its own; a whole state is the pair at the root, its *key*. States that differ in a few slots share all nodes
 * but those on the paths to these slots (Laarman, van de Pol, Weber: Parallel recursive state compression for free,
 * SPIN 2011). Where we deviate: inner pairs of all tree nodes share one table; keys are handed out by value, so that
 * nothing refers to a place in the table and it may grow at any time; the tree is balanced by how often slots change,
 * not by their number, and its order is set by the caller (store_layout).
 *
 * Invariants: (S1) equal vectors have equal keys as long as the layout stays; (S2) key 0 is never handed out;
 * (S3) a new layout keeps the set, but changes the keys: the caller passes the keys that it holds for translation.
 */
#ifndef STATE_STORE_H
#define STATE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/blob.h"
#include "base/vec.h"
#include "state/sieve.h"

struct store;

/* The tables do not grow where that would bring mem_bytes() above bytes_max (0: no limit). */
struct store *store_create(size_t bytes_max);
/* Keeps the vectors of a set that is still empty whole instead of as trees (state/flat.h): for the tests. */
void store_flatten(struct store *s);
void store_destroy(struct store *s);

/* Makes a store that holds nothing partial: from now on it keeps only what `sieve` does (taken). */
void store_make_partial(struct store *s, struct sieve *sieve);
/* NULL if the store is exact. */
const struct sieve *store_sieve(const struct store *s);
/* Drops the set, and the limit of its memory; what keys mean stays. For a search that is over. */
void store_drop_set(struct store *s);
void store_lift_limit(struct store *s);

/* Which slots stand next to each other in the tree. order[0..count): a permutation of the slots 0..count-1;
 * weight[slot]: how much a slot changes, to balance the tree. Re-encodes all states; keys[0..key_count) in each of the
 * lists is translated in place. False if memory was not enough: the store is then unchanged. */
struct store_keys {
    uint64_t *keys;
    size_t count;
};
bool store_layout(struct store *s, const uint32_t *order, const uint32_t *weight, uint32_t count,
                  const struct store_keys *lists, size_t list_count);
/* Slots that the layout has room for. */
uint32_t store_slots(const struct store *s);

struct store_write {
    uint32_t slot, value;
};

/* Where a thread stands in the store: a current state with the ids of all cells of its tree. Made empty ({0}), freed
 * with store_cursor_free. After a growth or a new layout the current state must be loaded again. */
struct store_cursor {
    uint32_t *cell; /* [cells] */
    uint32_t cells;
    uint32_t spare; /* of the pairs */
    VEC_OF(struct store_change) undo;
    VEC_OF(struct store_plan) plans; /* by the number of a write set */
    vec_u32 plan_cells;
    vec_u32 dirty;
    uint64_t layout;          /* the plans are of this layout */
    uint64_t hash, next_hash; /* partial: of the current state, and of the successor made last */
};

struct store_change {
    uint32_t cell, old;
};

struct store_plan {
    uint32_t first, count; /* inner cells to mend, children first: range of plan_cells; count UINT32_MAX: none made */
};

void store_cursor_free(struct store_cursor *c);
/* The cursor's thread has done with the store: what it kept unused is no longer counted. */
void store_retire(struct store *s, struct store_cursor *c);

/* Loads a state as the current one: decodes key into vector[0..store_slots). */
void store_load_at(const struct store *s, struct store_cursor *c, uint64_t key, uint32_t *vector);
/* The key of the current state with some slots changed (slots below store_slots). The current state stays. Writes with
 * the same number write the same slots, in the same order. store_room must have held for them. */
uint64_t store_successor_at(struct store *s, struct store_cursor *c, uint32_t number, const struct store_write *writes,
                            uint32_t count);

/* The same for a single thread, with a cursor of the store's own; these grow the tables as needed. */
void store_load(struct store *s, uint64_t key, uint32_t *vector);
uint64_t store_successor(struct store *s, const struct store_write *writes, uint32_t count);
/* Loads a vector as the current state, and returns its key. */
uint64_t store_encode(struct store *s, const uint32_t *vector, uint32_t count);

/* Whether so many states with one path of changed cells for each of `writes` writes surely fit without growing; several
 * threads may then load and insert at once. */
bool store_room(const struct store *s, size_t states, size_t writes);
/* Makes the tables larger, for at least so much; one thread only, while no other uses the store. False if bytes_max is
 * in the way. */
bool store_grow(struct store *s, size_t states, size_t writes);

enum store_result { STORE_NEW, STORE_OLD, STORE_FULL };
/* Of an exact store. */
enum store_result store_insert(struct store *s, uint64_t key);
/* What the set keeps of the successor made last with a cursor: its key, or in a partial search its hash. */
static inline uint64_t store_mark(const struct store *s, const struct store_cursor *c, uint64_t key)
{
    return store_sieve(s) ? c->next_hash : key;
}
void store_prefetch(const struct store *s, uint64_t mark);
/* For several threads at once (partial: for one), with room: true if the mark is new. The caller adds up, and reports
 * with store_added. */
bool store_insert_at(struct store *s, uint64_t mark);
/* The vector that was encoded last, as the first state of a set. */
void store_insert_encoded(struct store *s, uint64_t key);
void store_added(struct store *s, size_t states);
/* Every state of an exact store has a flag, for its user; it is down at first, and outlives growth and new layouts.
 * These are for several threads at once, too. store_insert_flagged says of a key that is not new whether its flag is
 * up. The key must be there. */
bool store_insert_flagged(struct store *s, uint64_t key, bool *flagged);
void store_raise_flag(struct store *s, uint64_t key);
bool store_has_flag(const struct store *s, uint64_t key);
/* The same by place. A note is a second flag that only goes up; true for the one who raises it. */
void store_raise_flag_at(struct store *s, size_t place);
bool store_has_flag_at(const struct store *s, size_t place);
bool store_note_at(struct store *s, size_t place);
bool store_contains(const struct store *s, uint64_t key);
/* The place of a key in the table, stable until the next insertion; SIZE_MAX if it is not there. store_places is one
 * more than the largest. */
size_t store_place(const struct store *s, uint64_t key);
size_t store_places(const struct store *s);
uint64_t store_key_at(const struct store *s, size_t place); /* 0: free */

/* Writes the whole set, with its layout, to a blob; no thread may use the store meanwhile. store_restore gives a store
 * with the same keys and the same sizes of its tables; NULL if what the blob holds is no store. */
void store_save(const struct store *s, struct blob *out);
struct store *store_restore(struct blob *in, size_t bytes_max);

uint64_t store_count(const struct store *s);
size_t store_bytes_used(const struct store *s);      /* used entries only, as the peers count */
size_t store_pairs_bytes(const struct store *s);     /* of these, the inner pairs */
size_t store_bytes_allocated(const struct store *s); /* unused slots included */

#endif
