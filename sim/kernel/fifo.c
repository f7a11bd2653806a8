/* The rendezvous of open, and closing: see fifo.h. */
#include "kernel/fifo.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "kernel/descriptor.h"
#include "kernel/epoll.h"
#include "kernel/pipe.h"

/* Pipes of FIFOs have indices of their own, so that their names follow from the FIFO's. */
#define FIFO_PIPES (UINT64_C(1) << 32)

static uint32_t pipe_slot(struct kstep *k, uint32_t fifo)
{
    struct slot_name name = slots_name(k->slots, fifo);
    return kstep_slot(k, SLOT_PIPE, name.owner, FIFO_PIPES + name.index);
}

static uint32_t alone_at(const struct inode *i, size_t n)
{
    uint32_t slot;
    memcpy(&slot, i->bytes + n * sizeof slot, sizeof slot);
    return slot;
}

static size_t alone_count(const struct inode *i)
{
    return i->size / sizeof(uint32_t);
}

bool fifo_is_alone(struct kstep *k, uint32_t fifo, uint32_t description)
{
    struct inode i;
    inode_get(k, fifo, &i);
    for (size_t n = 0; n < alone_count(&i); n++)
        if (alone_at(&i, n) == description)
            return true;
    return false;
}

static void alone_put(struct kstep *k, uint32_t fifo, struct inode *i, const vec_u32 *alone)
{
    i->bytes = (const unsigned char *)alone->items;
    i->size = alone->count * sizeof *alone->items;
    inode_put(k, fifo, i);
}

/* One end was opened: whoever was alone on the other end is not so any more (FIFO-03, FIFO-05, FIFO-06). The newcomer
 * itself joins them, ascending by slot, if it found nobody. */
static void opened(struct kstep *k, uint32_t fifo, uint32_t description, const struct ofd *o, bool alone)
{
    struct inode i;
    vec_u32 left = {0};
    inode_get(k, fifo, &i);
    for (size_t n = 0; n < alone_count(&i); n++) {
        struct ofd other;
        ofd_get(k, alone_at(&i, n), &other);
        bool met = ofd_reads(&other) ? ofd_writes(o) : ofd_reads(o);
        if (alone && description < alone_at(&i, n)) {
            VEC_PUSH(&left, description);
            alone = false;
        }
        if (!met)
            VEC_PUSH(&left, alone_at(&i, n));
    }
    if (alone)
        VEC_PUSH(&left, description);
    i.h.references++;
    alone_put(k, fifo, &i, &left);
    VEC_FREE(&left);
}

void fifo_close(struct kstep *k, uint32_t fifo, uint32_t description)
{
    struct inode i;
    vec_u32 left = {0};
    inode_get(k, fifo, &i);
    for (size_t n = 0; n < alone_count(&i); n++)
        if (alone_at(&i, n) != description)
            VEC_PUSH(&left, alone_at(&i, n));
    alone_put(k, fifo, &i, &left);
    VEC_FREE(&left);
    inode_release(k, fifo); /* FIFO-12: without a name it goes now */
}

static void pipe_find(struct kstep *k, uint32_t fifo, struct pipe *p)
{
    memset(p, 0, sizeof *p);
    if (kstep_get(k, pipe_slot(k, fifo), NULL)) {
        pipe_get(k, pipe_slot(k, fifo), p);
    } else {
        p->h.capacity = pipe_initial_capacity(k->settings);
        p->h.fifo = fifo + 1;
    }
}

static struct ofd description_of(struct kstep *k, uint32_t fifo, uint32_t flags)
{
    static const uint32_t kinds[] = {[O_RDONLY] = OFD_PIPE_READ, [O_WRONLY] = OFD_PIPE_WRITE, [O_RDWR] = OFD_PIPE_BOTH};
    return (struct ofd){.kind = kinds[flags & O_ACCMODE],
                        .flags = (flags & ~OFD_FORGOTTEN) | OFD_LARGE,
                        .references = 1,
                        .object = pipe_slot(k, fifo)};
}

