/* See signals.h. Packing, the sets, and what happens when a signal is sent. */
#include "kernel/signals.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/process.h"

_Static_assert(sizeof(struct signals_header) == 48 && sizeof(struct signal_action) == 24 &&
                   sizeof(struct signal_mask) == 16 && sizeof(struct signal_info) == 24 &&
                   sizeof(struct signal_timer) == 48,
               "no padding, and the arrays that follow one another stay aligned");

/* SIGKILL and SIGSTOP, which nothing holds off (SIG-08). */
#define UNSTOPPABLE (UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1))
/* Those that the default action stops for. */
#define STOPPING                                                                                                       \
    (UINT64_C(1) << (SIGSTOP - 1) | UINT64_C(1) << (SIGTSTP - 1) | UINT64_C(1) << (SIGTTIN - 1) |                      \
     UINT64_C(1) << (SIGTTOU - 1))

static uint32_t signals_slot(struct kstep *k, uint32_t pid)
{
    return kstep_slot(k, SLOT_SIGNALS, pid, 0);
}

void signals_get(struct kstep *k, uint32_t pid, struct signals *s)
{
    memset(s, 0, sizeof *s);
    s->pid = pid;
    const char *bytes = k->signals ? kstep_get(k, signals_slot(k, pid), NULL) : NULL;
    if (!bytes)
        return;
    memcpy(&s->h, bytes, sizeof s->h);
    bytes += sizeof s->h;
    for (uint32_t i = 0; i < s->h.action_count; i++) {
        struct signal_action a;
        memcpy(&a, bytes, sizeof a);
        s->actions[a.signal] = a;
        bytes += sizeof a;
    }
    memcpy(s->masks, bytes, s->h.mask_count * sizeof *s->masks);
    bytes += s->h.mask_count * sizeof *s->masks;
    memcpy(s->pending, bytes, s->h.pending_count * sizeof *s->pending);
    bytes += s->h.pending_count * sizeof *s->pending;
    memcpy(s->timers, bytes, s->h.timer_count * sizeof *s->timers);
}

static void pending_drop(struct signals *s, uint32_t i)
{
    s->h.pending_count--;
    memmove(&s->pending[i], &s->pending[i + 1], (s->h.pending_count - i) * sizeof *s->pending);
}

/* Drops those of `set` that are pending. */
static void pending_discard(struct signals *s, uint64_t set)
{
    for (uint32_t i = s->h.pending_count; i-- > 0;)
        if (set & signal_bit(s->pending[i].signal))
            pending_drop(s, i);
}

/* SIG-09: what is ignored stays only while it is blocked (SIG-10). */
static void discard_ignored(struct signals *s)
{
    for (uint32_t i = s->h.pending_count; i-- > 0;) {
        uint32_t signal = s->pending[i].signal, tid = s->pending[i].tid;
        if (signals_ignored(s, signal) && !(signals_blocked(s, tid ? tid : s->pid) & signal_bit(signal)))
            pending_drop(s, i);
    }
}

void signals_put(struct kstep *k, struct signals *s)
{
    vec_char packed = {0};
    discard_ignored(s);
    struct signals_header h = s->h;
    h.action_count = 0;
    text_append(&packed, &h, sizeof h);
    for (uint32_t i = 1; i <= SIGNAL_MAX; i++) {
        const struct signal_action *a = &s->actions[i];
        if (a->handler != SIGNAL_DEFAULT || a->flags || a->mask) {
            text_append(&packed, a, sizeof *a);
            h.action_count++;
        }
    }
    memcpy(packed.items, &h, sizeof h);
    text_append(&packed, s->masks, h.mask_count * sizeof *s->masks);
    text_append(&packed, s->pending, h.pending_count * sizeof *s->pending);
    text_append(&packed, s->timers, h.timer_count * sizeof *s->timers);
    bool empty = packed.count == sizeof h && !h.job && !h.timer && !h.interval && !h.interrupting;
    kstep_put(k, signals_slot(k, s->pid), packed.items, empty ? 0 : packed.count);
    VEC_FREE(&packed);
}

