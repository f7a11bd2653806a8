/* Private to sim/state: the parts of a store. */
#ifndef STATE_STORE_PRIVATE_H
#define STATE_STORE_PRIVATE_H

#include "state/pairs.h"
#include "state/shape.h"
#include "state/sieve.h"
#include "state/store.h"

/* Ids stay below 2^31, so that the highest bit of each half of a key is never used: in the table these are the state's
 * flags. */
#define FLAG (UINT64_C(1) << 63)
#define NOTE (UINT64_C(1) << 31)
#define KEY (~(FLAG | NOTE))

enum { ROOTS_MIN = 1 << 12 };

struct store {
    struct sieve *sieve; /* what takes the place of the roots in a partial search; NULL: the search is exact */
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

/* Puts a key that is not there into a table that has room. */
void store_root_put(_Atomic uint64_t *roots, size_t size, uint64_t key);
/* Whether so many more bytes may be taken. */
bool store_fits(const struct store *s, size_t more);

#endif
