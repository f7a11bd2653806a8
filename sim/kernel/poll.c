/* poll and ppoll; readiness: see poll.h. */
#include "kernel/poll.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "kernel/descriptor.h"
#include "kernel/epoll.h"
#include "kernel/fifo.h"
#include "kernel/handlers.h"
#include "kernel/pipe.h"
#include "kernel/signalfd.h"

/* As a pipe's own code sees it: PIPE_BUF bytes would fit (POLL-08). */
static uint32_t pipe_bits(struct kstep *k, uint32_t slot, const struct ofd *o)
{
    struct pipe p;
    uint32_t bits = 0;
    pipe_get(k, o->object, &p);
    if (ofd_reads(o)) { /* PIPE-15 */
        if (p.h.count)
            bits |= POLLIN | POLLRDNORM;
        if (!p.h.writers && !(p.h.fifo && fifo_is_alone(k, p.h.fifo - 1, slot)))
            bits |= POLLHUP; /* FIFO-10 */
    }
    if (ofd_writes(o)) { /* PIPE-16 */
        if (pipe_is_writable(k->settings, &p))
            bits |= POLLOUT | POLLWRNORM;
        if (!p.h.readers)
            bits |= POLLERR;
    }
    return bits;
}

uint32_t poll_bits(struct kstep *k, uint32_t slot, const struct ofd *o)
{
    if (ofd_is_pipe(o))
        return pipe_bits(k, slot, o);
    if (o->kind == OFD_EPOLL)
        return epoll_is_ready(k, o->object) ? POLLIN | POLLRDNORM : 0;
    if (o->kind == OFD_SIGNALFD)
        return signalfd_is_ready(k, o->object) ? POLLIN : 0; /* SIG-38 */
    return POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;       /* POLL-07 */
}

enum poll_patience poll_patience_of(int64_t seconds, int64_t fraction, int64_t fraction_max)
{
    if (seconds < 0 || fraction < 0 || fraction > fraction_max)
        return POLL_BAD;
    return seconds || fraction ? POLL_SOMETIME : POLL_NOW;
}

void poll_nothing(struct kstep *k, enum poll_patience patience)
{
    if (patience == POLL_NEVER) {
        kstep_block_masked(k);
    } else {
        kstep_return(k, 0);
        k->outcome.waited = patience == POLL_SOMETIME;
    }
}

static const struct pollfd *set_copy_in(struct kstep *k, uint64_t count, struct pollfd *set)
{
    return kstep_copy_in(k, k->call.args[0], set, (size_t)count * sizeof *set) ? set : NULL;
}

/* What is reported for one row of the set: POLL-02. */
static short row_result(struct kstep *k, const struct process *p, const struct pollfd *row)
{
    struct ofd o;
    if (row->fd < 0)
        return 0;
    if (!ofd_of(k, p, row->fd, &o))
        return POLLNVAL;
    uint32_t asked = (uint32_t)(unsigned short)row->events | POLL_ALWAYS;
    return (short)(poll_bits(k, process_descriptor(p, row->fd)->ofd, &o) & asked);
}

/* The blocking rule: no condition holds (POLL-01). POLL-13: what a program does with several that hold is its own. */
static bool poll_blocks(int64_t ready)
{
    return ready == 0;
}

bool poll_ends_with_signal(struct kstep *k, enum poll_patience patience)
{
    return patience == POLL_NEVER || kstep_signal_due_inside(k);
}

static void poll_set(struct kstep *k, enum poll_patience patience)
{
    uint64_t count = k->call.args[1];
    struct process p;
    int64_t ready = 0;
    if (count > descriptor_limit(k)) {
        kstep_fail(k, EINVAL);
        return;
    }
    struct pollfd *set = mem_zero((size_t)count + 1, sizeof *set);
    process_get(k, k->pid, &p);
    if (set_copy_in(k, count, set)) {
        for (uint64_t i = 0; i < count; i++)
            ready += (set[i].revents = row_result(k, &p, &set[i])) != 0;
        if (poll_blocks(ready) && poll_ends_with_signal(k, patience))
            kstep_block_masked(k);
        else if (k->outcome.kind == KOUT_NONE && kstep_copy_out(k, k->call.args[0], set, (size_t)count * sizeof *set))
            kstep_return(k, ready);
        k->outcome.waited = poll_blocks(ready) && patience == POLL_SOMETIME; /* until the time was over */
    }
    mem_free(set);
}

