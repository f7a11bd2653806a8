/* The life of a pipe: create, size, close. See pipe.h; bytes go through pipe_read.c, pipe_write.c, pipe_bytes.c. */
#include "kernel/pipe.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/descriptor.h"
#include "kernel/epoll.h"
#include "kernel/fifo.h"
#include "kernel/future.h"
#include "kernel/handlers.h"

_Static_assert(sizeof(struct pipe_header) == 40, "no padding: components are compared as bytes");

void pipe_get(struct kstep *k, uint32_t slot, struct pipe *p)
{
    const unsigned char *bytes = kstep_get(k, slot, NULL);
    assert(bytes && "an open end keeps its pipe");
    memcpy(&p->h, bytes, sizeof p->h);
    p->lengths = (const uint32_t *)(const void *)(bytes + sizeof p->h);
    p->watchers = p->lengths + p->h.slots;
    p->ids = p->watchers + p->h.watchers;
    p->bytes = (const unsigned char *)p->ids;
}

void pipe_put(struct kstep *k, uint32_t slot, const struct pipe *p)
{
    vec_char packed = {0};
    text_append(&packed, &p->h, sizeof p->h);
    text_append(&packed, p->lengths, p->h.slots * sizeof *p->lengths);
    text_append(&packed, p->watchers, p->h.watchers * sizeof *p->watchers);
    if (p->h.pieces)
        text_append(&packed, p->ids, p->h.pieces * sizeof *p->ids);
    else
        text_append(&packed, p->bytes, p->h.count);
    kstep_put(k, slot, packed.items, packed.count);
    VEC_FREE(&packed);
}

/* Linux counts pages, and a power of two of them (PIPE-19). */
static uint32_t pages_round(uint32_t bytes)
{
    uint32_t rounded = PIPE_PAGE;
    while (rounded < bytes)
        rounded *= 2;
    return rounded;
}

uint32_t pipe_initial_capacity(const struct kernel_settings *s) /* LIM-01, MODE-04 */
{
    uint32_t bytes = (uint32_t)s->pipe_capacity;
    return s->pipe_slots ? pages_round(bytes) : bytes;
}

static void create(struct kstep *k, uint32_t flags)
{
    uint64_t address = k->call.args[0];
    int32_t ends[2];
    if (flags & ~(uint32_t)(O_CLOEXEC | O_NONBLOCK | O_DIRECT)) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (!descriptor_lowest_free(k, 0, 2, ends)) { /* FD-01: both numbers, or none */
        kstep_fail(k, EMFILE);
        return;
    }
    if (!kstep_copy_out(k, address, ends, sizeof ends))
        return;
    uint32_t slot = kstep_slot(k, SLOT_PIPE, k->pid, kstep_free_index(k, SLOT_PIPE, k->pid));
    struct pipe p = {.h = {.readers = 1,
                           .writers = 1,
                           .capacity = pipe_initial_capacity(k->settings),
                           .permissions = S_IRUSR | S_IWUSR}};
    pipe_put(k, slot, &p); /* PIPE-01 */
    uint32_t status = flags & O_NONBLOCK, packets = flags & O_DIRECT, own = flags & O_CLOEXEC ? FD_CLOEXEC : 0;
    uint32_t reader = ofd_create(k, (struct ofd){OFD_PIPE_READ, O_RDONLY | status, 1, slot, 0});
    uint32_t writer = ofd_create(k, (struct ofd){OFD_PIPE_WRITE, O_WRONLY | status | packets, 1, slot, 0});
    process_set_descriptor(k, k->pid, (struct descriptor){(uint32_t)ends[0], reader, own});
    process_set_descriptor(k, k->pid, (struct descriptor){(uint32_t)ends[1], writer, own});
    kstep_return(k, 0);
}

void pipe_create(struct kstep *k)
{
    create(k, 0);
}

void pipe_create2(struct kstep *k)
{
    create(k, (uint32_t)k->call.args[1]);
}

