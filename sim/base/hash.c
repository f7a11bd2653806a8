/* See hash.h. */
#include "base/hash.h"

#include <xxhash.h>

uint64_t hash_bytes(const void *bytes, size_t n)
{
    return XXH64(bytes, n, 0);
}
