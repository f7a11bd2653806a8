/* Pipes: anonymous ones, and what is behind an open FIFO (FIFO-14). See spec/pipe.md, spec/fifo.md.
 *
 * Two models of how much fits (MODE-04): plain bytes (PIPE-08), and Linux's page slots (PIPE-09), chosen by the setting
 * pipe_slots. Where a slot ends is kept in the second one; in the first one only as long as a packet is buffered
 * (PIPE-20).
 *
 * Up to PIPE_PIECE_MAX buffered bytes stand in the component themselves, from offset 0 on. More are cut into pieces
 * that are interned one by one, so that a long pipe costs little per step. Where the cuts are depends on the bytes
 * alone (pipe_bytes.c), so that equal contents are equal states, and a byte more or less at one end moves no cut far
 * away.
 */
#ifndef KERNEL_PIPE_H
#define KERNEL_PIPE_H

#include "kernel/ofd.h"

enum {
    PIPE_ATOMIC = 4096 /* PIPE_BUF, LIM-01 */,
    PIPE_PAGE = 4096,
    PIPE_PIECE_MIN = 256, /* of all pieces but the last */
    PIPE_PIECE_MAX = 1024,
    PIPE_SIZE_MAX = 1048576 /* LIM-01, unprivileged */
};

/* In the length of a slot: it is a packet, which a read takes or drops as a whole (PIPE-20). */
#define PIPE_PACKET UINT32_C(0x80000000)

/* The component is this header, then lengths[slots], then watchers[watchers], then ids[pieces], or bytes[count] if
 * there are no pieces. */
struct pipe_header {
    uint32_t readers, writers; /* open file descriptions of each end (PIPE-01) */
    uint32_t capacity;         /* bytes; with pipe_slots a multiple of PIPE_PAGE */
    uint32_t count;            /* bytes buffered */
    uint32_t slots;            /* page slots in use; 0 in the byte model without packets */
    uint32_t pieces;           /* 0 up to PIPE_PIECE_MAX bytes */
    uint32_t fifo;             /* slot of the FIFO that it belongs to, plus 1; 0: an anonymous pipe */
    uint32_t permissions;      /* of an anonymous pipe, as fstat tells them (FILE-15) */
    uint32_t watchers;         /* epoll instances that watch an end */
    uint32_t tail;             /* first byte of the last slot's page that was never used; 0 if there is none */
};

struct pipe {
    struct pipe_header h;
    const uint32_t *lengths;    /* unread bytes of each page slot, with PIPE_PACKET */
    const uint32_t *watchers;   /* slots of epoll instances */
    const uint32_t *ids;        /* interned pieces */
    const unsigned char *bytes; /* if there are no pieces; all four borrowed, as the view of a process */
};

/* Where a changed content lives until pipe_put. */
struct pipe_room {
    vec_u32 ids;
    vec_char bytes;
};

void pipe_get(struct kstep *k, uint32_t slot, struct pipe *p);
void pipe_put(struct kstep *k, uint32_t slot, const struct pipe *p);

/* pipe_bytes.c. The first n <= count bytes, copied. */
void pipe_peek(struct kstep *k, const struct pipe *p, unsigned char *bytes, uint32_t n);
/* Without its first n bytes, and with n bytes more: the content of p changes, and p borrows from `room`. */
void pipe_drop(struct kstep *k, struct pipe *p, uint32_t n, struct pipe_room *room);
void pipe_append(struct kstep *k, struct pipe *p, const void *bytes, uint32_t n, struct pipe_room *room);
void pipe_room_free(struct pipe_room *room);

/* A write of `total` bytes, of which `left` are left. */
struct pipe_writing {
    uint64_t total, left;
    bool packets; /* PIPE-20 */
};
/* How many of them the pipe takes now (PIPE-07, PIPE-08, PIPE-09). */
uint32_t pipe_room(const struct kernel_settings *s, const struct pipe *p, const struct pipe_writing *w);
/* Whether PIPE_BUF bytes would fit (POLL-08). */
bool pipe_is_writable(const struct kernel_settings *s, const struct pipe *p);
/* The blocking rules: the one place where each is decided. */
bool pipe_read_blocks(const struct pipe *p);
bool pipe_write_blocks(const struct kernel_settings *s, const struct pipe *p, const struct pipe_writing *w);

/* Whether a description is that of an anonymous pipe, about which kernel/future.h can say something: plain bytes, and
 * no epoll instance that takes notice. */
bool pipe_is_plain(const struct kstep *k, const struct ofd *o);

/* The handlers of read and write for a descriptor of a pipe; o is its description, n > 0. */
void pipe_read(struct kstep *k, const struct ofd *o, uint64_t address, uint64_t n);
void pipe_write(struct kstep *k, const struct ofd *o, uint64_t address, uint64_t n);
void pipe_explain(struct kstep *k, const struct ofd *o, bool reading, struct kwait *w);

/* The last reference to the description in `slot` went away. */
void pipe_close_end(struct kstep *k, uint32_t slot, const struct ofd *o);
/* Whether another process could notice that the last reference of this end goes away, p being the closing one. */
bool pipe_close_is_observable(struct kstep *k, const struct process *p, const struct ofd *o);

/* fcntl(F_SETPIPE_SZ): the new size or a negative errno. */
int32_t pipe_resize(struct kstep *k, uint32_t slot, uint32_t bytes);
uint32_t pipe_initial_capacity(const struct kernel_settings *s);

#endif
