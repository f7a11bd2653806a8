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

#include "base/vec.h"

struct store;

/* The set keeps at most bytes_max bytes in its tables (0: no limit). */
struct store *store_create(size_t bytes_max);
void store_destroy(struct store *s);

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

/* Loads a state as the current one: decodes key into vector[0..store_slots). */
void store_load(struct store *s, uint64_t key, uint32_t *vector);
/* Loads a vector as the current one, and returns its key. */
uint64_t store_encode(struct store *s, const uint32_t *vector, uint32_t count);

struct store_write {
    uint32_t slot, value;
};

/* The key of the current state with some slots changed (slots below store_slots). The current state stays. */
uint64_t store_successor(struct store *s, const struct store_write *writes, uint32_t count);

enum store_result { STORE_NEW, STORE_OLD, STORE_FULL };
void store_prefetch(const struct store *s, uint64_t key);
enum store_result store_insert(struct store *s, uint64_t key);
bool store_contains(const struct store *s, uint64_t key);
/* The place of a key in the table, stable until the next insertion; SIZE_MAX if it is not there. store_places is one
 * more than the largest. */
size_t store_place(const struct store *s, uint64_t key);
size_t store_places(const struct store *s);
uint64_t store_key_at(const struct store *s, size_t place); /* 0: free */

uint64_t store_count(const struct store *s);
size_t store_bytes_used(const struct store *s);      /* used entries only, as the peers count */
size_t store_bytes_allocated(const struct store *s); /* unused slots included */

#endif
