/* A process as the kernel sees it: family, descriptor table, mappings. See spec/process.md.
 *
 * Invariants of the component: (1) no padding, every byte defined; (2) descriptors ascend by number, mappings by
 * address, children by ordinal (with linux_order: by creation, which is what Linux's wait scans); (3) a zombie has no
 * children, descriptors, mappings or working directory; (4) the parent of a process is alive, or init (pid 1), which
 * has no component.
 */
#ifndef KERNEL_PROCESS_H
#define KERNEL_PROCESS_H

#include "kernel/kernel.h"

enum process_state { PROCESS_RUNNING = 1, PROCESS_ZOMBIE = 2 };

enum process_flag {
    PROCESS_BORROWS = 1,  /* made by vfork, and the parent is suspended until it executes or ends (PROC-22) */
    PROCESS_EXECUTED = 2, /* it has executed a program since it was made */
    PROCESS_SUBREAPER = 4 /* gets the orphans below it (PROC-14) */
};

/* In the ordinal of a child that was adopted: it keeps the pid that its own parent gave it. */
#define PROCESS_ADOPTED UINT32_C(0x80000000)

struct child {
    uint32_t pid;
    uint32_t ordinal; /* 1-based: which child of its parent, lowest free number */
};

struct descriptor {
    uint32_t number;
    uint32_t ofd;   /* slot of the open file description */
    uint32_t flags; /* FD_CLOEXEC or 0 */
};

struct mapping {
    uint64_t base;       /* address of its first byte */
    uint64_t length;     /* bytes, as asked for */
    uint32_t region;     /* slot */
    uint32_t protection; /* PROT_* */
};

/* The component is this header, then mappings, children, descriptors. */
struct process_header {
    uint32_t pid, ppid;
    uint32_t state; /* enum process_state */
    int32_t status; /* of a zombie: as wait gives it */
    uint32_t pgid, sid;
    uint32_t mapping_count, child_count, descriptor_count;
    uint32_t cwd;   /* slot of the working directory */
    uint32_t umask; /* permissions that new files do not get */
    uint32_t image; /* which program it runs (PROC-04) */
    uint32_t flags; /* enum process_flag */
    /* Its own limits, plus 1; 0: those of the settings (LIM-13). */
    uint32_t files_soft, files_hard, processes_soft, processes_hard;
    uint32_t unused;
};

/* A view of a component: the arrays are borrowed, for as long as the table of components. */
struct process {
    struct process_header h;
    const struct mapping *mappings;
    const struct child *children;
    const struct descriptor *descriptors;
};

uint32_t process_slot(struct kstep *k, uint32_t pid);
/* False if there is no such process, neither running nor zombie; *p is then all zero. */
bool process_get(struct kstep *k, uint32_t pid, struct process *p);
void process_put(struct kstep *k, const struct process *p);
void process_remove(struct kstep *k, uint32_t pid); /* reaped: the pid is free */

/* Edits of one process's lists; the process must exist. */
void process_set_descriptor(struct kstep *k, uint32_t pid, struct descriptor d); /* inserts or replaces */
void process_drop_descriptor(struct kstep *k, uint32_t pid, uint32_t number);
void process_add_child(struct kstep *k, uint32_t pid, struct child c);
void process_drop_child(struct kstep *k, uint32_t pid, uint32_t child);
void process_add_mapping(struct kstep *k, uint32_t pid, struct mapping m);
void process_drop_mapping(struct kstep *k, uint32_t pid, uint64_t base);

const struct descriptor *process_descriptor(const struct process *p, int32_t number); /* NULL: not open */

/* Calls visit for every process, ascending by pid. For explanations only: which slots it reads depends on what other
 * states have met. */
void process_visit(struct kstep *k, void (*visit)(void *context, const struct process *p), void *context);

#endif