void signals_remove(struct kstep *k, uint32_t pid)
{
    if (k->signals)
        kstep_put(k, signals_slot(k, pid), NULL, 0);
}

uint64_t signals_blocked(const struct signals *s, uint32_t tid)
{
    for (uint32_t i = 0; i < s->h.mask_count; i++)
        if (s->masks[i].tid == tid)
            return s->masks[i].blocked;
    return 0;
}

void signals_block(struct signals *s, uint32_t tid, uint64_t blocked)
{
    uint32_t at = 0, n = s->h.mask_count;
    blocked &= ~UNSTOPPABLE;
    while (at < n && s->masks[at].tid < tid)
        at++;
    bool there = at < n && s->masks[at].tid == tid;
    if (there && !blocked) {
        memmove(&s->masks[at], &s->masks[at + 1], (n - at - 1) * sizeof *s->masks);
        s->h.mask_count--;
    } else if (there) {
        s->masks[at].blocked = blocked;
    } else if (blocked && n < SIGNAL_MASKS_MAX) {
        memmove(&s->masks[at + 1], &s->masks[at], (n - at) * sizeof *s->masks);
        s->masks[at] = (struct signal_mask){.tid = tid, .blocked = blocked};
        s->h.mask_count++;
    }
}

enum signal_default signal_default(uint32_t signal)
{
    switch (signal) {
    case SIGCHLD:
    case SIGCONT: /* what it does it does when it is sent (SIG-27) */
    case SIGURG:
    case SIGWINCH:
        return SIGNAL_NOTHING;
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
        return SIGNAL_STOPS;
    case SIGQUIT:
    case SIGILL:
    case SIGTRAP:
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGSEGV:
    case SIGSYS:
    case SIGXCPU:
    case SIGXFSZ:
        return SIGNAL_DUMPS;
    default:
        return SIGNAL_ENDS;
    }
}

bool signals_ignored(const struct signals *s, uint32_t signal)
{
    uint64_t handler = s->actions[signal].handler;
    return handler == SIGNAL_IGNORE || (handler == SIGNAL_DEFAULT && signal_default(signal) == SIGNAL_NOTHING);
}

uint64_t signals_pending_set(const struct signals *s, uint32_t tid)
{
    uint64_t set = 0;
    for (uint32_t i = 0; i < s->h.pending_count; i++)
        if (!s->pending[i].tid || s->pending[i].tid == tid)
            set |= signal_bit(s->pending[i].signal);
    return set;
}

uint64_t signals_due(const struct signals *s, uint32_t tid)
{
    uint64_t set = signals_pending_set(s, tid) & ~signals_blocked(s, tid);
    for (uint32_t i = 1; i <= SIGNAL_MAX; i++)
        if (set & signal_bit(i) && signals_ignored(s, i))
            set &= ~signal_bit(i);
    return set;
}

uint32_t signals_first(const struct signals *s, uint32_t tid, uint64_t set)
{
    /* A process that faults hears of it before anything else. */
    static const uint64_t faults = UINT64_C(1) << (SIGSEGV - 1) | UINT64_C(1) << (SIGBUS - 1) |
                                   UINT64_C(1) << (SIGILL - 1) | UINT64_C(1) << (SIGTRAP - 1) |
                                   UINT64_C(1) << (SIGFPE - 1) | UINT64_C(1) << (SIGSYS - 1);
    uint64_t own = 0;
    for (uint32_t i = 0; i < s->h.pending_count; i++)
        if (s->pending[i].tid == tid)
            own |= signal_bit(s->pending[i].signal);
    if (set & own)
        set &= own;
    if (set & faults)
        set &= faults;
    for (uint32_t i = 1; i <= SIGNAL_MAX; i++)
        if (set & signal_bit(i))
            return i;
    return 0;
}

