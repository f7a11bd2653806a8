/* See epoll.h. It is over 500 lines long: entries, what objects tell them and what is reported are one thing. */
#include "kernel/epoll.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

#include "kernel/descriptor.h"
#include "kernel/handlers.h"
#include "kernel/pipe.h"
#include "kernel/poll.h"
#include "kernel/signalfd.h"

/* The component is this header, then the entries, ascending by number and description, then the watchers. */
struct epoll_header {
    uint32_t count;
    uint32_t watchers; /* instances that watch this one */
};

_Static_assert(sizeof(struct epoll_entry) == 24, "no padding: components are compared as bytes");

#define EPOLL_PRIVATE ((uint32_t)(EPOLLET | EPOLLONESHOT | EPOLLWAKEUP | EPOLLEXCLUSIVE))

/* Linux's EP_MAX_EVENTS, and the end of what user memory can be. */
#define EPOLL_ROOM_MAX ((uint32_t)(INT32_MAX / sizeof(struct epoll_event)))
#define EPOLL_ADDRESS_MAX ((UINT64_C(1) << 63) - 1)

struct instance {
    uint32_t count;
    struct epoll_entry *entries; /* a copy */
    vec_u32 watchers;            /* slots */
};

static struct instance instance_get(struct kstep *k, uint32_t slot)
{
    const struct epoll_header *h = kstep_get(k, slot, NULL);
    struct instance e = {.count = h->count};
    e.entries = mem_zero(h->count + 1, sizeof *e.entries);
    memcpy(e.entries, h + 1, h->count * sizeof *e.entries);
    const struct epoll_entry *entries = (const struct epoll_entry *)(const void *)(h + 1);
    const uint32_t *watchers = (const uint32_t *)(const void *)(entries + h->count);
    for (uint32_t i = 0; i < h->watchers; i++)
        VEC_PUSH(&e.watchers, watchers[i]);
    return e;
}

static void instance_free(struct instance *e)
{
    mem_free(e->entries);
    VEC_FREE(&e->watchers);
}

/* Stores the copy and frees it. */
static void instance_put_take(struct kstep *k, uint32_t slot, struct instance *e)
{
    vec_char packed = {0};
    struct epoll_header h = {.count = e->count, .watchers = (uint32_t)e->watchers.count};
    text_append(&packed, &h, sizeof h);
    text_append(&packed, e->entries, e->count * sizeof *e->entries);
    text_append(&packed, e->watchers.items, e->watchers.count * sizeof *e->watchers.items);
    kstep_put(k, slot, packed.items, packed.count);
    VEC_FREE(&packed);
    instance_free(e);
}

static void entry_drop(struct instance *e, uint32_t at)
{
    memmove(&e->entries[at], &e->entries[at + 1], (e->count - at - 1) * sizeof *e->entries);
    e->count--;
}

/* The events to report for an entry now; 0: it is not ready (POLL-12). */
static uint32_t entry_bits(struct kstep *k, const struct epoll_entry *entry)
{
    struct ofd o;
    uint32_t asked = entry->events & ~EPOLL_PRIVATE;
    if (!asked || (entry->events & EPOLLET && !entry->armed))
        return 0;
    ofd_get(k, entry->ofd, &o);
    return poll_bits(k, entry->ofd, &o) & asked;
}

bool epoll_is_ready(struct kstep *k, uint32_t slot)
{
    struct instance e = instance_get(k, slot);
    bool ready = false;
    for (uint32_t i = 0; i < e.count; i++)
        ready |= entry_bits(k, &e.entries[i]) != 0;
    instance_free(&e);
    return ready;
}

/* ---- who watches what ---- */

/* The instances that watch the object of a description; none, where the object does not keep them. A copy. */
static vec_u32 watchers_of(struct kstep *k, const struct ofd *o)
{
    vec_u32 watchers = {0};
    if (o->kind == OFD_EPOLL) {
        struct instance e = instance_get(k, o->object);
        watchers = e.watchers;
        mem_free(e.entries);
    } else if (o->kind == OFD_SIGNALFD) {
        signalfd_watchers(k, o->object, &watchers);
    } else if (ofd_is_pipe(o)) {
        struct pipe p;
        pipe_get(k, o->object, &p);
        for (uint32_t i = 0; i < p.h.watchers; i++)
            VEC_PUSH(&watchers, p.watchers[i]);
    }
    return watchers;
}

