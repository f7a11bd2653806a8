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
    struct descriptor standard[3];
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t stream = k->settings->console_state ? i : 0; /* a terminal is one description for all three */
        uint32_t console = kstep_slot(k, SLOT_OFD, pid, stream);
        uint32_t references = k->settings->console_state ? (uint32_t)k->settings->start_count + 1 : 0; /* FD-15 */
        ofd_put(k, console,
                &(struct ofd){.kind = OFD_CONSOLE, .flags = O_RDWR, .references = references, .object = stream});
        standard[i] = (struct descriptor){i, console, 0};
    }
    for (uint32_t i = 0; i <= k->settings->start_count; i++) {
        struct process p = {
            .h = {.pid = pid + i,
                  .ppid = KERNEL_INIT_PID,
                  .state = PROCESS_RUNNING,
                  .pgid = pid + i,
                  .sid = KERNEL_INIT_PID,
                  .descriptor_count = 3,
                  .cwd = inode_home(k),
                  .umask = 022,
                  .image = i ? k->settings->starts[i - 1] : 0},
            .descriptors = standard,
        };
        process_put(k, &p);
        system_add_processes(k, 1);
        if (i)
            system_add_orphan(k, pid + i);
    }
    initial_files_put(k);
}

bool kernel_process_status(struct kstep *k, uint32_t pid, int32_t *wait_status)
{
    struct process p;
    bool over = !process_get(k, pid, &p) || p.h.state == PROCESS_ZOMBIE;
    *wait_status = over ? p.h.status : 0;
    return over;
}

const void *kernel_console(struct kstep *k, int stream, size_t *size)
{
    *size = 0;
    return kstep_get(k, kstep_slot(k, SLOT_CONSOLE, 0, (uint64_t)stream), size);
}

uint32_t kernel_parent(struct kstep *k, uint32_t pid)
{
    struct process p;
    return process_get(k, pid, &p) ? p.h.ppid : KERNEL_INIT_PID;
}