uint32_t signals_choose(struct kstep *k, const struct signals *s, uint64_t set)
{
    uint32_t signal = signals_first(s, k->tid, set), n = 0;
    if (!k->settings->signal_order)
        return signal;
    for (uint32_t i = 1; i <= SIGNAL_MAX; i++)
        n += (set & signal_bit(i)) != 0;
    uint32_t chosen = kstep_choose(k, n);
    for (signal = 1; !(set & signal_bit(signal)) || chosen--; signal++)
        continue;
    return signal;
}

struct signal_info signals_take(struct signals *s, uint32_t tid, uint32_t signal)
{
    uint32_t at = s->h.pending_count;
    for (uint32_t i = s->h.pending_count; i-- > 0;)
        if (s->pending[i].signal == signal && !s->pending[i].tid)
            at = i;
    for (uint32_t i = s->h.pending_count; i-- > 0;)
        if (s->pending[i].signal == signal && s->pending[i].tid == tid)
            at = i;
    struct signal_info taken = s->pending[at];
    pending_drop(s, at);
    if (signal == SIGALRM && !s->h.timer)
        s->h.timer = s->h.interval; /* SIG-43: as Linux does, whoever sent it */
    struct signal_timer *t = taken.code == SI_TIMER ? signals_timer(s, taken.pid) : NULL;
    if (t) {
        t->overrun = t->missed;
        t->missed = 0;
    }
    return taken;
}

bool signals_drop_ignored(struct signals *s, uint32_t tid, uint64_t mask)
{
    uint32_t before = s->h.pending_count;
    for (uint32_t i = before; i-- > 0;) {
        const struct signal_info *p = &s->pending[i];
        if ((!p->tid || p->tid == tid) && !(mask & signal_bit(p->signal)) && signals_ignored(s, p->signal))
            pending_drop(s, i);
    }
    return s->h.pending_count < before;
}

/* ---- timers ---- */

struct signal_timer *signals_timer(struct signals *s, uint32_t id)
{
    for (uint32_t i = 0; i < s->h.timer_count; i++)
        if (s->timers[i].id == id)
            return &s->timers[i];
    return NULL;
}

void signals_drop_timer(struct signals *s, uint32_t id)
{
    for (uint32_t i = s->h.pending_count; i-- > 0;)
        if (s->pending[i].code == SI_TIMER && s->pending[i].pid == id)
            pending_drop(s, i);
}

bool signals_expires(const struct signals *s, const struct signal_timer *t)
{
    if (!t)
        return s->h.timer != 0;
    if (!t->left)
        return false;
    if (t->left != t->interval)
        return true;
    /* It starts again as it was, so that only its signal could make a difference. */
    uint32_t signal = t->signal;
    if (!signal || (signals_ignored(s, signal) && !(signals_blocked(s, t->tid ? t->tid : s->pid) & signal_bit(signal))))
        return false;
    for (uint32_t i = 0; i < s->h.pending_count; i++)
        if (s->pending[i].code == SI_TIMER && s->pending[i].pid == t->id)
            return !t->missed;
    return true;
}

/* ---- sending ---- */

/* SIG-27: a continuation takes effect when it is sent, whatever is done about the signal itself. */
static void resume(struct kstep *k, struct signals *s)
{
    pending_discard(s, STOPPING);
    if (!(s->h.job & JOB_STOPPED))
        return;
    s->h.job = JOB_CONTINUE_NEWS; /* a stop that nobody asked about is forgotten (PROC-15) */
    struct process p;
    if (process_get(k, s->pid, &p))
        signal_tell_parent(k, p.h.ppid, CLD_CONTINUED, s->pid, SIGCONT);
}

