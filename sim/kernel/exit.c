/* The end of a process, in the order that others can observe (GEN-12). See spec/process.md.
 *
 * One step for each descriptor whose closing another process could notice; closings that nobody can notice go along
 * with the next step. The last step unmaps, hands the children to init and leaves a zombie.
 */
#include <signal.h>
#include <sys/wait.h>

#include "kernel/descriptor.h"
#include "kernel/handlers.h"
#include "kernel/inode.h"
#include "kernel/shm.h"
#include "kernel/signals.h"
#include "kernel/system.h"

/* Main's status is kept although init is its parent: whoever started the program will ask for it. */
static bool is_reaped_at_once(const struct process *p)
{
    return p->h.ppid == KERNEL_INIT_PID && p->h.pid != KERNEL_MAIN_PID;
}

/* PROC-11: a parent that ignores SIGCHLD, or says so with SA_NOCLDWAIT, gets no zombies; it keeps those that it has
 * (PROC-12). */
static bool parent_wants_no_zombie(struct kstep *k, const struct process *p)
{
    struct process parent;
    struct signals s;
    if (!k->signals || !process_get(k, p->h.ppid, &parent))
        return false;
    signals_get(k, p->h.ppid, &s);
    return s.actions[SIGCHLD].handler == SIGNAL_IGNORE || s.actions[SIGCHLD].flags & SA_NOCLDWAIT;
}

static void tell_parent(struct kstep *k, const struct process *p, int32_t status)
{
    static const char merged[] = "merged: SIGCHLD was already pending";
    bool exited = WIFEXITED(status);
    enum signal_sent sent = signal_tell_parent(k, p->h.ppid, exited ? CLD_EXITED : CLD_KILLED, k->pid,
                                               exited ? WEXITSTATUS(status) : WTERMSIG(status)); /* SIG-24, PROC-13 */
    if (sent == SIGNAL_MERGED)                                                                   /* SIG-25 */
        k->outcome.note = intern_put(k->components, merged, sizeof merged - 1);
}

/* PROC-14, PROC-29: who gets the children of a process that ends: the nearest subreaper above it, or init. */
static uint32_t heir_of(struct kstep *k, const struct process *p)
{
    struct process above;
    uint32_t pid = p->h.ppid;
    while (process_get(k, pid, &above) && !(above.h.flags & PROCESS_SUBREAPER))
        pid = above.h.ppid;
    return pid;
}

static void adopt(struct kstep *k, uint32_t heir, struct process *child)
{
    int32_t status = child->h.status;
    bool zombie = child->h.state == PROCESS_ZOMBIE;
    child->h.ppid = heir;
    if (zombie && parent_wants_no_zombie(k, child)) {
        process_remove(k, child->h.pid);
        system_add_processes(k, -1);
    } else {
        process_put(k, child);
        process_add_child(k, heir, (struct child){child->h.pid, PROCESS_ADOPTED | child->h.pid});
    }
    if (zombie)
        signal_tell_parent(k, heir, WIFEXITED(status) ? CLD_EXITED : CLD_KILLED, child->h.pid,
                           WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static void children_orphan(struct kstep *k, const struct process *p)
{
    uint32_t heir = p->h.child_count ? heir_of(k, p) : KERNEL_INIT_PID;
    for (uint32_t i = 0; i < p->h.child_count; i++) {
        struct process child;
        process_get(k, p->children[i].pid, &child);
        if (heir != KERNEL_INIT_PID) {
            adopt(k, heir, &child);
        } else if (child.h.state == PROCESS_ZOMBIE) { /* PROC-14: init reaps it */
            process_remove(k, child.h.pid);
            system_add_processes(k, -1);
        } else {
            child.h.ppid = KERNEL_INIT_PID;
            process_put(k, &child);
            system_add_orphan(k, child.h.pid);
        }
    }
}

static void finish(struct kstep *k, int32_t status)
{
    struct process p;
    process_get(k, k->pid, &p);
    for (uint32_t i = 0; i < p.h.mapping_count; i++)
        shm_release(k, p.mappings[i].region);
    children_orphan(k, &p);
    signals_remove(k, k->pid);
    inode_release(k, p.h.cwd);
    if (is_reaped_at_once(&p)) {
        process_remove(k, k->pid);
        system_add_processes(k, -1);
        system_drop_orphan(k, k->pid);
    } else if (parent_wants_no_zombie(k, &p)) {
        process_remove(k, k->pid);
        process_drop_child(k, p.h.ppid, k->pid);
        system_add_processes(k, -1);
        tell_parent(k, &p, status);
    } else { /* PROC-06 */
        p.h.state = PROCESS_ZOMBIE;
        p.h.status = status;
        p.h.cwd = p.h.umask = p.h.image = 0;
        p.h.files_soft = p.h.files_hard = p.h.processes_soft = p.h.processes_hard = 0;
        p.h.flags &= PROCESS_EXECUTED;
        p.h.mapping_count = p.h.child_count = p.h.descriptor_count = 0;
        process_put(k, &p);
        tell_parent(k, &p, status);
    }
    kstep_exit(k);
}

static void exit_step(struct kstep *k, int32_t status)
{
    struct process p;
    process_get(k, k->pid, &p);
    while (p.h.descriptor_count) {
        uint32_t number = p.descriptors[0].number;
        bool observable = descriptor_close_is_observable(k, &p, &p.descriptors[0]);
        descriptor_release(k, k->pid, number); /* GEN-12, GEN-13 */
        if (observable) {
            kstep_continue(k, k->signals); /* has begun, if that matters to signals */
            return;
        }
        process_get(k, k->pid, &p);
    }
    finish(k, status);
}

void process_exit(struct kstep *k)
{
    exit_step(k, W_EXITCODE(kstep_int(k, 0) & 0xff, 0));
} /* PROC-05 */

void process_die(struct kstep *k)
{
    exit_step(k, W_EXITCODE(0, kstep_int(k, 0) & 0x7f));
}

/* RED-03: all the steps of an exit at once. */
bool exit_future(struct kstep *k, struct kfuture *f)
{
    struct process p;
    process_get(k, k->pid, &p);
    if (kstep_program_uses(k, KCALL_PRCTL)) /* who inherits the children is not known */
        return false;
    for (uint32_t i = 0; i < p.h.descriptor_count; i++)
        if (!kfuture_close(k, f, p.descriptors[i].ofd))
            return false;
    kfuture_memory(k, f, &p);
    for (uint32_t i = 0; i < p.h.child_count; i++)
        kfuture_use(f, process_slot(k, p.children[i].pid), KUSE_CHANGE);
    kfuture_use(f, process_slot(k, k->pid), KUSE_EXIT);
    kfuture_use(f, kstep_slot(k, SLOT_SYSTEM, 0, 0), KUSE_GIVE);
    f->kind = KRESULTS_NONE;
    return true;
}
