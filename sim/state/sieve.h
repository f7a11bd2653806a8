/* A set of states that keeps less than is needed to tell them apart: for partial searches (PART-01).
 *
 * Hash compaction keeps 32 bits of a state's hash, in an open-addressing table where the place is made of other bits of
 * it (Wolper, Leroy: Reliable hashing without collision detection, CAV 1993; Stern, Dill: Improved probabilistic
 * verification by hash compaction, CHARME 1995). Bitstate keeps three bits of one large field (Holzmann: An analysis of
 * bitstate hashing, FMSD 1998). A new state may be taken for one that is there, and is then left out; the other way
 * round there is no error. The table has a fixed size, as entries cannot be moved without their hash.
 */
#ifndef STATE_SIEVE_H
#define STATE_SIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/blob.h"

struct sieve;

enum sieve_kind { SIEVE_COMPACT, SIEVE_BITS };

struct sieve *sieve_create(enum sieve_kind kind, size_t bytes);
void sieve_destroy(struct sieve *s);

void sieve_prefetch(const struct sieve *s, uint64_t hash);
/* True if no state that looks alike is there yet. There must be room. */
bool sieve_insert(struct sieve *s, uint64_t hash);
/* Whether `states` fit in all. A field of bits is never full: it gets worse. */
bool sieve_room(const struct sieve *s, size_t states);
/* How many of `states` states that were inserted are to be expected to have been left out. */
double sieve_omitted(const struct sieve *s, size_t states);
size_t sieve_bytes(const struct sieve *s);
size_t sieve_bytes_used(const struct sieve *s, size_t states);

void sieve_save(const struct sieve *s, struct blob *out);
struct sieve *sieve_restore(struct blob *in); /* NULL: it holds something else */

#endif