void poll_poll(struct kstep *k)
{
    int32_t timeout = kstep_int(k, 2);
    poll_set(k, timeout < 0 ? POLL_NEVER : timeout ? POLL_SOMETIME : POLL_NOW);
}

void poll_ppoll(struct kstep *k)
{
    struct timespec t;
    enum poll_patience patience = POLL_NEVER;
    if (k->call.args[2]) {
        if (!kstep_copy_in(k, k->call.args[2], &t, sizeof t))
            return;
        patience = poll_patience_of(t.tv_sec, t.tv_nsec, 999999999);
    }
    if (patience == POLL_BAD)
        kstep_fail(k, EINVAL);
    else
        poll_set(k, patience);
}

void poll_explain_one(struct kstep *k, int32_t number, const struct ofd *o, struct kwait *w)
{
    if (o->kind == OFD_EPOLL) {
        epoll_explain_object(k, o->object, w);
        return;
    }
    if (!ofd_is_pipe(o) && o->kind != OFD_SIGNALFD)
        return;
    struct kwait one = {0};
    for (int reading = 0; reading < 2; reading++) {
        if (!(reading ? ofd_reads(o) : ofd_writes(o) && ofd_is_pipe(o)))
            continue;
        kwait_reset(&one);
        if (o->kind == OFD_SIGNALFD)
            signalfd_explain(k, o, &one);
        else
            pipe_explain(k, o, reading, &one);
        bool first = w->needs.count == 0;
        w->kind = first ? one.kind : KWAIT_ANY;
        w->object = first ? one.object : UINT32_MAX;
        text_printf(&w->needs, "%sdescriptor %d: %s", first ? "" : "; or ", number, one.needs.items);
        for (size_t i = 0; i < one.wakers.count; i++)
            VEC_PUSH(&w->wakers, one.wakers.items[i]);
    }
    kwait_free(&one);
}

static int waker_compare(const void *a, const void *b)
{
    const struct kwaker *x = a, *y = b;
    if (x->pid != y->pid)
        return (x->pid > y->pid) - (x->pid < y->pid);
    return (x->descriptor > y->descriptor) - (x->descriptor < y->descriptor);
}

void poll_explain_end(struct kstep *k, struct kwait *w)
{
    size_t kept = 0;
    if (!w->needs.count) { /* POLL-11 */
        w->kind = k->signals ? KWAIT_SIGNAL : KWAIT_FOREVER;
        text_printf(&w->needs, "no descriptor could ever become ready: it waits for a signal%s",
                    k->signals ? "" : ", and none can come");
        if (k->signals)
            kwait_add_senders(k, w, false);
    }
    if (w->wakers.count)
        qsort(w->wakers.items, w->wakers.count, sizeof *w->wakers.items, waker_compare);
    for (size_t i = 0; i < w->wakers.count; i++) {
        struct kwaker one = w->wakers.items[i];
        if (w->kind == KWAIT_ANY || w->kind == KWAIT_EDGE)
            one.descriptor = -1; /* which end it is depends on the alternative */
        if (!kept || waker_compare(&one, &w->wakers.items[kept - 1]) != 0)
            w->wakers.items[kept++] = one;
        else
            w->wakers.items[kept - 1].weak &= one.weak; /* strong through any of the descriptors */
    }
    w->wakers.count = kept;
}

void poll_explain(struct kstep *k, struct kwait *w)
{
    uint64_t count = k->call.args[1];
    struct process p;
    struct ofd o;
    process_get(k, k->pid, &p);
    struct pollfd *set = mem_zero((size_t)count + 1, sizeof *set);
    if (set_copy_in(k, count, set))
        for (uint64_t i = 0; i < count; i++)
            if (ofd_of(k, &p, set[i].fd, &o))
                poll_explain_one(k, set[i].fd, &o, w);
    mem_free(set);
    poll_explain_end(k, w);
}
