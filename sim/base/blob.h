/* Checked binary files: numbers and arrays in the host's byte order, with a checksum (xxHash, 64 bits) at the end.
 *
 * A blob is written beside its name, as NAME.part, and takes the name only when it is complete and on the disk:
 * whatever happens meanwhile, NAME is the old blob or the new one (CKPT-02). A reader is given nothing of a file whose
 * checksum is wrong.
 */
#ifndef BASE_BLOB_H
#define BASE_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct blob;

/* Begins to write; NULL with the reason in `why`. The name is copied. */
struct blob *blob_create(const char *file, vec_char *why);
void blob_put(struct blob *b, const void *bytes, size_t n);
void blob_put_u64(struct blob *b, uint64_t n);
/* A count and so many items of `size` bytes. */
void blob_put_array(struct blob *b, const void *items, size_t count, size_t size);
/* Ends the writing and frees b. False with the reason in `why`: then the file is what it was before. */
bool blob_commit(struct blob *b, vec_char *why);

/* Opens and verifies; NULL with the reason in `why`. */
struct blob *blob_open(const char *file, vec_char *why);
/* These give zeros, and make blob_is_good false, where there is nothing left. */
void blob_get(struct blob *b, void *bytes, size_t n);
uint64_t blob_get_u64(struct blob *b);
/* An array in memory of its own (mem_free), its length in *count. NULL and not good if it cannot be there. */
void *blob_get_array(struct blob *b, size_t *count, size_t size);
bool blob_is_good(const struct blob *b);
void blob_close(struct blob *b);

#endif
