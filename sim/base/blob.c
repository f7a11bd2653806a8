/* See blob.h. */
#include "base/blob.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

struct blob {
    FILE *stream;
    char *file, *part; /* part: while writing */
    XXH64_state_t *hash;
    uint64_t left; /* bytes still to be read */
    bool good;
};

enum { BUFFER_BYTES = 1 << 16, SUM_BYTES = 8 };

static struct blob *blob_make(const char *file)
{
    struct blob *b = mem_zero(1, sizeof *b);
    b->file = mem_copy_string(file);
    b->hash = XXH64_createState();
    XXH64_reset(b->hash, 0);
    b->good = true;
    return b;
}

void blob_close(struct blob *b)
{
    if (!b)
        return;
    if (b->stream)
        fclose(b->stream);
    XXH64_freeState(b->hash);
    mem_free(b->file);
    mem_free(b->part);
    mem_free(b);
}

/* ---- writing ---- */

struct blob *blob_create(const char *file, vec_char *why)
{
    struct blob *b = blob_make(file);
    vec_char part = {0};
    text_printf(&part, "%s.part", file);
    b->part = part.items;
    b->stream = fopen(b->part, "wb");
    if (b->stream)
        return b;
    text_printf(why, "%s", strerror(errno));
    blob_close(b);
    return NULL;
}

void blob_put(struct blob *b, const void *bytes, size_t n)
{
    if (!n)
        return;
    XXH64_update(b->hash, bytes, n);
    b->good &= fwrite(bytes, 1, n, b->stream) == n;
}

void blob_put_u64(struct blob *b, uint64_t n)
{
    blob_put(b, &n, sizeof n);
}

void blob_put_array(struct blob *b, const void *items, size_t count, size_t size)
{
    blob_put_u64(b, count);
    blob_put(b, items, count * size);
}

bool blob_commit(struct blob *b, vec_char *why)
{
    uint64_t sum = XXH64_digest(b->hash);
    b->good &= fwrite(&sum, 1, sizeof sum, b->stream) == sizeof sum;
    b->good &= fflush(b->stream) == 0 && fsync(fileno(b->stream)) == 0;
    b->good &= fclose(b->stream) == 0;
    b->stream = NULL;
    bool good = b->good && rename(b->part, b->file) == 0;
    if (!good) {
        text_printf(why, "%s", strerror(errno));
        unlink(b->part);
    }
    blob_close(b);
    return good;
}

/* ---- reading ---- */

/* Reads the whole file once; true if the sum at its end is right, with the number of bytes before it. */
static bool verify(struct blob *b, uint64_t *size)
{
    unsigned char buffer[BUFFER_BYTES + SUM_BYTES];
    size_t held = 0, n;
    *size = 0;
    while ((n = fread(buffer + held, 1, BUFFER_BYTES, b->stream)) > 0) {
        held += n;
        if (held <= SUM_BYTES)
            continue;
        size_t known = held - SUM_BYTES; /* the last eight bytes may be the sum */
        XXH64_update(b->hash, buffer, known);
        *size += known;
        memmove(buffer, buffer + known, SUM_BYTES);
        held = SUM_BYTES;
    }
    uint64_t sum;
    if (held != SUM_BYTES || ferror(b->stream))
        return false;
    memcpy(&sum, buffer, sizeof sum);
    return sum == XXH64_digest(b->hash);
}

struct blob *blob_open(const char *file, vec_char *why)
{
    struct blob *b = blob_make(file);
    b->stream = fopen(file, "rb");
    if (!b->stream)
        text_printf(why, "%s", strerror(errno));
    else if (!verify(b, &b->left))
        text_printf(why, "the file is damaged or cut off (its checksum is wrong)");
    else if (fseek(b->stream, 0, SEEK_SET) == 0)
        return b;
    blob_close(b);
    return NULL;
}

void blob_get(struct blob *b, void *bytes, size_t n)
{
    if (b->good && n <= b->left && fread(bytes, 1, n, b->stream) == n) {
        b->left -= n;
        return;
    }
    b->good = false;
    memset(bytes, 0, n);
}

uint64_t blob_get_u64(struct blob *b)
{
    uint64_t n;
    blob_get(b, &n, sizeof n);
    return n;
}

void *blob_get_array(struct blob *b, size_t *count, size_t size)
{
    *count = 0;
    uint64_t n = blob_get_u64(b);
    if (!b->good || n > b->left / size) {
        b->good = false;
        return NULL;
    }
    void *items = mem_alloc((size_t)n * size);
    blob_get(b, items, (size_t)n * size);
    *count = (size_t)n;
    return items;
}

bool blob_is_good(const struct blob *b)
{
    return b->good;
}
