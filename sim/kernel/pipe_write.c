/* Writing to a pipe. See pipe.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "kernel/epoll.h"
#include "kernel/pipe.h"
#include "kernel/signals.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The leading bytes that go into the rest of the last page slot: all or none of total mod the page, and only at the
 * start of the call (PIPE-09). */
static uint32_t merge_bytes(const struct pipe *p, const struct pipe_writing *w)
{
    uint32_t lead = w->total == w->left && !w->packets ? (uint32_t)(w->total % PIPE_PAGE) : 0;
    return p->h.slots && p->h.tail + lead <= PIPE_PAGE ? lead : 0;
}

/* The largest packet (PIPE-20). */
static uint32_t packet_bytes(const struct pipe *p)
{
    return (uint32_t)smaller(PIPE_PAGE, p->h.capacity);
}

uint32_t pipe_room(const struct kernel_settings *s, const struct pipe *p, const struct pipe_writing *w)
{
    if (s->pipe_slots) { /* PIPE-09: at most PIPE_BUF bytes fit whole or not at all, by the very rule */
        uint64_t pages = p->h.capacity / PIPE_PAGE;
        uint64_t room = p->h.slots < pages ? (pages - p->h.slots) * PIPE_PAGE : 0;
        return (uint32_t)smaller(w->left, room + merge_bytes(p, w));
    }
    uint32_t room = p->h.capacity - p->h.count; /* PIPE-08 */
    bool atomic = w->total <= smaller(PIPE_ATOMIC, p->h.capacity);
    if (atomic && room < w->total)
        return 0; /* PIPE-07: all or nothing */
    if (w->packets && room < w->left)
        room -= room % packet_bytes(p); /* whole packets only */
    return (uint32_t)smaller(w->left, room);
}

bool pipe_is_writable(const struct kernel_settings *s, const struct pipe *p)
{
    uint64_t promised = smaller(PIPE_ATOMIC, p->h.capacity);
    return s->pipe_slots ? p->h.slots < p->h.capacity / PIPE_PAGE : p->h.capacity - p->h.count >= promised;
}

bool pipe_write_blocks(const struct kernel_settings *s, const struct pipe *p, const struct pipe_writing *w)
{
    return p->h.readers > 0 && pipe_room(s, p, w) == 0;
}

/* The slots of the byte model, where a packet is buffered or now written: plain bytes in a row are one. */
static void add_lengths(const struct pipe *p, vec_u32 *lengths, uint32_t n, bool packets)
{
    uint32_t most = packets ? packet_bytes(p) : n;
    if (!p->h.slots && p->h.count)
        VEC_PUSH(lengths, p->h.count);
    if (!packets && lengths->count && !(lengths->items[lengths->count - 1] & PIPE_PACKET)) {
        lengths->items[lengths->count - 1] += n;
        return;
    }
    for (uint32_t left = n; left;) {
        uint32_t piece = left < most ? left : most;
        VEC_PUSH(lengths, piece | (packets ? PIPE_PACKET : 0));
        left -= piece;
    }
}

/* Those of page slots; tail follows the last one. */
static void add_slots(const struct pipe *p, vec_u32 *lengths, uint32_t n, uint32_t merged, bool packets, uint32_t *tail)
{
    if (merged) {
        lengths->items[p->h.slots - 1] += merged;
        *tail += merged;
    }
    for (uint32_t left = n - merged; left;) {
        uint32_t piece = left < PIPE_PAGE ? left : PIPE_PAGE;
        VEC_PUSH(lengths, piece | (packets ? PIPE_PACKET : 0));
        *tail = packets ? PIPE_PAGE : piece; /* nothing is ever added to a packet */
        left -= piece;
    }
}

/* Every write that was looked at tells those who watch for bytes, also one that failed (POLL-12). */
static void tell_readers(struct kstep *k, uint32_t slot)
{
    epoll_notify(k, slot, POLLIN | POLLRDNORM);
}

