/* Goal: a blob comes back as it was written, or not at all.
 * Method: one is written, read, and then cut off and changed at every byte. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/blob.h"

static char path[120];

static void path_make(void)
{
    snprintf(path, sizeof path, "%s/impasse-test-%d-blob", getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir, (int)getpid());
}

static void path_remove(void)
{
    remove(path);
}

TestSuite(blob, .init = path_make, .fini = path_remove);

static void sample_write(uint64_t number)
{
    static const uint32_t items[] = {7, 8, 9};
    vec_char why = {0};
    struct blob *b = blob_create(path, &why);
    cr_assert(b, "%s", why.items);
    blob_put_u64(b, number);
    blob_put_array(b, items, 3, sizeof *items);
    blob_put_array(b, NULL, 0, 8);
    cr_assert(blob_commit(b, &why));
}

static struct blob *sample_open(void)
{
    vec_char why = {0};
    struct blob *b = blob_open(path, &why);
    cr_assert_eq(b == NULL, why.count > 0, "a reason if and only if it fails");
    VEC_FREE(&why);
    return b;
}

static vec_char file_bytes(void)
{
    vec_char bytes = {0};
    FILE *f = fopen(path, "rb");
    for (int c; (c = fgetc(f)) != EOF;)
        VEC_PUSH(&bytes, (char)c);
    fclose(f);
    return bytes;
}

static void file_set(const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    fwrite(bytes, 1, n, f);
    fclose(f);
}

Test(blob, what_was_written_comes_back)
{
    sample_write(42);
    struct blob *b = sample_open();
    size_t count;
    cr_assert_eq(blob_get_u64(b), 42);
    uint32_t *items = blob_get_array(b, &count, sizeof *items);
    cr_assert_eq(count, 3);
    cr_assert_eq(items[2], 9);
    mem_free(items);
    mem_free(blob_get_array(b, &count, 8));
    cr_assert_eq(count, 0);
    cr_assert(blob_is_good(b));
    cr_assert_eq(blob_get_u64(b), 0);
    cr_assert_not(blob_is_good(b), "there was nothing left");
    blob_close(b);
}

Test(blob, a_count_that_cannot_be_gives_no_memory)
{
    sample_write(UINT64_MAX / 4);
    struct blob *b = sample_open();
    size_t count;
    cr_assert_null(blob_get_array(b, &count, 8));
    cr_assert_eq(count, 0);
    cr_assert_not(blob_is_good(b));
    blob_close(b);
}

/* CKPT-02, CKPT-03 */
Test(blob, every_damage_is_seen)
{
    sample_write(42);
    vec_char bytes = file_bytes();
    for (size_t i = 0; i < bytes.count; i++) {
        file_set(bytes.items, i);
        cr_assert_null(sample_open(), "cut off after %zu bytes", i);
        bytes.items[i] ^= 1;
        file_set(bytes.items, bytes.count);
        cr_assert_null(sample_open(), "byte %zu changed", i);
        bytes.items[i] ^= 1;
    }
    file_set(bytes.items, bytes.count);
    blob_close(sample_open());
    VEC_FREE(&bytes);
}

/* CKPT-02 */
Test(blob, the_old_one_stays_until_the_new_one_is_whole)
{
    vec_char why = {0};
    sample_write(1);
    struct blob *b = blob_create(path, &why);
    blob_put_u64(b, 2);
    blob_close(b); /* as if the process had been killed: never committed */
    b = sample_open();
    cr_assert_eq(blob_get_u64(b), 1);
    blob_close(b);
    sample_write(3);
    b = sample_open();
    cr_assert_eq(blob_get_u64(b), 3);
    blob_close(b);
}

Test(blob, a_folder_that_is_not_there_gives_a_reason)
{
    vec_char why = {0};
    cr_assert_null(blob_create("no/such/folder/blob", &why));
    cr_assert_neq(why.count, 0);
    VEC_FREE(&why);
    cr_assert_null(blob_open("no/such/folder/blob", &why));
    cr_assert_neq(why.count, 0);
    VEC_FREE(&why);
}
