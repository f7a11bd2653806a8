/* The calls: see epoll.h. */
#include "kernel/epoll.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

#include "kernel/descriptor.h"
#include "kernel/epoll_instance.h"
#include "kernel/handlers.h"
#include "kernel/poll.h"

/* Linux's EP_MAX_EVENTS, and the end of what user memory can be. */
#define EPOLL_ROOM_MAX ((uint32_t)(INT32_MAX / sizeof(struct epoll_event)))
#define EPOLL_ADDRESS_MAX ((UINT64_C(1) << 63) - 1)

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
    struct epoll_instance e = epoll_instance_get(k, slot);
    bool ready = false;
    for (uint32_t i = 0; i < e.count; i++)
        ready |= entry_bits(k, &e.entries[i]) != 0;
    epoll_instance_free(&e);
    return ready;
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
    epoll_instance_put_take(k, slot, &(struct epoll_instance){0});
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
static uint32_t entry_place(const struct epoll_instance *e, uint32_t number, uint32_t ofd, bool *found)
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
    struct epoll_instance e = epoll_instance_get(k, slot);
    int32_t operation = kstep_int(k, 1);
    bool found;
    uint32_t at = entry_place(&e, wanted.number, wanted.ofd, &found);
    int error = operation == EPOLL_CTL_ADD ? (found ? EEXIST : 0) : found ? 0 : ENOENT;
    if (error) {
        epoll_instance_free(&e);
        return error;
    }
    bool news = false;
    if (operation == EPOLL_CTL_DEL) {
        epoll_entry_drop(&e, at);
        if (!epoll_still_watches(k, &e, o))
            epoll_watch(k, o, slot, false);
    } else {
        wanted.armed = wanted.events & EPOLLET && poll_bits(k, wanted.ofd, o) & wanted.events;
        if (operation == EPOLL_CTL_ADD) {
            e.entries = mem_grow(e.entries, (e.count + 1) * sizeof *e.entries);
            memmove(&e.entries[at + 1], &e.entries[at], (e.count - at) * sizeof *e.entries);
            e.count++;
            epoll_watch(k, o, slot, true);
        }
        news = poll_bits(k, wanted.ofd, o) & wanted.events && !(found && entry_bits(k, &e.entries[at]));
        e.entries[at] = wanted;
    }
    epoll_instance_put_take(k, slot, &e);
    if (news)
        epoll_tell_outer(k, slot); /* POLL-14 */
    return 0;
}

/* The most instances one inside the other (POLL-14). */
enum { NESTED_MAX = 5 };

/* The longest chain of instances that begins at one, downward or upward, it included; above NESTED_MAX it may stop.
 * *meets: another one is in it. */
static uint32_t chain(struct kstep *k, uint32_t slot, bool down, uint32_t other, bool *meets)
{
    struct epoll_instance e = epoll_instance_get(k, slot);
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
    epoll_instance_free(&e);
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
    struct epoll_instance e = epoll_instance_get(k, o->object);
    bool shows = false;
    for (uint32_t i = 0; i < e.count && !shows; i++) {
        struct ofd inner;
        ofd_get(k, e.entries[i].ofd, &inner);
        shows = shows_signals(k, &inner);
    }
    epoll_instance_free(&e);
    return shows;
}

/* Whether an instance stands edge-triggered in another one, or that one does. */
static bool watched_by_edges(struct kstep *k, uint32_t slot)
{
    vec_u32 outer = epoll_watchers_of(k, &(struct ofd){.kind = OFD_EPOLL, .object = slot});
    bool edges = false;
    for (size_t i = 0; i < outer.count && !edges; i++) {
        struct epoll_instance e = epoll_instance_get(k, outer.items[i]);
        for (uint32_t j = 0; j < e.count; j++) {
            struct ofd o;
            ofd_get(k, e.entries[j].ofd, &o);
            edges |= o.kind == OFD_EPOLL && o.object == slot && e.entries[j].events & (uint32_t)EPOLLET;
        }
        epoll_instance_free(&e);
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
static void report(struct kstep *k, uint32_t slot, struct epoll_instance *e, uint32_t ready, uint32_t room)
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
        epoll_instance_free(e);
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
        epoll_instance_put_take(k, slot, e);
    else
        epoll_instance_free(e);
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
    struct epoll_instance e = epoll_instance_get(k, slot);
    for (uint32_t i = 0; i < e.count; i++)
        ready += entry_bits(k, &e.entries[i]) != 0;
    if (ready) {
        report(k, slot, &e, ready, ready < (uint32_t)room ? ready : (uint32_t)room);
        return;
    }
    epoll_instance_free(&e);
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
    struct epoll_instance e = epoll_instance_get(k, slot);
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
    epoll_instance_free(&e);
    process_visit(k, sharer_add, &(struct sharers){k, w, slot});
}

void epoll_explain(struct kstep *k, struct kwait *w)
{
    uint32_t slot;
    if (own_instance(k, &slot))
        epoll_explain_object(k, slot, w);
    poll_explain_end(k, w);
}
