/* Private to sim/state: the parts of a store. */
#ifndef STATE_STORE_PRIVATE_H
#define STATE_STORE_PRIVATE_H

#include "state/pairs.h"
#include "state/shape.h"
#include "state/sieve.h"
#include "state/store.h"

struct store {
    struct sieve *sieve; /* what takes the place of the roots in a partial search; NULL: the search is exact */
    struct shape shape;
    struct pairs pairs;
    struct store_cursor own;
    _Atomic uint64_t *roots; /* keys, 0 = free */
    size_t roots_size;
    _Atomic size_t count;
    size_t bytes_max;
    uint64_t layout; /* counts the layouts */
    bool tight;      /* the roots cannot grow any more */
};

#endif