/* Stores them and frees the copy. */
static void watchers_put_take(struct kstep *k, const struct ofd *o, vec_u32 *watchers)
{
    if (o->kind == OFD_EPOLL) {
        struct instance e = instance_get(k, o->object);
        VEC_FREE(&e.watchers);
        e.watchers = *watchers;
        instance_put_take(k, o->object, &e);
        return;
    }
    if (o->kind == OFD_SIGNALFD) {
        signalfd_set_watchers(k, o->object, watchers);
    } else if (ofd_is_pipe(o)) {
        struct pipe p;
        pipe_get(k, o->object, &p);
        p.h.watchers = (uint32_t)watchers->count;
        p.watchers = watchers->items;
        pipe_put(k, o->object, &p);
    }
    VEC_FREE(watchers);
}

/* Once for each instance, whose entries may name an object several times. */
static void watch(struct kstep *k, const struct ofd *o, uint32_t slot, bool begin)
{
    vec_u32 watchers = watchers_of(k, o);
    size_t kept = 0;
    for (size_t i = 0; i < watchers.count; i++)
        if (watchers.items[i] != slot)
            watchers.items[kept++] = watchers.items[i];
    bool found = kept < watchers.count;
    if (begin == found) {
        VEC_FREE(&watchers);
        return;
    }
    watchers.count = kept;
    if (begin)
        VEC_PUSH(&watchers, slot);
    watchers_put_take(k, o, &watchers);
}

/* Whether an entry of the instance is left for an object. */
static bool still_watches(struct kstep *k, const struct instance *e, uint32_t object)
{
    for (uint32_t i = 0; i < e->count; i++) {
        struct ofd o;
        ofd_get(k, e->entries[i].ofd, &o);
        if ((ofd_is_pipe(&o) || o.kind == OFD_EPOLL || o.kind == OFD_SIGNALFD) && o.object == object)
            return true;
    }
    return false;
}

void epoll_forget(struct kstep *k, const struct ofd *o, uint32_t ofd)
{
    vec_u32 watchers = watchers_of(k, o);
    for (size_t i = 0; i < watchers.count; i++) {
        uint32_t slot = watchers.items[i];
        struct instance e = instance_get(k, slot);
        for (uint32_t j = e.count; j-- > 0;)
            if (e.entries[j].ofd == ofd)
                entry_drop(&e, j);
        if (!still_watches(k, &e, o->object))
            watch(k, o, slot, false); /* or the instance may be gone when the next one is told */
        instance_put_take(k, slot, &e);
    }
    VEC_FREE(&watchers);
}

/* ---- what pipes tell ---- */

/* What of it concerns an end of a pipe: bytes those that read, room those that write. */
static uint32_t bits_heard(const struct ofd *o, uint32_t bits)
{
    if (ofd_is_pipe(o) && !ofd_reads(o))
        bits &= ~(uint32_t)(POLLIN | POLLRDNORM);
    if (ofd_is_pipe(o) && !ofd_writes(o))
        bits &= ~(uint32_t)(POLLOUT | POLLWRNORM);
    return bits;
}

static void arm(struct kstep *k, uint32_t slot, uint32_t object, uint32_t bits);

/* An instance has got an event: it is an arrival for those that watch it (POLL-14). */
static void tell_outer(struct kstep *k, uint32_t slot)
{
    vec_u32 outer = watchers_of(k, &(struct ofd){.kind = OFD_EPOLL, .object = slot});
    for (size_t i = 0; i < outer.count; i++)
        arm(k, outer.items[i], slot, (uint32_t)(POLLIN | POLLRDNORM));
    VEC_FREE(&outer);
}

static void arm(struct kstep *k, uint32_t slot, uint32_t object, uint32_t bits)
{
    struct instance e = instance_get(k, slot);
    bool changed = false, arrived = false;
    for (uint32_t i = 0; i < e.count; i++) {
        struct epoll_entry *entry = &e.entries[i];
        struct ofd o;
        ofd_get(k, entry->ofd, &o);
        if (o.object != object || !(entry->events & bits_heard(&o, bits)) || !(entry->events & ~EPOLL_PRIVATE))
            continue;
        arrived = true;
        if (!(entry->events & EPOLLET) || entry->armed)
            continue;
        entry->armed = 1;
        changed = true;
    }
    if (changed)
        instance_put_take(k, slot, &e);
    else
        instance_free(&e);
    if (arrived)
        tell_outer(k, slot);
}

void epoll_notify(struct kstep *k, uint32_t object, uint32_t bits)
{
    vec_u32 watchers = watchers_of(k, &(struct ofd){.kind = OFD_PIPE_BOTH, .object = object});
    for (size_t i = 0; i < watchers.count; i++)
        arm(k, watchers.items[i], object, bits);
    VEC_FREE(&watchers);
}

