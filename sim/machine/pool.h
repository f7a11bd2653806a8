/* Short-lived memory of one run of the machine: freed piece by piece for reuse, or all at once by pool_reset.
 *
 * Invariants: (1) every piece is zeroed when handed out and aligned to 16; (2) pieces are recycled by size class
 * (powers of two up to POOL_CLASS_MAX); larger ones come from the host one by one.
 */
#ifndef MACHINE_POOL_H
#define MACHINE_POOL_H

#include <stddef.h>

#include "base/vec.h"

enum { POOL_CLASSES = 8, POOL_CLASS_MIN = 16, POOL_CLASS_MAX = POOL_CLASS_MIN << (POOL_CLASSES - 1) };

struct pool {
    VEC_OF(unsigned char *) blocks; /* each of POOL_BLOCK bytes, kept over resets */
    size_t block, used;             /* index of the block being filled, bytes taken from it */
    void *free[POOL_CLASSES];       /* lists of returned pieces, linked through their first bytes */
    VEC_OF(void *) large;           /* holes are NULL */
};

void *pool_take(struct pool *p, size_t size);
/* size as it was taken. */
void pool_give(struct pool *p, void *piece, size_t size);
void pool_reset(struct pool *p);
void pool_free(struct pool *p);

#endif
