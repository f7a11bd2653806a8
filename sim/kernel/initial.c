/* The first state, and what the model asks about processes. */
#include <assert.h>
#include <fcntl.h>

#include "kernel/initial_files.h"
#include "kernel/inode.h"
#include "kernel/ofd.h"
#include "kernel/system.h"

void kernel_initial(struct kstep *k, uint32_t pid)
{
    kstep_begin(k);
    uint32_t console = kstep_slot(k, SLOT_OFD, pid, 0);
    ofd_put(k, console, &(struct ofd){.kind = OFD_CONSOLE, .flags = O_RDWR});
    const struct descriptor standard[] = {{0, console, 0}, {1, console, 0}, {2, console, 0}};
    struct process p = {
        .h = {.pid = pid,
              .ppid = KERNEL_INIT_PID,
              .state = PROCESS_RUNNING,
              .pgid = pid,
              .sid = KERNEL_INIT_PID,
              .descriptor_count = 3,
              .cwd = inode_home(k),
              .umask = 022},
        .descriptors = standard,
    };
    process_put(k, &p);
    system_add_processes(k, 1);
    initial_files_put(k);
}

bool kernel_process_status(struct kstep *k, uint32_t pid, int32_t *wait_status)
{
    struct process p;
    bool over = !process_get(k, pid, &p) || p.h.state == PROCESS_ZOMBIE;
    *wait_status = over ? p.h.status : 0;
    return over;
}

uint32_t kernel_parent(struct kstep *k, uint32_t pid)
{
    struct process p;
    return process_get(k, pid, &p) ? p.h.ppid : KERNEL_INIT_PID;
}
