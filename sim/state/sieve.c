/* See sieve.h. */
#include "state/sieve.h"

#include <math.h>

#include "base/hash.h"
#include "base/vec.h"

enum { BITS_OF_STATE = 3, SIEVE_MIN = 1 << 12, STEPS = 1000 };

struct sieve {
    enum sieve_kind kind;
    size_t size;     /* entries of 32 bits */
    uint32_t *table; /* compact: signatures, 0 = free; bits: the field */
};

struct sieve *sieve_create(enum sieve_kind kind, size_t bytes)
{
    struct sieve *s = mem_zero(1, sizeof *s);
    s->kind = kind;
    s->size = bytes / sizeof *s->table;
    if (s->size < SIEVE_MIN)
        s->size = SIEVE_MIN;
    if (s->size >= UINT32_MAX)
        s->size = UINT32_MAX - 1;
    s->table = mem_scattered(mem_zero(s->size, sizeof *s->table));
    return s;
}

void sieve_destroy(struct sieve *s)
{
    if (!s)
        return;
    mem_free(s->table);
    mem_free(s);
}

/* The place comes from the upper half of the hash, the signature from the lower. */
static uint32_t signature(uint64_t hash)
{
    return (uint32_t)hash ? (uint32_t)hash : 1;
}

static bool compact_insert(struct sieve *s, uint64_t hash)
{
    size_t i = hash_place(hash, s->size);
    while (s->table[i]) {
        if (s->table[i] == signature(hash))
            return false;
        i = i + 1 < s->size ? i + 1 : 0;
    }
    s->table[i] = signature(hash);
    return true;
}

/* The n-th bit of a state: word, and place in it. */
static size_t bit_word(const struct sieve *s, uint64_t hash, unsigned n, uint32_t *bit)
{
    uint64_t h = hash_mix(hash + n * UINT64_C(0x9e3779b97f4a7c15));
    *bit = UINT32_C(1) << (h & 31);
    return hash_place(h, s->size);
}

static bool bits_insert(struct sieve *s, uint64_t hash)
{
    bool fresh = false;
    for (unsigned n = 0; n < BITS_OF_STATE; n++) {
        uint32_t bit;
        size_t word = bit_word(s, hash, n, &bit);
        fresh |= !(s->table[word] & bit);
        s->table[word] |= bit;
    }
    return fresh;
}

bool sieve_insert(struct sieve *s, uint64_t hash)
{
    return s->kind == SIEVE_COMPACT ? compact_insert(s, hash) : bits_insert(s, hash);
}

void sieve_prefetch(const struct sieve *s, uint64_t hash)
{
    if (s->kind == SIEVE_COMPACT) {
        __builtin_prefetch(&s->table[hash_place(hash, s->size)], 1);
        return;
    }
    for (unsigned n = 0; n < BITS_OF_STATE; n++) {
        uint32_t bit;
        __builtin_prefetch(&s->table[bit_word(s, hash, n, &bit)], 1);
    }
}

bool sieve_room(const struct sieve *s, size_t states)
{
    return s->kind == SIEVE_BITS || states < s->size / 16 * 15;
}

/* PART-03. Compact: a state that comes when the table is filled to a is compared with about ((1-a)^-2 - 1) / 2 entries
 * (Knuth, TAOCP 3, 6.4: linear probing, unsuccessful search), and each looks alike once in 2^32. Bits: all three bits
 * are there already, once i others are, with (1 - e^(-3i/m))^3. Both are summed over the states, in steps. */
double sieve_omitted(const struct sieve *s, size_t states)
{
    double sum = 0, n = (double)states, size = (double)s->size;
    for (int step = 0; step < STEPS; step++) {
        double before = n * (step + 0.5) / STEPS, chance;
        if (s->kind == SIEVE_COMPACT) {
            double left = 1 - before / size;
            chance = (1 / (left * left) - 1) / 2 / 4294967295.0;
        } else {
            chance = pow(1 - exp(-BITS_OF_STATE * before / (size * 32)), BITS_OF_STATE);
        }
        sum += chance * n / STEPS;
    }
    return sum;
}

size_t sieve_bytes(const struct sieve *s)
{
    return s->size * sizeof *s->table;
}

size_t sieve_bytes_used(const struct sieve *s, size_t states)
{
    return s->kind == SIEVE_COMPACT ? states * sizeof *s->table : states * BITS_OF_STATE / 8;
}

void sieve_save(const struct sieve *s, struct blob *out)
{
    blob_put_u64(out, s->kind);
    blob_put_array(out, s->table, s->size, sizeof *s->table);
}

struct sieve *sieve_restore(struct blob *in)
{
    uint64_t kind = blob_get_u64(in);
    struct sieve *s = mem_zero(1, sizeof *s);
    s->kind = (enum sieve_kind)kind;
    s->table = blob_get_array(in, &s->size, sizeof *s->table);
    if (blob_is_good(in) && kind <= SIEVE_BITS && s->size >= SIEVE_MIN)
        return s;
    sieve_destroy(s);
    return NULL;
}