/* Appends n bytes that are known to fit. */
static void append(struct kstep *k, uint32_t slot, const struct pipe *p, const void *bytes, uint32_t n,
                   const struct pipe_writing *w)
{
    struct pipe grown = *p;
    struct pipe_room room = {0};
    pipe_append(k, &grown, bytes, n, &room);
    vec_u32 lengths = {0};
    for (uint32_t i = 0; i < p->h.slots; i++)
        VEC_PUSH(&lengths, p->lengths[i]);
    if (k->settings->pipe_slots)
        add_slots(p, &lengths, n, (uint32_t)smaller(n, merge_bytes(p, w)), w->packets, &grown.h.tail);
    else if (p->h.slots || w->packets)
        add_lengths(p, &lengths, n, w->packets);
    grown.h.slots = (uint32_t)lengths.count;
    grown.lengths = lengths.items;
    pipe_put(k, slot, &grown);
    tell_readers(k, slot);
    VEC_FREE(&lengths);
    pipe_room_free(&room);
}

/* A write that nobody can ever read: SIGPIPE, whose default action kills the writer (PIPE-06); ignored, blocked or
 * handled it is EPIPE, or the bytes already taken (PIPE-12). It goes to the writing task (SIG-28). */
static void pipe_broken(struct kstep *k, uint64_t progress)
{
    struct signals s;
    signals_get(k, k->pid, &s);
    bool blocked = signals_blocked(&s, k->tid) & signal_bit(SIGPIPE);
    if (s.actions[SIGPIPE].handler != SIGNAL_DEFAULT || blocked) {
        signal_send(k, k->pid, (struct signal_info){SIGPIPE, SI_USER, k->pid, k->tid, 0});
        if (progress)
            kstep_return(k, (int64_t)progress);
        else
            kstep_fail(k, EPIPE);
    } else if (progress) {
        kstep_die(k, SIGPIPE, "the last read end of the pipe was closed after %llu bytes of this write",
                  (unsigned long long)progress);
    } else {
        kstep_die(k, SIGPIPE, "write to a pipe that has no read end open");
    }
}

void pipe_write(struct kstep *k, const struct ofd *o, uint64_t address, uint64_t n)
{
    struct pipe p;
    uint64_t done = k->call.progress & ~KCALL_ASLEEP;
    const struct pipe_writing w = {n, n - done, o->flags & O_DIRECT};
    pipe_get(k, o->object, &p);
    if (p.h.readers == 0) { /* PIPE-17: an end that is held open is a reader, whether it reads or not */
        pipe_broken(k, done);
        return;
    }
    if (pipe_write_blocks(k->settings, &p, &w)) {
        if (!ofd_refuses_sleep(k, o)) {
            ofd_sleep(k, o);
            return;
        }
        tell_readers(k, o->object);
        if (done)
            kstep_return(k, (int64_t)done);
        else
            kstep_fail(k, EAGAIN); /* PIPE-10 */
        return;
    }
    uint32_t chunk = pipe_room(k->settings, &p, &w);
    if (k->settings->short_io && !k->settings->pipe_slots && !w.packets && n > smaller(PIPE_ATOMIC, p.h.capacity) &&
        chunk > 1 && kstep_choose(k, 2))
        chunk = 1; /* PIPE-11: any chunk is legal; the largest is Linux's, the smallest is the other extreme */
    unsigned char *bytes = mem_alloc(chunk);
    if (kstep_copy_in(k, address + done, bytes, chunk)) {
        append(k, o->object, &p, bytes, chunk, &w);
        done += chunk;
        if (done == n || o->flags & O_NONBLOCK)
            kstep_return(k, (int64_t)done); /* PIPE-10: without blocking, what fits */
        else
            kstep_continue(k, done); /* PIPE-11 */
    } else {
        tell_readers(k, o->object);
    }
    mem_free(bytes);
}
