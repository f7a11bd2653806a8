/* See pool.h. */
#include "machine/pool.h"

#include <assert.h>
#include <string.h>

enum { POOL_BLOCK = 1 << 16 };

static unsigned class_of(size_t size)
{
    unsigned class = 0;
    while (((size_t)POOL_CLASS_MIN << class) < size)
        class ++;
    return class;
}

/* A large piece knows its place in `large`: the index stands in the 16 bytes before it. */
static void *take_large(struct pool *p, size_t size)
{
    size_t index = p->large.count;
    unsigned char *raw = mem_zero(1, size + 16);
    memcpy(raw, &index, sizeof index);
    VEC_PUSH(&p->large, raw);
    return raw + 16;
}

static void give_large(struct pool *p, void *piece)
{
    unsigned char *raw = (unsigned char *)piece - 16;
    size_t index;
    memcpy(&index, raw, sizeof index);
    assert(p->large.items[index] == raw);
    p->large.items[index] = NULL;
    mem_free(raw);
    while (p->large.count && !p->large.items[p->large.count - 1])
        p->large.count--;
}

static void *take_fresh(struct pool *p, size_t size)
{
    if (p->blocks.count && POOL_BLOCK - p->used < size) {
        p->block++;
        p->used = 0;
    }
    if (p->block >= p->blocks.count)
        VEC_PUSH(&p->blocks, mem_alloc(POOL_BLOCK));
    unsigned char *piece = p->blocks.items[p->block] + p->used;
    p->used += size;
    return piece;
}

void *pool_take(struct pool *p, size_t size)
{
    if (size > POOL_CLASS_MAX)
        return take_large(p, size);
    unsigned class = class_of(size);
    size_t rounded = (size_t)POOL_CLASS_MIN << class;
    void *piece = p->free[class];
    if (piece)
        memcpy(&p->free[class], piece, sizeof(void *));
    else
        piece = take_fresh(p, rounded);
    memset(piece, 0, rounded);
    return piece;
}

void pool_give(struct pool *p, void *piece, size_t size)
{
    if (size > POOL_CLASS_MAX) {
        give_large(p, piece);
        return;
    }
    unsigned class = class_of(size);
    memcpy(piece, &p->free[class], sizeof(void *));
    p->free[class] = piece;
}

void pool_reset(struct pool *p)
{
    for (size_t i = 0; i < p->large.count; i++)
        mem_free(p->large.items[i]);
    p->large.count = 0;
    p->block = p->used = 0;
    memset(p->free, 0, sizeof p->free);
}

void pool_free(struct pool *p)
{
    pool_reset(p);
    for (size_t i = 0; i < p->blocks.count; i++)
        mem_free(p->blocks.items[i]);
    VEC_FREE(&p->blocks);
    VEC_FREE(&p->large);
}