void fifo_open(struct kstep *k, uint32_t fifo, uint32_t flags)
{
    int32_t number;
    struct pipe p;
    struct ofd o = description_of(k, fifo, flags);
    if (!descriptor_lowest_free(k, 0, 1, &number)) {
        kstep_fail(k, EMFILE);
        return;
    }
    pipe_find(k, fifo, &p);
    if (o.kind == OFD_PIPE_WRITE && flags & O_NONBLOCK && !p.h.readers) {
        kstep_fail(k, ENXIO); /* FIFO-04 */
        return;
    }
    p.h.readers += ofd_reads(&o);
    p.h.writers += ofd_writes(&o);
    bool alone = !p.h.readers || !p.h.writers; /* FIFO-02; never with O_RDWR: FIFO-05 */
    pipe_put(k, o.object, &p);
    uint32_t description = ofd_create(k, o);
    opened(k, fifo, description, &o, alone);
    epoll_notify(k, o.object, EPOLL_ANY);
    process_set_descriptor(k, k->pid,
                           (struct descriptor){(uint32_t)number, description, flags & O_CLOEXEC ? FD_CLOEXEC : 0});
    if (alone && !(flags & O_NONBLOCK))
        kstep_continue(k, (uint64_t)number + 1); /* FIFO-03 */
    else
        kstep_return(k, number); /* FIFO-04: reading without blocking never waits */
}

/* The description that a sleeping opener has made, and its FIFO. */
static uint32_t own_description(struct kstep *k, uint32_t *fifo)
{
    struct process p;
    struct pipe pipe;
    struct ofd o;
    process_get(k, k->pid, &p);
    const struct descriptor *d = process_descriptor(&p, (int32_t)(k->call.progress - 1));
    assert(d && "nobody else closes it");
    ofd_get(k, d->ofd, &o);
    pipe_get(k, o.object, &pipe);
    *fifo = pipe.h.fifo - 1;
    return d->ofd;
}

/* The blocking rule: no partner has come, not even one that is gone again (FIFO-02, FIFO-03). */
static bool fifo_open_blocks(struct kstep *k)
{
    uint32_t fifo, description = own_description(k, &fifo);
    return fifo_is_alone(k, fifo, description);
}

void fifo_open_resume(struct kstep *k)
{
    if (fifo_open_blocks(k))
        kstep_block(k);
    else
        kstep_return(k, (int64_t)(k->call.progress - 1));
}

struct openers {
    struct kstep *k;
    struct kwait *w;
};

static void opener_add(void *context, const struct process *p)
{
    struct openers *o = context;
    if (p->h.state == PROCESS_RUNNING && p->h.pid != o->k->pid)
        VEC_PUSH(&o->w->wakers, ((struct kwaker){p->h.pid, -1, false}));
}

void fifo_openers(struct kstep *k, uint32_t fifo, struct kwait *w)
{
    struct inode i;
    inode_get(k, fifo, &i);
    if (i.h.links) /* FIFO-12: else nobody can open it any more */
        process_visit(k, opener_add, &(struct openers){k, w});
}

void fifo_open_explain(struct kstep *k, struct kwait *w)
{
    uint32_t fifo, description = own_description(k, &fifo);
    struct ofd o;
    struct inode i;
    inode_get(k, fifo, &i);
    ofd_get(k, description, &o);
    const char *partner = ofd_reads(&o) ? "writer" : "reader";
    w->kind = i.h.links ? KWAIT_FIFO_OPEN : KWAIT_FIFO_GONE;
    w->object = fifo;
    text_printf(&w->needs, "needs a %s to open the FIFO ", partner);
    kernel_path_text(k, k->call.args[k->call.number == KCALL_OPENAT], &w->needs);
    if (!i.h.links)
        text_printf(&w->needs, ", whose name was removed: nobody can open it any more");
    fifo_openers(k, fifo, w);
}
