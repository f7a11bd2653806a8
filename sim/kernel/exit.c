/* The end of a process, in the order that others can observe (GEN-12). See spec/process.md.
 *
 * One step for each descriptor whose closing another process could notice; closings that nobody can notice go along
 * with the next step. The last step unmaps, hands the children to init and leaves a zombie.
 */
#include <sys/wait.h>

#include "kernel/descriptor.h"
#include "kernel/handlers.h"
#include "kernel/inode.h"
#include "kernel/pipe.h"
#include "kernel/shm.h"
#include "kernel/system.h"

/* Whether closing p's first descriptor could be noticed by others now. */
static bool first_close_is_observable(struct kstep *k, const struct process *p)
{
    struct ofd o;
    ofd_get(k, p->descriptors[0].ofd, &o);
    return ofd_is_pipe(&o) && o.references == 1 && pipe_close_is_observable(k, p, &o);
}

static void children_orphan(struct kstep *k, const struct process *p)
{
    for (uint32_t i = 0; i < p->h.child_count; i++) {
        struct process child;
        process_get(k, p->children[i].pid, &child);
        if (child.h.state == PROCESS_ZOMBIE) { /* PROC-14: init reaps it */
            process_remove(k, child.h.pid);
            system_add_processes(k, -1);
        } else {
            child.h.ppid = KERNEL_INIT_PID;
            process_put(k, &child);
        }
    }
}

/* Main's status is kept although init is its parent: whoever started the program will ask for it. */
static bool is_reaped_at_once(const struct process *p)
{
    return p->h.ppid == KERNEL_INIT_PID && p->h.pid != KERNEL_MAIN_PID;
}

static void finish(struct kstep *k, int32_t status)
{
    struct process p;
    process_get(k, k->pid, &p);
    for (uint32_t i = 0; i < p.h.mapping_count; i++)
        shm_release(k, p.mappings[i].region);
    children_orphan(k, &p);
    inode_release(k, p.h.cwd);
    if (is_reaped_at_once(&p)) {
        process_remove(k, k->pid);
        system_add_processes(k, -1);
    } else { /* PROC-06 */
        p.h.state = PROCESS_ZOMBIE;
        p.h.status = status;
        p.h.cwd = p.h.umask = 0;
        p.h.mapping_count = p.h.child_count = p.h.descriptor_count = 0;
        process_put(k, &p);
    }
    kstep_exit(k);
}

static void exit_step(struct kstep *k, int32_t status)
{
    struct process p;
    process_get(k, k->pid, &p);
    while (p.h.descriptor_count) {
        uint32_t number = p.descriptors[0].number;
        bool observable = first_close_is_observable(k, &p);
        descriptor_release(k, k->pid, number); /* GEN-12, GEN-13 */
        if (observable) {
            kstep_continue(k, number + 1);
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
