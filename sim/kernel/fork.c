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

/* The pid of the ordinal-th child (1-based) of a process, as in a heap of the given arity: a pure function, so that
 * pids do not depend on the order in which unrelated processes fork. */
static uint32_t child_pid(uint64_t arity, uint32_t parent, uint32_t ordinal)
{
    uint64_t pid = KERNEL_MAIN_PID + arity * (parent - KERNEL_MAIN_PID) + ordinal;
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
        uint32_t pid = child_pid((uint64_t)k->settings->processes, parent->h.pid, ordinal);
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
    s.h = (struct signals_header){0};
    signals_block(&s, child, blocked);
    signals_put(k, &s);
}

void process_fork(struct kstep *k)
{
    struct process p;
    if (system_processes(k) >= (uint64_t)k->settings->processes) {
        kstep_limit(k, "fork met the limit of %" PRId64 " processes (--set processes=N)", k->settings->processes);
        kstep_fail(k, EAGAIN); /* LIM-13 */
        return;
    }
    process_get(k, k->pid, &p);
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
    process_put(k, &child);
    process_add_child(k, k->pid, c);
    inherit_signals(k, c.pid);
    system_add_processes(k, 1);
    kstep_spawn(k, c.pid, c.pid); /* PROC-03: from here on either may run first */
}

/* RED-03. The pid of the child is a function of the caller alone, but for orphans that still have it. */
bool fork_future(struct kstep *k, struct kfuture *f)
{
    struct process p;
    process_get(k, k->pid, &p);
    for (uint32_t i = 0; i < p.h.descriptor_count; i++)
        if (!kfuture_retain(k, f, p.descriptors[i].ofd))
            return false;
    for (uint32_t i = 0; i < p.h.mapping_count; i++)
        kfuture_use(f, p.mappings[i].region, KUSE_REF);
    if (!inode_is_permanent(k, p.h.cwd))
        kfuture_use(f, p.h.cwd, KUSE_REF);
    kfuture_use(f, kstep_slot(k, SLOT_SYSTEM, 0, 0), KUSE_TAKE);
    for (uint32_t ordinal = 1;; ordinal++) {
        struct process other;
        uint32_t pid = child_pid((uint64_t)k->settings->processes, k->pid, ordinal);
        if (has_ordinal(&p, ordinal))
            continue;
        kfuture_use(f, process_slot(k, pid), KUSE_CHANGE);
        if (!process_get(k, pid, &other))
            return true;
    }
}
