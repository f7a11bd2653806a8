/* The buffered bytes of a pipe, in pieces. See pipe.h.
 *
 * A piece ends where a hash of its last eight bytes says so, but not before PIPE_PIECE_MIN and at the latest at
 * PIPE_PIECE_MAX bytes. Nothing outside of a piece decides where it ends: so a longer content begins with the same
 * pieces (but the last), and a content that was read from has the same pieces again from the first common cut on.
 */
#include <assert.h>
#include <string.h>

#include "kernel/pipe.h"

enum { CUT_SHIFT = 55 /* one place in 512 is a cut */ };

static size_t piece_length(const char *bytes, size_t n)
{
    size_t most = n < PIPE_PIECE_MAX ? n : PIPE_PIECE_MAX;
    for (size_t i = PIPE_PIECE_MIN; i < most; i++) {
        uint64_t last;
        memcpy(&last, bytes + i - sizeof last, sizeof last);
        if ((last + 1) * UINT64_C(0x9e3779b97f4a7c15) >> CUT_SHIFT == 0)
            return i;
    }
    return most;
}

/* Appends the bytes of the pieces first..last-1. */
static void gather(struct kstep *k, const struct pipe *p, uint32_t first, uint32_t last, vec_char *out)
{
    for (uint32_t i = first; i < last; i++) {
        size_t n;
        const void *bytes = intern_get(k->components, p->ids[i], &n);
        text_append(out, bytes, n);
    }
}

static void gather_all(struct kstep *k, const struct pipe *p, vec_char *out)
{
    if (p->h.pieces)
        gather(k, p, 0, p->h.pieces, out);
    else
        text_append(out, p->bytes, p->h.count);
}

void pipe_peek(struct kstep *k, const struct pipe *p, unsigned char *bytes, uint32_t n)
{
    assert(n <= p->h.count);
    if (!p->h.pieces && n)
        memcpy(bytes, p->bytes, n);
    for (uint32_t i = 0, done = 0; p->h.pieces && done < n; i++) {
        size_t size;
        const void *piece = intern_get(k->components, p->ids[i], &size);
        size_t part = size < n - done ? size : n - done;
        memcpy(bytes + done, piece, part);
        done += (uint32_t)part;
    }
}

static void borrow(struct pipe *p, struct pipe_room *room)
{
    p->h.pieces = (uint32_t)room->ids.count;
    p->ids = room->ids.items;
    p->bytes = (const unsigned char *)room->bytes.items;
}

static void cut(struct kstep *k, struct pipe_room *room, size_t at)
{
    while (at < room->bytes.count) {
        size_t n = piece_length(room->bytes.items + at, room->bytes.count - at);
        VEC_PUSH(&room->ids, intern_put(k->components, room->bytes.items + at, n));
        at += n;
    }
}

void pipe_append(struct kstep *k, struct pipe *p, const void *bytes, uint32_t n, struct pipe_room *room)
{
    uint32_t whole = p->h.pieces ? p->h.pieces - 1 : 0; /* pieces that stay */
    for (uint32_t i = 0; i < whole; i++)
        VEC_PUSH(&room->ids, p->ids[i]);
    if (p->h.pieces)
        gather(k, p, whole, p->h.pieces, &room->bytes);
    else
        gather_all(k, p, &room->bytes);
    text_append(&room->bytes, bytes, n);
    p->h.count += n;
    if (p->h.count > PIPE_PIECE_MAX)
        cut(k, room, 0);
    borrow(p, room);
}

/* Index of the piece that begins at an offset, or UINT32_MAX. */
static uint32_t piece_at(struct kstep *k, const struct pipe *p, uint64_t offset)
{
    uint64_t begin = 0;
    for (uint32_t i = 0; i < p->h.pieces && begin <= offset; i++) {
        size_t size;
        if (begin == offset)
            return i;
        (void)intern_get(k->components, p->ids[i], &size);
        begin += size;
    }
    return UINT32_MAX;
}

void pipe_drop(struct kstep *k, struct pipe *p, uint32_t n, struct pipe_room *room)
{
    const struct pipe old = *p;
    assert(n <= p->h.count);
    p->h.count -= n;
    if (!old.h.pieces || p->h.count <= PIPE_PIECE_MAX) {
        vec_char all = {0};
        gather_all(k, &old, &all);
        text_append(&room->bytes, all.items + n, p->h.count);
        VEC_FREE(&all);
        borrow(p, room);
        return;
    }
    gather_all(k, &old, &room->bytes);
    for (size_t at = n; at < room->bytes.count;) {
        uint32_t same = piece_at(k, &old, at);
        if (same != UINT32_MAX) { /* from here on the cuts are where they were */
            for (; same < old.h.pieces; same++)
                VEC_PUSH(&room->ids, old.ids[same]);
            break;
        }
        size_t length = piece_length(room->bytes.items + at, room->bytes.count - at);
        VEC_PUSH(&room->ids, intern_put(k->components, room->bytes.items + at, length));
        at += length;
    }
    borrow(p, room);
}

void pipe_room_free(struct pipe_room *room)
{
    VEC_FREE(&room->ids);
    VEC_FREE(&room->bytes);
}