void epoll_close(struct kstep *k, uint32_t slot)
{
    struct instance e = instance_get(k, slot);
    for (uint32_t i = 0; i < e.count; i++) {
        struct ofd o;
        ofd_get(k, e.entries[i].ofd, &o);
        watch(k, &o, slot, false);
    }
    instance_free(&e);
    kstep_put(k, slot, NULL, 0);
}

/* ---- calls ---- */

static void create(struct kstep *k, uint32_t flags)
{
    int32_t number;
    if (!descriptor_lowest_free(k, 0, 1, &number)) {
        kstep_fail(k, EMFILE);
        return;
    }
    uint32_t slot = kstep_slot(k, SLOT_EPOLL, k->pid, kstep_free_index(k, SLOT_EPOLL, k->pid));
    struct epoll_header h = {0};
    kstep_put(k, slot, &h, sizeof h);
    uint32_t ofd = ofd_create(k, (struct ofd){.kind = OFD_EPOLL, .flags = O_RDWR, .references = 1, .object = slot});
    process_set_descriptor(k, k->pid,
                           (struct descriptor){(uint32_t)number, ofd, flags & EPOLL_CLOEXEC ? FD_CLOEXEC : 0});
    kstep_return(k, number);
}

void epoll_create_size(struct kstep *k)
{
    if (kstep_int(k, 0) <= 0)
        kstep_fail(k, EINVAL);
    else
        create(k, 0);
}

void epoll_create_flags(struct kstep *k)
{
    if (k->call.args[0] & ~(uint64_t)EPOLL_CLOEXEC)
        kstep_fail(k, EINVAL);
    else
        create(k, (uint32_t)k->call.args[0]);
}

/* The instance that the first argument means; false after failing. */
static bool own_instance(struct kstep *k, uint32_t *slot)
{
    struct ofd o;
    if (!ofd_own(k, kstep_int(k, 0), &o))
        return false;
    *slot = o.object;
    if (o.kind != OFD_EPOLL)
        kstep_fail(k, EINVAL);
    return o.kind == OFD_EPOLL;
}

/* The place of the entry, or where it belongs. */
static uint32_t entry_place(const struct instance *e, uint32_t number, uint32_t ofd, bool *found)
{
    uint32_t at = 0;
    while (at < e->count &&
           (e->entries[at].number < number || (e->entries[at].number == number && e->entries[at].ofd < ofd)))
        at++;
    *found = at < e->count && e->entries[at].number == number && e->entries[at].ofd == ofd;
    return at;
}

static int control(struct kstep *k, uint32_t slot, struct epoll_entry wanted, const struct ofd *o)
{
    struct instance e = instance_get(k, slot);
    int32_t operation = kstep_int(k, 1);
    bool found;
    uint32_t at = entry_place(&e, wanted.number, wanted.ofd, &found);
    int error = operation == EPOLL_CTL_ADD ? (found ? EEXIST : 0) : found ? 0 : ENOENT;
    if (error) {
        instance_free(&e);
        return error;
    }
    bool news = false;
    if (operation == EPOLL_CTL_DEL) {
        entry_drop(&e, at);
        if (!still_watches(k, &e, o->object))
            watch(k, o, slot, false);
    } else {
        wanted.armed = wanted.events & EPOLLET && poll_bits(k, wanted.ofd, o) & wanted.events;
        if (operation == EPOLL_CTL_ADD) {
            e.entries = mem_grow(e.entries, (e.count + 1) * sizeof *e.entries);
            memmove(&e.entries[at + 1], &e.entries[at], (e.count - at) * sizeof *e.entries);
            e.count++;
            watch(k, o, slot, true);
        }
        news = poll_bits(k, wanted.ofd, o) & wanted.events && !(found && entry_bits(k, &e.entries[at]));
        e.entries[at] = wanted;
    }
    instance_put_take(k, slot, &e);
    if (news)
        tell_outer(k, slot); /* POLL-14 */
    return 0;
}

/* The most instances one inside the other (POLL-14). */
enum { NESTED_MAX = 5 };

/* The longest chain of instances that begins at one, downward or upward, it included; above NESTED_MAX it may stop.
 * *meets: another one is in it. */
static uint32_t chain(struct kstep *k, uint32_t slot, bool down, uint32_t other, bool *meets)
{
    struct instance e = instance_get(k, slot);
    uint32_t longest = 0;
    *meets |= slot == other;
    for (uint32_t i = 0; i < (down ? e.count : (uint32_t)e.watchers.count) && !*meets && longest <= NESTED_MAX; i++) {
        struct ofd o = {.kind = OFD_EPOLL};
        if (down)
            ofd_get(k, e.entries[i].ofd, &o);
        else
            o.object = e.watchers.items[i];
        if (o.kind != OFD_EPOLL)
            continue;
        uint32_t length = chain(k, o.object, down, other, meets);
        longest = length > longest ? length : longest;
    }
    instance_free(&e);
    return longest + 1;
}

