/* State vectors one by one, each stored whole: the plain form that the compressed one of store.h is held against.
 *
 * A vector's key is the number of its bytes among all vectors met, 1 first. Several threads may use it at once; they
 * take turns.
 */
#ifndef STATE_FLAT_H
#define STATE_FLAT_H

#include <stddef.h>
#include <stdint.h>

struct flat;

struct flat *flat_create(void);
void flat_destroy(struct flat *f);
/* The key of vector[0..count); count is the same for all vectors of one set, and at least 1. */
uint64_t flat_key(struct flat *f, const uint32_t *vector, uint32_t count);
void flat_load(struct flat *f, uint64_t key, uint32_t *vector);
size_t flat_bytes(struct flat *f);

#endif
