/* fork: the copy of a process, and the names of processes. See spec/process.md. */
#include <errno.h>
#include <inttypes.h>

#include "base/hash.h"
#include "kernel/handlers.h"
#include "kernel/inode.h"
#include "kernel/ofd.h"
#include "kernel/shm.h"
#include "kernel/signals.h"
#include "kernel/system.h"

/* Pids from here on are hashed. */
#define PID_HEAP_MAX (UINT64_C(1) << 30)

/* The pid of the ordinal-th child (1-based) of a process, as in a heap of the given arity whose first 1 + `starts`
 * places are roots: a pure function, so that pids do not depend on the order in which unrelated processes fork. */
static uint32_t child_pid(uint64_t arity, uint64_t starts, uint32_t parent, uint32_t ordinal)
{
    uint64_t pid = KERNEL_MAIN_PID + starts + arity * (parent - KERNEL_MAIN_PID) + ordinal;
    if (ordinal <= arity && pid <= PID_HEAP_MAX)
        return (uint32_t)pid;
    uint64_t hash = hash_mix(((uint64_t)parent << 32 | ordinal) + 1);
    return (uint32_t)(PID_HEAP_MAX + 1 + hash % ((UINT64_C(1) << 29) - 1));
}

static bool has_ordinal(const struct process *p, uint32_t ordinal)
{
    for (uint32_t i = 0; i < p->h.child_count; i++)
        if (p->children[i].ordinal == ordinal)
            return true;
    return false;
}

/* The lowest ordinal that is free among the children, and whose pid no orphan or stranger still has (PROC-21). */
static struct child child_name(struct kstep *k, const struct process *parent)
{
    struct process other;
    for (uint32_t ordinal = 1;; ordinal++) {
        if (has_ordinal(parent, ordinal))
            continue;
        uint32_t pid = child_pid((uint64_t)k->settings->processes, k->settings->start_count, parent->h.pid, ordinal);
        if (!process_get(k, pid, &other))
            return (struct child){pid, ordinal};
    }
}

/* PROC-01, PROC-02: dispositions and mask, but nothing pending and no timer. */
static void inherit_signals(struct kstep *k, uint32_t child)
{
    struct signals s;
    if (!k->signals)
        return;
    signals_get(k, k->pid, &s);
    uint64_t blocked = signals_blocked(&s, k->tid);
    s.pid = child;
    s.h = (struct signals_header){.interrupting = s.h.interrupting};
    signals_block(&s, child, blocked);
    signals_put(k, &s);
}

/* LIM-13, PROC-30: all processes are one user's, and zombies count. True after failing. */
static bool no_room(struct kstep *k, const struct process *p)
{
    uint64_t limit = (uint64_t)k->settings->processes, own = p->h.processes_soft;
    if (system_processes(k) < limit && (!own || system_processes(k) < own - 1))
        return false;
    if (system_processes(k) >= limit)
        kstep_limit(k, "fork met the limit of %" PRIu64 " processes (--set processes=N)", limit);
    kstep_fail(k, EAGAIN);
    return true;
}

/* The copy, whose pid is returned; 0 after failing. */
static uint32_t copy_make(struct kstep *k, uint32_t flags)
{
    struct process p;
    process_get(k, k->pid, &p);
    if (no_room(k, &p))
        return 0;
    struct child c = child_name(k, &p);
    for (uint32_t i = 0; i < p.h.descriptor_count; i++)
        ofd_retain(k, p.descriptors[i].ofd); /* PROC-01, FD-02 */
    for (uint32_t i = 0; i < p.h.mapping_count; i++)
        shm_retain(k, p.mappings[i].region); /* PROC-01, SHM-09; at the same address: SHM-13 */
    inode_retain(k, p.h.cwd);
    struct process child = p;
    child.h.pid = c.pid;
    child.h.ppid = k->pid;
    child.h.child_count = 0;
    child.h.flags = flags;
    process_put(k, &child);
    process_add_child(k, k->pid, c);
    inherit_signals(k, c.pid);
    system_add_processes(k, 1);
    return c.pid;
}

void process_fork(struct kstep *k)
{
    uint32_t child = copy_make(k, 0);
    if (child)
        kstep_spawn(k, child, child); /* PROC-03: from here on either may run first */
}

/* The blocking rule of vfork: the child has neither executed a program nor ended (PROC-22). */
static bool vfork_blocks(struct kstep *k, uint32_t pid)
{
    struct process child;
    return process_get(k, pid, &child) && child.h.state == PROCESS_RUNNING && child.h.flags & PROCESS_BORROWS;
}

void process_vfork(struct kstep *k)
{
    uint32_t child = (uint32_t)k->call.progress;
    if (!child) {
        child = copy_make(k, PROCESS_BORROWS);
        if (!child)
            return;
        kstep_spawn(k, child, child);
        k->outcome.progress = child;
    } else if (vfork_blocks(k, child)) {
        kstep_block(k);
    } else {
        kstep_return(k, child);
    }
}

/* posix_spawn's: the same, but a child that ended without having executed a program shows as a negative pid. */
void process_spawn(struct kstep *k)
{
    struct process child;
    process_vfork(k);
    if (k->outcome.kind == KOUT_RETURN && k->outcome.value > 0 &&
        !(process_get(k, (uint32_t)k->outcome.value, &child) && child.h.flags & PROCESS_EXECUTED))
        k->outcome.value = -k->outcome.value;
}

void vfork_explain(struct kstep *k, struct kwait *w)
{
    uint32_t child = (uint32_t)k->call.progress;
    w->kind = KWAIT_CHILD;
    w->object = process_slot(k, child);
    VEC_PUSH(&w->wakers, ((struct kwaker){child, -1, false}));
    text_printf(&w->needs, "needs child (pid %" PRIu32 ") to execute a program or to exit", child);
}

/* RED-03. The pid of the child is a function of the caller alone, but for orphans that still have it. */
bool fork_future(struct kstep *k, struct kfuture *f)
{
    struct process p;
    process_get(k, k->pid, &p);
    if (kstep_program_uses(k, KCALL_SETRLIMIT)) /* it could fail where others make room */
        return false;
    for (uint32_t i = 0; i < p.h.descriptor_count; i++)
        kfuture_retain(k, f, p.descriptors[i].ofd);
    kfuture_memory(k, f, &p);
    kfuture_use(f, kstep_slot(k, SLOT_SYSTEM, 0, 0), KUSE_TAKE);
    for (uint32_t ordinal = 1;; ordinal++) {
        struct process other;
        uint32_t pid = child_pid((uint64_t)k->settings->processes, k->settings->start_count, k->pid, ordinal);
        if (has_ordinal(&p, ordinal))
            continue;
        kfuture_use(f, process_slot(k, pid), KUSE_CHANGE);
        if (k->signals)
            kfuture_use(f, kstep_slot(k, SLOT_SIGNALS, pid, 0), KUSE_CHANGE);
        if (!process_get(k, pid, &other))
            return true;
    }
}
