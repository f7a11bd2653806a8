/* What a name in the simulated file system stands for: directories, regular files, FIFOs, devices. See spec/file.md.
 *
 * A few directories and devices are there from the start and cannot be removed (inode_permanent). As long as nothing
 * was put into such a directory its slot is empty, so that programs without files have no part of this in their states.
 *
 * Invariants: (1) an inode lives as long as it has a name or a reference (FIFO-12); permanent ones are not counted; (2)
 * entries of a directory ascend by name; (3) a directory that was removed keeps its parent alive, for "..".
 */
#ifndef KERNEL_INODE_H
#define KERNEL_INODE_H

#include "kernel/kernel.h"

/* The component is this header, then by kind: entries (kernel/directory.h), bytes of a file, or the descriptions of a
 * FIFO that have not met a partner yet (kernel/fifo.h). */
struct inode_header {
    uint32_t mode;       /* S_IF* and permissions */
    uint32_t links;      /* names; a directory counts as one */
    uint32_t references; /* open file descriptions, working directories, removed directories below */
    uint32_t parent;     /* of a directory: its slot; else 0 */
    uint32_t program;    /* of a regular file: the image that exec finds in it, and 1; else 0 (PROC-33) */
};

struct inode {
    struct inode_header h;
    const unsigned char *bytes; /* borrowed, as the view of a process */
    size_t size;
};

#define INODE_NONE UINT32_MAX

enum { INODE_ROOT = 0 /* numbers of permanent directories: indices of their slots, owner 0 */ };

void inode_get(struct kstep *k, uint32_t slot, struct inode *i);
void inode_put(struct kstep *k, uint32_t slot, const struct inode *i);
/* A fresh inode with one name, named by its creator. Returns its slot. */
uint32_t inode_create(struct kstep *k, enum slot_kind kind, uint32_t mode, uint32_t parent);
void inode_retain(struct kstep *k, uint32_t slot);
void inode_release(struct kstep *k, uint32_t slot);
void inode_link(struct kstep *k, uint32_t slot);
void inode_unlink(struct kstep *k, uint32_t slot); /* one name went away */

enum slot_kind inode_kind(struct kstep *k, uint32_t slot);
bool inode_is_directory(struct kstep *k, uint32_t slot);
bool inode_is_permanent(struct kstep *k, uint32_t slot);
/* Whether the user may: bits as of access(): R_OK, W_OK, X_OK. */
bool inode_permits(struct kstep *k, uint32_t slot, uint32_t bits);
/* The number that stat shows: a pure function of the object's name. */
uint64_t inode_number(struct kstep *k, uint32_t slot);

/* The permanent inode called `name` in a directory, or INODE_NONE. */
uint32_t inode_permanent(struct kstep *k, uint32_t directory, const char *name, size_t length);
/* How many permanent directories lie in a directory. */
uint32_t inode_permanent_below(struct kstep *k, uint32_t directory);
/* Their names, for getcwd. */
const char *inode_permanent_name(struct kstep *k, uint32_t slot);
uint32_t inode_root(struct kstep *k);
uint32_t inode_home(struct kstep *k); /* where main starts */

enum { DEVICE_NULL, DEVICE_ZERO, DEVICE_FULL, DEVICE_TTY };

#endif