enum signal_sent signal_send(struct kstep *k, uint32_t pid, struct signal_info info)
{
    struct signals s;
    uint64_t bit = signal_bit(info.signal);
    uint32_t at = 0;
    signals_get(k, pid, &s);
    if (info.signal == SIGCONT)
        resume(k, &s);
    else if (bit & STOPPING)
        pending_discard(&s, signal_bit(SIGCONT));
    if (signals_ignored(&s, info.signal) && !(signals_blocked(&s, info.tid ? info.tid : pid) & bit)) {
        if (info.signal == SIGCONT)
            signals_put(k, &s);
        return SIGNAL_DISCARDED; /* SIG-09 */
    }
    bool merges = info.signal < SIGNAL_REALTIME && info.code != SI_TIMER;
    while (at < s.h.pending_count && s.pending[at].signal <= info.signal) {
        if (merges && s.pending[at].signal == info.signal && s.pending[at].tid == info.tid) {
            signals_put(k, &s);
            return SIGNAL_MERGED; /* SIG-02 */
        }
        at++;
    }
    bool queues = info.signal >= SIGNAL_REALTIME && info.code != SI_TIMER;
    if ((queues && s.h.pending_count >= SIGNAL_QUEUE_MAX) || s.h.pending_count == SIGNAL_PENDING_MAX)
        return SIGNAL_NO_ROOM; /* SIG-29 */
    memmove(&s.pending[at + 1], &s.pending[at], (s.h.pending_count - at) * sizeof *s.pending);
    s.pending[at] = info; /* SIG-03 */
    s.h.pending_count++;
    signals_put(k, &s);
    return SIGNAL_SENT;
}

enum signal_sent signal_tell_parent(struct kstep *k, uint32_t parent, int32_t code, uint32_t child, int32_t status)
{
    struct process p;
    struct signals s;
    if (!k->signals || !process_get(k, parent, &p) || p.h.state != PROCESS_RUNNING)
        return SIGNAL_DISCARDED;
    signals_get(k, parent, &s);
    bool stopping = code == CLD_STOPPED || code == CLD_CONTINUED;
    if (s.actions[SIGCHLD].handler == SIGNAL_IGNORE)
        return SIGNAL_DISCARDED; /* SIG-24: unlike signals that are sent (SIG-10), also where it is blocked */
    if (stopping && s.actions[SIGCHLD].flags & SA_NOCLDSTOP)
        return SIGNAL_DISCARDED; /* SIG-24 */
    return signal_send(k, parent, (struct signal_info){SIGCHLD, code, child, 0, (uint64_t)(uint32_t)status});
}

static void put(unsigned char *bytes, unsigned at, uint64_t value, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        bytes[at + i] = (unsigned char)(value >> (8 * i));
}

/* The layout of x86-64: si_signo, si_errno, si_code, then si_pid, si_uid, and si_value or si_status; of a timer
 * si_timerid, si_overrun, si_value; of a fault si_addr. */
void signal_info_bytes(struct signals *s, const struct signal_info *info, unsigned char bytes[SIGNAL_INFO_BYTES])
{
    enum { AT_SIGNAL = 0, AT_CODE = 8, AT_PID = 16, AT_ADDRESS = 16, AT_USER = 20, AT_OVERRUN = 20, AT_VALUE = 24 };
    enum { USER = 1000 };
    bool fault = info->code > 0 && info->code < SI_KERNEL && signal_default(info->signal) == SIGNAL_DUMPS;
    memset(bytes, 0, SIGNAL_INFO_BYTES);
    put(bytes, AT_SIGNAL, info->signal, 4);
    put(bytes, AT_CODE, (uint32_t)info->code, 4);
    put(bytes, fault ? AT_ADDRESS : AT_VALUE, info->value, 8);
    if (fault)
        return;
    put(bytes, AT_PID, info->pid, 4);
    if (info->code == SI_TIMER) {
        const struct signal_timer *t = signals_timer(s, info->pid);
        put(bytes, AT_OVERRUN, t ? t->overrun : 0, 4);
    } else {
        put(bytes, AT_USER, info->pid ? USER : 0, 4);
    }
}