/* Whether an instance may be added to another one: 0, or an errno. */
static int nesting_error(struct kstep *k, uint32_t outer, uint32_t inner, uint32_t events)
{
    bool meets = false, ignored = false;
    if (inner == outer || events & (uint32_t)EPOLLEXCLUSIVE)
        return EINVAL;
    uint32_t below = chain(k, inner, true, outer, &meets), above = chain(k, outer, false, UINT32_MAX, &ignored);
    return meets || below + above > NESTED_MAX ? ELOOP : 0;
}

/* Whether what is to be watched is a signalfd, or an instance with one in it: no arrival is told of those (SIG-38). */
static bool shows_signals(struct kstep *k, const struct ofd *o)
{
    if (o->kind != OFD_EPOLL)
        return o->kind == OFD_SIGNALFD;
    struct instance e = instance_get(k, o->object);
    bool shows = false;
    for (uint32_t i = 0; i < e.count && !shows; i++) {
        struct ofd inner;
        ofd_get(k, e.entries[i].ofd, &inner);
        shows = shows_signals(k, &inner);
    }
    instance_free(&e);
    return shows;
}

/* Whether an instance stands edge-triggered in another one, or that one does. */
static bool watched_by_edges(struct kstep *k, uint32_t slot)
{
    vec_u32 outer = watchers_of(k, &(struct ofd){.kind = OFD_EPOLL, .object = slot});
    bool edges = false;
    for (size_t i = 0; i < outer.count && !edges; i++) {
        struct instance e = instance_get(k, outer.items[i]);
        for (uint32_t j = 0; j < e.count; j++) {
            struct ofd o;
            ofd_get(k, e.entries[j].ofd, &o);
            edges |= o.kind == OFD_EPOLL && o.object == slot && e.entries[j].events & (uint32_t)EPOLLET;
        }
        instance_free(&e);
        edges = edges || watched_by_edges(k, outer.items[i]);
    }
    VEC_FREE(&outer);
    return edges;
}

void epoll_control(struct kstep *k)
{
    struct ofd o, instance;
    struct epoll_event event = {0};
    uint32_t slot;
    int32_t operation = kstep_int(k, 1), number = kstep_int(k, 2);
    if (operation != EPOLL_CTL_DEL && !kstep_copy_in(k, k->call.args[3], &event, sizeof event))
        return;
    if (!ofd_own(k, kstep_int(k, 0), &instance) || !ofd_own(k, number, &o))
        return;
    if (o.kind == OFD_FILE || o.kind == OFD_DIRECTORY || o.kind == OFD_DEVICE) {
        kstep_fail(k, EPERM); /* POLL-07: they are always ready, and cannot be watched */
        return;
    }
    if (!own_instance(k, &slot))
        return;
    bool known = operation == EPOLL_CTL_ADD || operation == EPOLL_CTL_MOD || operation == EPOLL_CTL_DEL;
    int wrong = known ? 0 : EINVAL;
    if (known && o.kind == OFD_EPOLL && (operation == EPOLL_CTL_ADD || o.object == slot))
        wrong = nesting_error(k, slot, o.object, event.events); /* POLL-14 */
    if (!wrong && operation != EPOLL_CTL_DEL && shows_signals(k, &o) &&
        (event.events & (uint32_t)EPOLLET || watched_by_edges(k, slot))) {
        kstep_limit(k, "a signalfd that is watched edge-triggered is not modelled");
        wrong = EINVAL;
    }
    if (wrong) {
        kstep_fail(k, wrong);
        return;
    }
    struct epoll_entry wanted = {.number = (uint32_t)number,
                                 .ofd = descriptor_own(k, number)->ofd,
                                 .events = event.events | POLLERR | POLLHUP,
                                 .data = event.data.u64};
    int error = control(k, slot, wanted, &o);
    if (error)
        kstep_fail(k, error);
    else
        kstep_return(k, 0);
}