int32_t pipe_resize(struct kstep *k, uint32_t slot, uint32_t bytes)
{
    struct pipe p;
    pipe_get(k, slot, &p);
    if (bytes > UINT32_C(1) << 31)
        return -EINVAL;
    if (bytes == 0 || k->settings->pipe_slots)
        bytes = pages_round(bytes); /* PIPE-19; the byte model takes the size as it is, see spec/warts.md */
    if (bytes > PIPE_SIZE_MAX && bytes > p.h.capacity)
        return -EPERM;
    if (k->settings->pipe_slots ? p.h.slots > bytes / PIPE_PAGE : p.h.count > bytes)
        return -EBUSY;
    p.h.capacity = bytes;
    pipe_put(k, slot, &p);
    return (int32_t)bytes;
}

void pipe_close_end(struct kstep *k, uint32_t slot, const struct ofd *o)
{
    struct pipe p;
    pipe_get(k, o->object, &p);
    uint32_t reads = ofd_reads(o), writes = ofd_writes(o);
    assert(p.h.readers >= reads && p.h.writers >= writes);
    p.h.readers -= reads;
    p.h.writers -= writes;
    if (p.h.readers || p.h.writers) {
        pipe_put(k, o->object, &p);
        epoll_notify(k, o->object, EPOLL_ANY);
    } else {

        kstep_put(k, o->object, NULL, 0); /* PIPE-18, FIFO-11 */
    }
    if (p.h.fifo)
        fifo_close(k, p.h.fifo - 1, slot);
}

/* How many descriptions of the pipe's other end only this process refers to. */
static uint32_t own_other_ends(struct kstep *k, const struct process *p, const struct ofd *o)
{
    uint32_t own = 0;
    for (uint32_t i = 0; i < p->h.descriptor_count; i++) {
        struct ofd other;
        uint32_t slot = p->descriptors[i].ofd, before = 0, all = 0;
        ofd_get(k, slot, &other);
        if (!ofd_is_pipe(&other) || other.kind == o->kind || other.object != o->object)
            continue;
        for (uint32_t j = 0; j < p->h.descriptor_count; j++)
            if (p->descriptors[j].ofd == slot) {
                all++;
                before += j < i;
            }
        own += before == 0 && all == other.references;
    }
    return own;
}

bool pipe_close_is_observable(struct kstep *k, const struct process *p, const struct ofd *o)
{
    struct pipe pipe;
    pipe_get(k, o->object, &pipe);
    bool reader = ofd_reads(o);
    if (pipe.h.fifo) /* whoever opens it next may notice */
        return (reader && pipe.h.readers == 1) || (ofd_writes(o) && pipe.h.writers == 1);
    if ((reader ? pipe.h.readers : pipe.h.writers) > 1)
        return false; /* another description of this end stays */
    return (reader ? pipe.h.writers : pipe.h.readers) > own_other_ends(k, p, o);
}

bool pipe_is_plain(const struct kstep *k, const struct ofd *o)
{
    const struct pipe_header *h =
        o->kind == OFD_PIPE_READ || o->kind == OFD_PIPE_WRITE ? kstep_peek(k, o->object, NULL) : NULL;
    return h && !h->fifo && !k->settings->pipe_slots && !k->settings->short_io &&
           !kstep_program_uses(k, KCALL_EPOLL_CTL);
}

bool kernel_pipe_change(const struct kstep *k, uint32_t slot, uint32_t from, uint32_t to, struct kpipe_change *c)
{
    size_t old_size, new_size;
    const unsigned char *old = intern_get(k->components, from, &old_size),
                        *new = intern_get(k->components, to, &new_size);
    struct pipe_header a = {0}, b = {0};
    if (slots_name(k->slots, slot).kind != SLOT_PIPE)
        return false;
    if (old_size)
        memcpy(&a, old, sizeof a);
    if (new_size)
        memcpy(&b, new, sizeof b);
    size_t old_start = sizeof a + (a.slots + a.watchers) * sizeof(uint32_t);
    size_t new_start = sizeof b + (b.slots + b.watchers) * sizeof(uint32_t);
    c->capacity = b.capacity;
    c->bytes = new_size && b.count &&
               (a.count != b.count || a.pieces != b.pieces ||
                memcmp(old + old_start, new + new_start, new_size - new_start) != 0);
    return true;
}
