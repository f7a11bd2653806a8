/* Reading from a pipe, and why a pipe makes somebody wait. See pipe.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "kernel/epoll.h"
#include "kernel/fifo.h"
#include "kernel/pipe.h"

bool pipe_read_blocks(const struct pipe *p)
{
    return p->h.count == 0 && p->h.writers > 0;
} /* PIPE-03, PIPE-04 */

/* How many bytes a read of n gets; and in *gone, how many go: what of a packet finds no room is lost, and the read ends
 * with the packet (PIPE-20). */
static uint32_t bytes_taken(const struct pipe *p, uint64_t n, uint32_t *gone)
{
    uint32_t taken = 0;
    for (uint32_t i = 0; i < p->h.slots; i++) {
        uint32_t length = p->lengths[i] & ~PIPE_PACKET, piece = n - taken < length ? (uint32_t)(n - taken) : length;
        taken += piece;
        if (p->lengths[i] & PIPE_PACKET) {
            *gone = taken - piece + length;
            return taken;
        }
        if (taken == n)
            break;
    }
    if (!p->h.slots)
        taken = n < p->h.count ? (uint32_t)n : p->h.count;
    return *gone = taken;
}

/* Takes the first n buffered bytes away. A page slot is free only when all of it was read (PIPE-09). */
static void consume(struct kstep *k, uint32_t slot, const struct pipe *p, uint32_t n)
{
    struct pipe rest = *p;
    struct pipe_room room = {0};
    pipe_drop(k, &rest, n, &room);
    uint32_t *lengths = mem_copy(p->lengths, p->h.slots * sizeof *p->lengths);
    uint32_t first = 0;
    while (n && first < p->h.slots) {
        uint32_t length = lengths[first] & ~PIPE_PACKET, taken = n < length ? n : length;
        lengths[first] -= taken;
        n -= taken;
        if (taken == length)
            first++;
    }
    rest.lengths = lengths + first;
    rest.h.slots -= first;
    bool packets = false;
    for (uint32_t i = 0; i < rest.h.slots; i++)
        packets |= rest.lengths[i] & PIPE_PACKET;
    if (!k->settings->pipe_slots && !packets)
        rest.h.slots = 0; /* plain bytes again */
    if (!rest.h.slots)
        rest.h.tail = 0;
    bool was_full = !pipe_is_writable(k->settings, p);
    pipe_put(k, slot, &rest);
    if (was_full && pipe_is_writable(k->settings, &rest))
        epoll_notify(k, slot, POLLOUT | POLLWRNORM);
    mem_free(lengths);
    pipe_room_free(&room);
}

void pipe_read(struct kstep *k, const struct ofd *o, uint64_t address, uint64_t n)
{
    struct pipe p;
    pipe_get(k, o->object, &p);
    if (p.h.count) {
        uint32_t gone, taken = bytes_taken(&p, n, &gone); /* PIPE-02 */
        unsigned char *bytes = mem_alloc(taken);
        pipe_peek(k, &p, bytes, taken);
        bool good = kstep_copy_out(k, address, bytes, taken);
        mem_free(bytes);
        if (!good)
            return;
        consume(k, o->object, &p, gone);
        kstep_return(k, taken);
    } else if (!pipe_read_blocks(&p) && !k->settings->forget_eof) {
        kstep_return(k, 0); /* PIPE-04: end of file, every time */
    } else if (ofd_refuses_sleep(k, o)) {
        kstep_fail(k, EAGAIN); /* PIPE-03 */
    } else {
        ofd_sleep(k, o); /* PIPE-14: whoever comes first when there is data again gets it */
    }
}

struct holders {
    struct kstep *k;
    struct kwait *w;
    bool writers;
    uint32_t object;
};

static void holder_add(void *context, const struct process *p)
{
    struct holders *h = context;
    for (uint32_t i = 0; i < p->h.descriptor_count; i++) {
        struct ofd o;
        ofd_get(h->k, p->descriptors[i].ofd, &o);
        if (o.object != h->object || !ofd_is_pipe(&o))
            continue;
        /* A holder of the same end could make the description non-blocking, or the pipe larger. */
        bool weak = !(h->writers ? ofd_writes(&o) : ofd_reads(&o));
        if (!weak || p->h.pid != h->k->pid)
            VEC_PUSH(&h->w->wakers, ((struct kwaker){p->h.pid, (int32_t)p->descriptors[i].number, weak}));
    }
}

void pipe_explain(struct kstep *k, const struct ofd *o, bool reading, struct kwait *w)
{
    struct pipe p;
    pipe_get(k, o->object, &p);
    const char *what = p.h.fifo ? "FIFO" : "pipe";
    w->kind = reading ? KWAIT_PIPE_EMPTY : KWAIT_PIPE_FULL;
    w->object = o->object;
    if (reading)
        text_printf(&w->needs, "the %s is empty: needs data, or its last write end closed", what);
    else
        text_printf(&w->needs,
                    "the %s is full (%u of %u bytes): needs a reader to take bytes, or its last read end closed", what,
                    p.h.count, p.h.capacity);
    /* GEN-11, FD-05: the waiting process itself is among them if it holds the other end. */
    struct holders h = {k, w, reading, o->object};
    process_visit(k, holder_add, &h);
    if (p.h.fifo)
        fifo_openers(k, p.h.fifo - 1, w);
}
