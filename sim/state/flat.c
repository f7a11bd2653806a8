/* See flat.h. */
#include "state/flat.h"

#include <pthread.h>
#include <string.h>

#include "base/intern.h"
#include "base/vec.h"

struct flat {
    struct intern *vectors;
    pthread_mutex_t lock;
};

struct flat *flat_create(void)
{
    struct flat *f = mem_zero(1, sizeof *f);
    f->vectors = intern_create();
    pthread_mutex_init(&f->lock, NULL);
    return f;
}

void flat_destroy(struct flat *f)
{
    if (!f)
        return;
    intern_destroy(f->vectors);
    pthread_mutex_destroy(&f->lock);
    mem_free(f);
}

uint64_t flat_key(struct flat *f, const uint32_t *vector, uint32_t count)
{
    pthread_mutex_lock(&f->lock);
    uint64_t key = intern_put(f->vectors, vector, count * sizeof *vector);
    pthread_mutex_unlock(&f->lock);
    return key;
}

void flat_load(struct flat *f, uint64_t key, uint32_t *vector)
{
    size_t size;
    pthread_mutex_lock(&f->lock);
    const void *bytes = intern_get(f->vectors, (uint32_t)key, &size);
    memcpy(vector, bytes, size);
    pthread_mutex_unlock(&f->lock);
}

size_t flat_bytes(struct flat *f)
{
    pthread_mutex_lock(&f->lock);
    size_t bytes = intern_bytes_used(f->vectors);
    pthread_mutex_unlock(&f->lock);
    return bytes;
}
