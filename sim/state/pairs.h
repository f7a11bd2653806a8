/* Inner nodes of the state tree: pairs of ids, each stored once, with dense ids from 1. Pair (0, 0) is id 0.
 *
 * Other ids are handed out with a mark (PAIR_INNER), and are marked where they are one of a pair themselves. Else
 * whether such a pair is taken for one of two leaves would be an accident of the order in which ids were handed out,
 * and so would the number of pairs.
 *
 * Several threads may put at once, as long as there is room (pairs_room) and nobody grows the table meanwhile. Ids are
 * handed out by a counter; a thread that loses the race for a pair keeps the id it took as a spare for its next one, so
 * that the number of pairs does not depend on the threads.
 */
#ifndef STATE_PAIRS_H
#define STATE_PAIRS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/blob.h"

#define PAIR_INNER (UINT32_C(1) << 31)

struct pairs {
    uint64_t *pair;          /* by id without its mark: left << 32 | right */
    _Atomic uint32_t *index; /* open addressing: ids, 0 = free; twice as many as there is room for pairs */
    _Atomic size_t count;    /* ids handed out, 0 included */
    size_t capacity;         /* ids that there is room for */
    size_t unused;           /* ids that were handed out and name nothing */
};

void pairs_init(struct pairs *p);
void pairs_free(struct pairs *p);
/* The id, with its mark. *spare: an id of the calling thread that is not in use, 0: none. There must be room. */
uint32_t pairs_put(struct pairs *p, uint32_t *spare, uint32_t left, uint32_t right);
/* Whether `more` pairs can be put without growing. */
static inline int pairs_room(const struct pairs *p, size_t more)
{
    return atomic_load_explicit(&p->count, memory_order_relaxed) + more <= p->capacity;
}
/* Makes room for `capacity` ids, more than now; no other thread may use the pairs meanwhile. At no time it takes more
 * than it will hold in the end, PAIRS_BYTES for each. */
#define PAIRS_BYTES (sizeof(uint64_t) + 2 * sizeof(uint32_t))
void pairs_grow(struct pairs *p, size_t capacity);
size_t pairs_bytes_used(const struct pairs *p);
size_t pairs_bytes_allocated(const struct pairs *p);

void pairs_save(const struct pairs *p, struct blob *out);
/* Into pairs that were not initialised. False if what the blob holds are no pairs; free them all the same. */
bool pairs_restore(struct pairs *p, struct blob *in);

static inline uint32_t pairs_left(const struct pairs *p, uint32_t id)
{
    return (uint32_t)(p->pair[id & ~PAIR_INNER] >> 32);
}
static inline uint32_t pairs_right(const struct pairs *p, uint32_t id)
{
    return (uint32_t)p->pair[id & ~PAIR_INNER];
}

#endif
