/* Reading from a pipe, and why a pipe makes somebody wait. See pipe.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "kernel/pipe.h"

bool pipe_read_blocks(const struct pipe *p)
{
    return p->h.count == 0 && p->h.writers > 0;
} /* PIPE-03, PIPE-04 */

/* Takes the first n buffered bytes away. A page slot is free only when all of it was read (PIPE-09). */
static void consume(struct kstep *k, uint32_t slot, const struct pipe *p, uint32_t n)
{
    struct pipe rest = *p;
    rest.bytes += n;
    rest.h.count -= n;
    uint32_t *lengths = mem_copy(p->lengths, p->h.slots * sizeof *p->lengths);
    uint32_t first = 0;
    while (n && first < p->h.slots) {
        uint32_t taken = n < lengths[first] ? n : lengths[first];
        lengths[first] -= taken;
        n -= taken;
        if (!lengths[first])
            first++;
    }
    rest.lengths = lengths + first;
    rest.h.slots -= first;
    if (!rest.h.slots)
        rest.h.tail = 0;
    pipe_put(k, slot, &rest);
    mem_free(lengths);
}

void pipe_read(struct kstep *k, const struct ofd *o, uint64_t address, uint64_t n)
{
    struct pipe p;
    pipe_get(k, o->object, &p);
    if (p.h.count) {
        uint32_t taken = n < p.h.count ? (uint32_t)n : p.h.count; /* PIPE-02 */
        if (!kstep_copy_out(k, address, p.bytes, taken))
            return;
        consume(k, o->object, &p, taken);
        kstep_return(k, taken);
    } else if (!pipe_read_blocks(&p) && !k->settings->forget_eof) {
        kstep_return(k, 0); /* PIPE-04: end of file, every time */
    } else if (o->flags & O_NONBLOCK) {
        kstep_fail(k, EAGAIN); /* PIPE-03 */
    } else {
        kstep_block(k); /* PIPE-14: whoever comes first when there is data again gets it */
    }
}

struct holders {
    struct kstep *k;
    struct kwait *w;
    uint32_t kind, object;
};

static void holder_add(void *context, const struct process *p)
{
    struct holders *h = context;
    for (uint32_t i = 0; i < p->h.descriptor_count; i++) {
        struct ofd o;
        ofd_get(h->k, p->descriptors[i].ofd, &o);
        if (o.kind == h->kind && o.object == h->object)
            VEC_PUSH(&h->w->wakers, ((struct kwaker){p->h.pid, (int32_t)p->descriptors[i].number}));
    }
}

void pipe_explain(struct kstep *k, const struct ofd *o, struct kwait *w)
{
    bool reading = o->kind == OFD_PIPE_READ;
    struct pipe p;
    pipe_get(k, o->object, &p);
    w->kind = reading ? KWAIT_PIPE_EMPTY : KWAIT_PIPE_FULL;
    w->object = o->object;
    if (reading)
        text_printf(&w->needs, "the pipe is empty: needs data, or its last write end closed");
    else
        text_printf(&w->needs,
                    "the pipe is full (%u of %u bytes): needs a reader to take bytes, or its last read end closed",
                    p.h.count, p.h.capacity);
    /* GEN-11, FD-05: the waiting process itself is among them if it holds the other end. */
    struct holders h = {k, w, reading ? OFD_PIPE_WRITE : OFD_PIPE_READ, o->object};
    process_visit(k, holder_add, &h);
}
