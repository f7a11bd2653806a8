/* A store to a blob and back: its shape, its pairs, and its keys in no particular order. */
#include "base/hash.h"
#include "state/store_private.h"

enum { KEYS_AT_ONCE = 1 << 13 };

static void roots_save(const struct store *s, struct blob *out)
{
    uint64_t keys[KEYS_AT_ONCE];
    size_t held = 0;
    blob_put_u64(out, s->roots_size);
    blob_put_u64(out, s->sieve ? 0 : s->count);
    for (size_t i = 0; i < s->roots_size; i++) {
        if (!s->roots[i])
            continue;
        keys[held++] = s->roots[i];
        if (held == KEYS_AT_ONCE) {
            blob_put(out, keys, held * sizeof *keys);
            held = 0;
        }
    }
    blob_put(out, keys, held * sizeof *keys);
}

static bool roots_restore(struct store *s, struct blob *in)
{
    s->roots_size = (size_t)blob_get_u64(in);
    uint64_t count = blob_get_u64(in);
    if (!blob_is_good(in) || count >= s->roots_size || s->roots_size >= UINT32_MAX)
        return false;
    s->roots = mem_scattered(mem_zero(s->roots_size, sizeof *s->roots));
    uint64_t keys[KEYS_AT_ONCE];
    while (count) {
        size_t n = count < KEYS_AT_ONCE ? (size_t)count : KEYS_AT_ONCE;
        blob_get(in, keys, n * sizeof *keys);
        if (!blob_is_good(in))
            return false;
        for (size_t i = 0; i < n; i++)
            if (store_insert_at(s, keys[i]))
                store_added(s, 1);
        count -= n;
    }
    return true;
}

void store_save(const struct store *s, struct blob *out)
{
    shape_save(&s->shape, out);
    pairs_save(&s->pairs, out);
    roots_save(s, out);
    blob_put_u64(out, s->sieve != NULL);
    if (s->sieve) {
        blob_put_u64(out, s->count);
        sieve_save(s->sieve, out);
    }
}

static bool sieve_get(struct store *s, struct blob *in)
{
    if (!blob_get_u64(in))
        return true;
    atomic_store(&s->count, (size_t)blob_get_u64(in));
    s->sieve = sieve_restore(in);
    return s->sieve != NULL;
}

struct store *store_restore(struct blob *in, size_t bytes_max)
{
    struct store *s = mem_zero(1, sizeof *s);
    s->bytes_max = bytes_max;
    s->layout = 1;
    if (shape_restore(&s->shape, in) && pairs_restore(&s->pairs, in) && roots_restore(s, in) && sieve_get(s, in))
        return s; /* not tight: there may be more memory now */
    store_destroy(s);
    return NULL;
}
