/* See signalfd.h. */
#include "kernel/signalfd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#include "kernel/descriptor.h"
#include "kernel/handlers.h"
#include "kernel/names.h"
#include "kernel/signals.h"

/* The component is this header, then watchers[watchers]. */
struct signalfd_header {
    uint64_t set;
    uint32_t watchers, unused;
};

_Static_assert(sizeof(struct signalfd_header) == 16, "no padding: components are compared as bytes");
_Static_assert(sizeof(struct signalfd_siginfo) == SIGNALFD_INFO_BYTES, "the caller's own layout");

static struct signalfd_header header_get(struct kstep *k, uint32_t slot)
{
    struct signalfd_header h;
    memcpy(&h, kstep_get(k, slot, NULL), sizeof h);
    return h;
}

void signalfd_watchers(struct kstep *k, uint32_t slot, vec_u32 *out)
{
    const char *bytes = kstep_get(k, slot, NULL);
    struct signalfd_header h = header_get(k, slot);
    for (uint32_t i = 0; i < h.watchers; i++) {
        uint32_t watcher;
        memcpy(&watcher, bytes + sizeof h + i * sizeof watcher, sizeof watcher);
        VEC_PUSH(out, watcher);
    }
}

static void put(struct kstep *k, uint32_t slot, uint64_t set, const vec_u32 *watchers)
{
    struct signalfd_header h = {.set = set, .watchers = (uint32_t)watchers->count};
    vec_char packed = {0};
    text_append(&packed, &h, sizeof h);
    text_append(&packed, watchers->items, watchers->count * sizeof *watchers->items);
    kstep_put(k, slot, packed.items, packed.count);
    VEC_FREE(&packed);
}

void signalfd_set_watchers(struct kstep *k, uint32_t slot, const vec_u32 *watchers)
{
    put(k, slot, header_get(k, slot).set, watchers);
}

void signalfd_close(struct kstep *k, uint32_t slot)
{
    kstep_put(k, slot, NULL, 0);
}

/* ---- signalfd() ---- */

static void create(struct kstep *k, uint64_t set, uint32_t flags)
{
    int32_t number;
    if (!descriptor_lowest_free(k, 0, 1, &number)) {
        kstep_fail(k, EMFILE);
        return;
    }
    uint32_t slot = kstep_slot(k, SLOT_SIGNALFD, k->pid, kstep_free_index(k, SLOT_SIGNALFD, k->pid));
    put(k, slot, set, &(vec_u32){0});
    uint32_t ofd = ofd_create(
        k,
        (struct ofd){.kind = OFD_SIGNALFD, .flags = O_RDWR | (flags & SFD_NONBLOCK), .references = 1, .object = slot});
    process_set_descriptor(k, k->pid, (struct descriptor){(uint32_t)number, ofd, flags & SFD_CLOEXEC ? FD_CLOEXEC : 0});
    kstep_return(k, number);
}

/* Another set for one that is there; its flags stay as they are. */
static void change(struct kstep *k, int32_t number, uint64_t set)
{
    struct ofd o;
    if (!ofd_own(k, number, &o))
        return;
    if (o.kind != OFD_SIGNALFD) {
        kstep_fail(k, EINVAL);
    } else {
        vec_u32 watchers = {0};
        signalfd_watchers(k, o.object, &watchers);
        put(k, o.object, set, &watchers);
        VEC_FREE(&watchers);
        kstep_return(k, number);
    }
}

void signalfd_create(struct kstep *k)
{
    uint64_t set, flags = k->call.args[2] & UINT32_MAX;
    int32_t number = kstep_int(k, 0);
    if (flags & ~(uint64_t)(SFD_NONBLOCK | SFD_CLOEXEC)) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (!kstep_copy_in(k, k->call.args[1], &set, sizeof set))
        return;
    set &= ~(signal_bit(SIGKILL) | signal_bit(SIGSTOP)); /* SIG-08 */
    if (number == -1)
        create(k, set, (uint32_t)flags);
    else
        change(k, number, set);
}

/* ---- reading ---- */

/* What the caller could take now. One that is not blocked and would kill does so before anybody reads it. */
static uint64_t readable(const struct kstep *k, const struct signals *s, uint64_t set)
{
    uint64_t due = signals_due(s, k->tid);
    set &= signals_pending_set(s, k->tid);
    for (uint32_t i = 1; i <= SIGNAL_MAX; i++)
        if (set & due & signal_bit(i) && s->actions[i].handler == SIGNAL_DEFAULT)
            set &= ~signal_bit(i);
    return set;
}

/* The blocking rule: no signal of the set is pending for the reader (SIG-35). */
static bool signalfd_read_blocks(uint64_t set)
{
    return !set;
}

bool signalfd_is_ready(struct kstep *k, uint32_t slot)
{
    struct signals s;
    signals_get(k, k->pid, &s);
    return !signalfd_read_blocks(readable(k, &s, header_get(k, slot).set));
}

static struct signalfd_siginfo told(struct signals *s, const struct signal_info *info)
{
    struct signalfd_siginfo i;
    unsigned char bytes[SIGNAL_INFO_BYTES];
    siginfo_t plain;
    signal_info_bytes(s, info, bytes);
    memcpy(&plain, bytes, sizeof plain);
    memset(&i, 0, sizeof i);
    i.ssi_signo = info->signal;
    i.ssi_code = info->code;
    if (info->code == SI_TIMER) {
        i.ssi_tid = (uint32_t)plain.si_timerid;
        i.ssi_overrun = (uint32_t)plain.si_overrun;
    } else {
        i.ssi_pid = (uint32_t)plain.si_pid;
        i.ssi_uid = plain.si_uid;
    }
    if (info->signal == SIGCHLD && info->code > 0) {
        i.ssi_status = (int32_t)info->value;
    } else if (info->code < 0) {
        i.ssi_int = (int32_t)(uint32_t)info->value;
        i.ssi_ptr = info->value;
    }
    return i;
}

void signalfd_read(struct kstep *k, const struct ofd *o, uint64_t address, uint64_t n)
{
    uint64_t set = header_get(k, o->object).set, taken = 0, left;
    struct signals s;
    vec_char out = {0};
    signals_get(k, k->pid, &s);
    for (; taken < n / SIGNALFD_INFO_BYTES && !signalfd_read_blocks(left = readable(k, &s, set)); taken++) {
        struct signal_info info = signals_take(&s, k->tid, signals_choose(k, &s, left));
        struct signalfd_siginfo one = told(&s, &info);
        text_append(&out, &one, sizeof one);
    }
    if (!taken && ofd_refuses_sleep(k, o)) {
        kstep_fail(k, EAGAIN);
    } else if (!taken) {
        ofd_sleep(k, o); /* EINTR-01 */
    } else if (kstep_copy_out(k, address, out.items, out.count)) {
        signals_put(k, &s);
        kstep_return(k, (int64_t)out.count);
    }
    VEC_FREE(&out);
}

void signalfd_explain(struct kstep *k, const struct ofd *o, struct kwait *w)
{
    w->kind = KWAIT_SIGNAL;
    text_printf(&w->needs, "no signal of the signalfd is pending: needs one of ");
    names_signal_set(&w->needs, header_get(k, o->object).set);
    kwait_add_senders(k, w, false);
}
