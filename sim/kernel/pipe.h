/* Pipes: anonymous ones, and what is behind an open FIFO (FIFO-14). See spec/pipe.md, spec/fifo.md.
 *
 * Two models of how much fits (MODE-04): plain bytes (PIPE-08), and Linux's page slots (PIPE-09), chosen by the setting
 * pipe_slots. The bytes always start at offset 0 of the component, so that equal contents are equal states.
 */
#ifndef KERNEL_PIPE_H
#define KERNEL_PIPE_H

#include "kernel/ofd.h"

enum {
    PIPE_ATOMIC = 4096 /* PIPE_BUF, LIM-01 */,
    PIPE_PAGE = 4096,
    PIPE_SIZE_MAX = 1048576 /* LIM-01, unprivileged */
};

/* The component is this header, then lengths[slots], then watchers[watchers], then bytes[count]. */
struct pipe_header {
    uint32_t readers, writers; /* open file descriptions of each end (PIPE-01) */
    uint32_t capacity;         /* bytes; with pipe_slots a multiple of PIPE_PAGE */
    uint32_t count;            /* bytes buffered */
    uint32_t slots;            /* page slots in use; 0 in the byte model */
    uint32_t fifo;             /* slot of the FIFO that it belongs to, plus 1; 0: an anonymous pipe */
    uint32_t watchers;         /* epoll instances that watch an end */
    uint32_t tail;             /* first byte of the last slot's page that was never used; 0 if there is none */
};

struct pipe {
    struct pipe_header h;
    const uint32_t *lengths;    /* unread bytes of each page slot */
    const uint32_t *watchers;   /* slots of epoll instances */
    const unsigned char *bytes; /* borrowed, as the view of a process */
};

void pipe_get(struct kstep *k, uint32_t slot, struct pipe *p);
void pipe_put(struct kstep *k, uint32_t slot, const struct pipe *p);

/* How many of `left` bytes, of a write of `total`, the pipe takes now (PIPE-07, PIPE-08, PIPE-09). */
uint32_t pipe_room(const struct kernel_settings *s, const struct pipe *p, uint64_t total, uint64_t left);
/* Whether PIPE_BUF bytes would fit (POLL-08). */
bool pipe_is_writable(const struct kernel_settings *s, const struct pipe *p);
/* The blocking rules: the one place where each is decided. */
bool pipe_read_blocks(const struct pipe *p);
bool pipe_write_blocks(const struct kernel_settings *s, const struct pipe *p, uint64_t total, uint64_t left);

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
