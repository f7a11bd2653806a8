/* Sending signals: kill and its relatives. See spec/signal.md.
 *
 * All processes belong to one user, so that nothing is refused (SIG-15), but init, which is another's. */
#include <errno.h>
#include <signal.h>

#include "kernel/handlers.h"
#include "kernel/process.h"
#include "kernel/signals.h"
#include "kernel/system.h"

/* Whom kill means. */
struct targets {
    bool all;      /* -1: everybody but the caller and init */
    uint32_t pgid; /* else the group */
    uint32_t met;  /* processes that match, zombies included */
    vec_u32 pids;  /* running ones */
};

/* The family below a process, it included. Which slots are read follows from what was read. */
static void family_gather(struct kstep *k, uint32_t pid, struct targets *t)
{
    struct process p;
    if (!process_get(k, pid, &p))
        return;
    if (t->all ? pid != k->pid : p.h.pgid == t->pgid) {
        t->met++;
        if (p.h.state == PROCESS_RUNNING)
            VEC_PUSH(&t->pids, pid);
    }
    vec_u32 children = {0};
    for (uint32_t i = 0; i < p.h.child_count; i++)
        VEC_PUSH(&children, p.children[i].pid);
    for (size_t i = 0; i < children.count; i++)
        family_gather(k, children.items[i], t);
    VEC_FREE(&children);
}

static void gather(struct kstep *k, struct targets *t)
{
    vec_u32 orphans = {0};
    family_gather(k, KERNEL_MAIN_PID, t);
    system_orphans(k, &orphans);
    for (size_t i = 0; i < orphans.count; i++)
        family_gather(k, orphans.items[i], t);
    VEC_FREE(&orphans);
}

/* What the report should say of it. */
static void note_sent(struct kstep *k, enum signal_sent sent)
{
    static const char merged[] = "merged: it was already pending", ignored[] = "ignored there";
    if (sent == SIGNAL_MERGED)
        k->outcome.note = intern_put(k->components, merged, sizeof merged - 1);
    else if (sent == SIGNAL_DISCARDED)
        k->outcome.note = intern_put(k->components, ignored, sizeof ignored - 1);
}

static bool is_number(int32_t signal)
{
    return signal >= 0 && signal <= SIGNAL_MAX;
}

static void send_all(struct kstep *k, struct targets *t, struct signal_info info)
{
    gather(k, t);
    if (!t->met) {
        kstep_fail(k, ESRCH);
    } else if (!is_number((int32_t)info.signal)) {
        kstep_fail(k, EINVAL); /* SIG-14 */
    } else {
        for (size_t i = 0; i < t->pids.count && info.signal; i++)
            signal_send(k, t->pids.items[i], info);
        kstep_return(k, 0);
    }
    VEC_FREE(&t->pids);
}

/* SIG-14: the target is looked for before the signal is looked at. */
static void send_one(struct kstep *k, uint32_t pid, struct signal_info info)
{
    struct process p;
    if (pid != KERNEL_INIT_PID && !process_get(k, pid, &p)) {
        kstep_fail(k, ESRCH);
        return;
    }
    if (!is_number((int32_t)info.signal) || pid == KERNEL_INIT_PID) {
        kstep_fail(k, is_number((int32_t)info.signal) ? EPERM : EINVAL);
        return;
    }
    enum signal_sent sent = SIGNAL_SENT;
    if (info.signal && p.h.state == PROCESS_RUNNING) /* PROC-07: a zombie takes it, and nothing happens */
        sent = signal_send(k, pid, info);
    if (sent == SIGNAL_NO_ROOM) {
        kstep_limit(k, "more than %d signals are pending in one process", SIGNAL_QUEUE_MAX);
        kstep_fail(k, EAGAIN); /* SIG-29 */
        return;
    }
    note_sent(k, sent);
    kstep_return(k, 0);
}

void signal_kill(struct kstep *k)
{
    int32_t pid = kstep_int(k, 0), signal = kstep_int(k, 1);
    struct signal_info info = {(uint32_t)signal, SI_USER, k->pid, 0, 0};
    struct targets t = {0};
    struct process self;
    if (pid > 0) {
        send_one(k, (uint32_t)pid, info);
        return;
    }
    process_get(k, k->pid, &self);
    t.all = pid == -1;
    t.pgid = pid ? 0u - (uint32_t)pid : self.h.pgid;
    send_all(k, &t, info);
}

void signal_killpg(struct kstep *k)
{
    int32_t group = kstep_int(k, 0), signal = kstep_int(k, 1);
    struct targets t = {0};
    struct process self;
    process_get(k, k->pid, &self);
    t.pgid = group ? (uint32_t)group : self.h.pgid;
    if (group < 0)
        kstep_fail(k, EINVAL);
    else
        send_all(k, &t, (struct signal_info){(uint32_t)signal, SI_USER, k->pid, 0, 0});
}

void signal_tgkill(struct kstep *k)
{
    int32_t pid = kstep_int(k, 0), tid = kstep_int(k, 1), signal = kstep_int(k, 2);
    if (pid <= 0 || tid <= 0)
        kstep_fail(k, EINVAL);
    else if (pid != tid) /* one task per process, named as it is */
        kstep_fail(k, ESRCH);
    else
        send_one(k, (uint32_t)pid, (struct signal_info){(uint32_t)signal, SI_TKILL, k->pid, (uint32_t)tid, 0});
}

void signal_raise(struct kstep *k)
{
    int32_t signal = kstep_int(k, 0);
    if (signal && !signal_exists(signal)) /* SIG-45: the library's own two are refused as well */
        kstep_fail(k, EINVAL);
    else
        send_one(k, k->pid, (struct signal_info){(uint32_t)signal, SI_TKILL, k->pid, k->tid, 0});
}

void signal_queue(struct kstep *k)
{
    int32_t pid = kstep_int(k, 0), signal = kstep_int(k, 1);
    if (pid <= 0)
        kstep_fail(k, ESRCH);
    else
        send_one(k, (uint32_t)pid, (struct signal_info){(uint32_t)signal, SI_QUEUE, k->pid, 0, k->call.args[2]});
}
