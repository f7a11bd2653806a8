/* Goal: a partial set never takes a known state for a new one, and leaves out about as many as it says.
 * Method: seeded hashes, each inserted twice, into tables from roomy to crowded; many rounds, and the sums are compared. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "state/sieve.h"

static uint64_t hash_at(uint64_t seed, uint64_t i)
{
    return hash_mix(hash_mix(seed + 1) + i * UINT64_C(0x9e3779b97f4a7c15));
}

/* How many of n states were left out. */
static size_t fill(struct sieve *s, uint64_t seed, size_t n)
{
    size_t omitted = 0;
    for (size_t i = 0; i < n; i++) {
        cr_assert(sieve_room(s, i + 1));
        omitted += !sieve_insert(s, hash_at(seed, i));
        cr_assert_not(sieve_insert(s, hash_at(seed, i)), "what is there is not new");
    }
    for (size_t i = 0; i < n; i += 97)
        cr_assert_not(sieve_insert(s, hash_at(seed, i)));
    return omitted;
}

/* PART-03 */
Test(sieve, a_field_of_bits_leaves_out_about_what_it_says)
{
    static const size_t states[] = {2000, 8000, 20000, 60000}; /* in 131072 bits */
    for (size_t row = 0; row < sizeof states / sizeof *states; row++) {
        double expected = 0, omitted = 0;
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct sieve *s = sieve_create(SIEVE_BITS, 16384);
            omitted += (double)fill(s, seed, states[row]);
            expected += sieve_omitted(s, states[row]);
            sieve_destroy(s);
        }
        cr_assert_gt(expected, row ? 20 : 0.1);
        cr_assert_leq(fabs(omitted - expected), 5 * sqrt(expected) + expected / 20 + 5, "%zu states: %g for %g", states[row],
                      omitted, expected);
    }
}

/* PART-03: collisions of 32 bits are rare; states that share their lower 32 bits on purpose are not. */
Test(sieve, compaction_leaves_out_what_looks_alike_and_stands_near)
{
    struct sieve *s = sieve_create(SIEVE_COMPACT, 1 << 22);
    cr_assert_eq(fill(s, 3, 900000), 0, "expected: %g", sieve_omitted(s, 900000));
    cr_assert_lt(sieve_omitted(s, 900000), 0.01);
    cr_assert_gt(sieve_omitted(s, 900000), 0);
    sieve_destroy(s);
    s = sieve_create(SIEVE_COMPACT, 1 << 22);
    cr_assert(sieve_insert(s, UINT64_C(0x8000000000000001)));
    cr_assert_not(sieve_insert(s, UINT64_C(0x8000000000000001)));
    cr_assert_not(sieve_insert(s, UINT64_C(0x8000000100000001)), "the same place, the same signature");
    cr_assert(sieve_insert(s, UINT64_C(0x1000000000000001)), "the same signature elsewhere");
    cr_assert_not(sieve_insert(s, UINT64_C(0x8000000000000000)), "no signature is 0: it stands as 1");
    sieve_destroy(s);
}

Test(sieve, a_table_of_signatures_is_full_before_it_has_no_hole)
{
    struct sieve *s = sieve_create(SIEVE_COMPACT, 16384);
    cr_assert(sieve_room(s, 3000));
    cr_assert_not(sieve_room(s, 4096));
    sieve_destroy(s);
    s = sieve_create(SIEVE_BITS, 16384);
    cr_assert(sieve_room(s, 1 << 30));
    cr_assert_gt(sieve_omitted(s, 1 << 20), 900000);
    sieve_destroy(s);
}

/* CKPT-01 */
Test(sieve, comes_back_from_a_blob)
{
    char path[120];
    snprintf(path, sizeof path, "%s/impasse-test-%d-sieve", getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir, (int)getpid());
    for (enum sieve_kind kind = SIEVE_COMPACT; kind <= SIEVE_BITS; kind++) {
        struct sieve *s = sieve_create(kind, 1 << 16);
        fill(s, 5, 9000);
        vec_char why = {0};
        struct blob *out = blob_create(path, &why);
        sieve_save(s, out);
        cr_assert(blob_commit(out, &why));
        struct blob *in = blob_open(path, &why);
        struct sieve *t = sieve_restore(in);
        cr_assert_not_null(t);
        blob_close(in);
        for (uint64_t i = 0; i < 12000; i++)
            cr_assert_eq(sieve_insert(s, hash_at(5, i)), sieve_insert(t, hash_at(5, i)));
        sieve_destroy(s);
        sieve_destroy(t);
    }
    remove(path);
}