/* Which of more ready entries than the caller takes come first is open: a choice of where to begin (POLL-13). */
static void report(struct kstep *k, uint32_t slot, struct instance *e, uint32_t ready, uint32_t room)
{
    uint32_t begin = ready > room ? kstep_choose(k, ready) : 0, taken = 0, seen = 0;
    struct epoll_event *events = mem_zero(ready + 1, sizeof *events);
    bool changed = false;
    for (uint32_t round = 0; round < 2; round++, seen = 0)
        for (uint32_t i = 0; i < e->count; i++) {
            struct epoll_entry *entry = &e->entries[i];
            uint32_t bits = entry_bits(k, entry);
            if (!bits)
                continue;
            bool mine = round == 0 ? seen >= begin : seen < begin;
            seen++;
            if (!mine || taken == room)
                continue;
            events[taken].events = bits;
            events[taken++].data.u64 = entry->data;
        }
    if (!kstep_copy_out(k, k->call.args[1], events, taken * sizeof *events)) {
        mem_free(events);
        instance_free(e);
        return;
    }
    seen = 0;
    for (uint32_t i = 0; i < e->count; i++) {
        struct epoll_entry *entry = &e->entries[i];
        if (!entry_bits(k, entry))
            continue;
        bool reported = (seen++ + ready - begin) % ready < taken;
        if (!reported || !(entry->events & (EPOLLET | EPOLLONESHOT)))
            continue;
        entry->armed = 0;
        if (entry->events & EPOLLONESHOT)
            entry->events &= EPOLL_PRIVATE;
        changed = true;
    }
    mem_free(events);
    if (changed)
        instance_put_take(k, slot, e);
    else
        instance_free(e);
    kstep_return(k, taken);
}

static void wait_for(struct kstep *k, enum poll_patience patience)
{
    uint32_t slot, ready = 0;
    int32_t room = kstep_int(k, 2);
    if (patience != POLL_BAD && !ofd_own(k, kstep_int(k, 0), &(struct ofd){0}))
        return; /* POLL-15: before the other arguments */
    if (room <= 0 || (uint32_t)room > EPOLL_ROOM_MAX || patience == POLL_BAD) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (k->call.args[1] > EPOLL_ADDRESS_MAX) {
        kstep_fail(k, EFAULT); /* POLL-15 */
        return;
    }
    if (!own_instance(k, &slot))
        return;
    struct instance e = instance_get(k, slot);
    for (uint32_t i = 0; i < e.count; i++)
        ready += entry_bits(k, &e.entries[i]) != 0;
    if (ready) {
        report(k, slot, &e, ready, ready < (uint32_t)room ? ready : (uint32_t)room);
        return;
    }
    instance_free(&e);
    poll_nothing(k, patience); /* POLL-01 */
}

void epoll_wait_events(struct kstep *k)
{
    int32_t timeout = kstep_int(k, 3);
    wait_for(k, timeout < 0 ? POLL_NEVER : timeout ? POLL_SOMETIME : POLL_NOW);
}

/* ---- explanations ---- */

struct sharers {
    struct kstep *k;
    struct kwait *w;
    uint32_t slot;
};

/* Who shares the instance could add something to it. */
static void sharer_add(void *context, const struct process *p)
{
    struct sharers *s = context;
    for (uint32_t i = 0; i < p->h.descriptor_count && p->h.pid != s->k->pid; i++) {
        struct ofd o;
        ofd_get(s->k, p->descriptors[i].ofd, &o);
        if (o.kind == OFD_EPOLL && o.object == s->slot) {
            VEC_PUSH(&s->w->wakers, ((struct kwaker){p->h.pid, -1, false}));
            return;
        }
    }
}

void epoll_explain_object(struct kstep *k, uint32_t slot, struct kwait *w)
{
    struct instance e = instance_get(k, slot);
    for (uint32_t i = 0; i < e.count; i++) {
        struct ofd o;
        if (!(e.entries[i].events & ~EPOLL_PRIVATE))
            continue;
        ofd_get(k, e.entries[i].ofd, &o);
        bool told = (poll_bits(k, e.entries[i].ofd, &o) & e.entries[i].events) != 0;
        size_t before = w->needs.count;
        poll_explain_one(k, (int32_t)e.entries[i].number, &o, w);
        if (!told)
            continue;
        w->kind = KWAIT_EDGE; /* the state would do, but its edge has passed */
        w->needs.count = before;
        text_printf(&w->needs, "%sdescriptor %u is ready, but edge-triggered and reported already: needs a new arrival",
                    before ? "; or " : "", e.entries[i].number);
    }
    instance_free(&e);
    process_visit(k, sharer_add, &(struct sharers){k, w, slot});
}

void epoll_explain(struct kstep *k, struct kwait *w)
{
    uint32_t slot;
    if (own_instance(k, &slot))
        epoll_explain_object(k, slot, w);
    poll_explain_end(k, w);
}
