/* open and openat: what kind of object the name stands for decides. See spec/file.md, spec/fifo.md. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/descriptor.h"
#include "kernel/entry.h"
#include "kernel/fifo.h"
#include "kernel/file.h"
#include "kernel/handlers.h"
#include "kernel/path.h"

/* Flags that change nothing that a program could see here. */
#define OPEN_HARMLESS ((uint32_t)(O_NOCTTY | O_SYNC | O_DSYNC | O_NOFOLLOW | OFD_LARGE | O_NOATIME))
#define OPEN_MODELLED                                                                                                  \
    ((uint32_t)(O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_DIRECTORY) |            \
     OPEN_HARMLESS)

uint32_t open_umask(struct kstep *k, uint64_t mode)
{
    struct process p;
    process_get(k, k->pid, &p);
    return (uint32_t)mode & 07777 & ~p.h.umask;
}

/* Permissions that the access mode needs. */
static uint32_t bits_of(uint32_t flags)
{
    uint32_t bits = (flags & O_ACCMODE) == O_WRONLY ? 0 : R_OK;
    if ((flags & O_ACCMODE) != O_RDONLY || flags & O_TRUNC)
        bits |= W_OK;
    return bits;
}

static void install(struct kstep *k, uint32_t ofd, int32_t number, uint32_t flags)
{
    process_set_descriptor(k, k->pid, (struct descriptor){(uint32_t)number, ofd, flags & O_CLOEXEC ? FD_CLOEXEC : 0});
    kstep_return(k, number);
}

static void open_inode(struct kstep *k, uint32_t inode, int32_t number, uint32_t flags)
{
    static const uint32_t kinds[] = {
        [SLOT_DIRECTORY] = OFD_DIRECTORY, [SLOT_FILE] = OFD_FILE, [SLOT_DEVICE] = OFD_DEVICE};
    enum slot_kind kind = inode_kind(k, inode);
    if (kind == SLOT_DEVICE && slots_name(k->slots, inode).index == DEVICE_TTY) {
        install(k, kstep_slot(k, SLOT_OFD, KERNEL_MAIN_PID, 0), number, flags); /* the console itself */
        return;
    }
    if (kind == SLOT_FILE && flags & O_TRUNC)
        file_resize(k, inode, 0); /* FILE-01; FIFO-14: not for a FIFO */
    inode_retain(k, inode);
    install(k,
            ofd_create(k, (struct ofd){.kind = kinds[kind],
                                       .flags = (flags & ~OFD_FORGOTTEN) | OFD_LARGE,
                                       .references = 1,
                                       .object = inode}),
            number, flags);
}

/* The name is missing: 0 with the new file in p->inode, or an errno. */
static int create(struct kstep *k, struct path *p, uint32_t flags, uint64_t mode)
{
    if (!(flags & O_CREAT))
        return ENOENT; /* FIFO-01 */
    int error = path_writable(k, p);
    if (error)
        return error;
    p->inode = inode_create(k, SLOT_FILE, S_IFREG | open_umask(k, mode), 0); /* FIFO-01: never a FIFO */
    directory_add(k, p->directory, p->name, p->inode);
    return 0;
}

/* Whether an existing object may be opened so: 0, or an errno. */
static int permitted(struct kstep *k, const struct path *p, uint32_t flags)
{
    if (flags & O_CREAT && flags & O_EXCL)
        return EEXIST;
    if (inode_is_directory(k, p->inode)) {
        if (flags & (O_CREAT | O_TRUNC) || (flags & O_ACCMODE) != O_RDONLY)
            return EISDIR;
    } else if (flags & O_DIRECTORY) {
        return ENOTDIR;
    }
    return inode_permits(k, p->inode, bits_of(flags)) ? 0 : EACCES;
}

static bool flags_are_good(struct kstep *k, uint32_t flags)
{
    if (flags & ~OPEN_MODELLED || (flags & O_ACCMODE) == O_ACCMODE) {
        kstep_limit(k, "open: one of the flags 0x%x is not modelled", flags);
        kstep_fail(k, EINVAL);
        return false;
    }
    if (flags & O_CREAT && flags & O_DIRECTORY) {
        kstep_fail(k, EINVAL);
        return false;
    }
    return true;
}

static void open_at(struct kstep *k, int32_t directory, uint64_t address, uint32_t flags, uint64_t mode)
{
    struct path p;
    int32_t number;
    if (k->call.progress) {
        fifo_open_resume(k);
        return;
    }
    if (!flags_are_good(k, flags) || !(flags & O_CREAT ? path_new : path_resolve)(k, directory, address, &p))
        return;
    if (flags & O_CREAT && p.slash) {
        kstep_fail(k, EISDIR); /* FILE-01, whether it exists or not */
        return;
    }
    if (!descriptor_lowest_free(k, 0, 1, &number)) {
        kstep_fail(k, EMFILE); /* FD-01 */
        return;
    }
    int error = p.inode == INODE_NONE ? create(k, &p, flags, mode) : permitted(k, &p, flags);
    if (error)
        kstep_fail(k, error);
    else if (inode_kind(k, p.inode) == SLOT_FIFO)
        fifo_open(k, p.inode, flags);
    else
        open_inode(k, p.inode, number, flags);
}

void open_path(struct kstep *k)
{
    open_at(k, AT_FDCWD, k->call.args[0], (uint32_t)k->call.args[1], k->call.args[2]);
}

void open_path_at(struct kstep *k)
{
    open_at(k, kstep_int(k, 0), k->call.args[1], (uint32_t)k->call.args[2], k->call.args[3]);
}

void open_explain(struct kstep *k, struct kwait *w)
{
    fifo_open_explain(k, w);
}

void open_set_umask(struct kstep *k)
{
    struct process p;
    process_get(k, k->pid, &p);
    uint32_t old = p.h.umask;
    p.h.umask = (uint32_t)k->call.args[0] & 0777;
    process_put(k, &p);
    kstep_return(k, old);
}
