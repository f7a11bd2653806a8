/* Interned byte strings: equal bytes have equal ids, so that comparing two components is comparing two numbers.
 *
 * Invariants: (1) id 0 is the empty string and means "nothing here"; (2) ids are dense, handed out in the order of
 * first insertion, and never change or die; (3) the bytes behind an id never move and are aligned to 8.
 * Not safe for concurrent insertion; reading ids already handed out is. At most 2^32 - 2 ids.
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

struct intern;

struct intern *intern_create(void);
void intern_destroy(struct intern *t);

/* Returns the id of bytes[0..size). Copies them if they are new. */
uint32_t intern_put(struct intern *t, const void *bytes, size_t size);

/* Borrowed: valid as long as the table. *size may be NULL. id must have been handed out by this table, or be 0. */
const void *intern_get(const struct intern *t, uint32_t id, size_t *size);

uint32_t intern_count(const struct intern *t); /* ids handed out, 0 included */
/* A number made of all strings in their order: tables that differ have, for all practical purposes, different ones. */
uint64_t intern_digest(const struct intern *t);
size_t intern_bytes_used(const struct intern *t); /* memory held, in bytes */

#endif
