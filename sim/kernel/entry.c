/* The calls that make and remove names: mkdir, rmdir, mkfifo, mknod, unlink, link, rename. See spec/file.md. */
#include "kernel/entry.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/handlers.h"

/* Fails the call, or returns 0. */
static void end(struct kstep *k, int error)
{
    if (error)
        kstep_fail(k, error);
    else
        kstep_return(k, 0);
}

/* A new object under a name that is free (FIFO-01). */
static void make(struct kstep *k, enum slot_kind kind, uint32_t mode)
{
    struct path p;
    if (!path_new(k, AT_FDCWD, k->call.args[0], &p))
        return;
    int error = p.inode != INODE_NONE ? EEXIST : p.slash && kind != SLOT_DIRECTORY ? ENOENT : path_writable(k, &p);
    if (!error && kind == SLOT_DEVICE)
        error = EPERM; /* FILE-11: only now does it matter that this is root's */
    if (!error)
        directory_add(k, p.directory, p.name, inode_create(k, kind, mode, p.directory));
    end(k, error);
}

void entry_mkdir(struct kstep *k) /* FILE-11 */
{
    make(k, SLOT_DIRECTORY, S_IFDIR | (open_umask(k, k->call.args[1]) & 01777));
}

void entry_mkfifo(struct kstep *k)
{
    make(k, SLOT_FIFO, S_IFIFO | open_umask(k, k->call.args[1]));
}

void entry_mknod(struct kstep *k)
{
    uint32_t mode = (uint32_t)k->call.args[1], type = mode & S_IFMT;
    if (type == S_IFIFO) {
        make(k, SLOT_FIFO, S_IFIFO | open_umask(k, mode));
    } else if (type == S_IFREG || type == 0) {
        make(k, SLOT_FILE, S_IFREG | open_umask(k, mode));
    } else if (type == S_IFCHR || type == S_IFBLK) {
        make(k, SLOT_DEVICE, mode);
    } else {
        if (type == S_IFSOCK)
            kstep_limit(k, "mknod of a socket is not modelled");
        kstep_fail(k, type == S_IFDIR || type == S_IFSOCK ? EPERM : EINVAL);
    }
}

static int unlink_error(struct kstep *k, const struct path *p)
{
    if (p->last != PATH_NAME)
        return EISDIR;
    int error = path_writable(k, p);
    return error ? error : inode_is_directory(k, p->inode) ? EISDIR : 0;
}

void entry_unlink(struct kstep *k)
{
    struct path p;
    if (!path_existing(k, AT_FDCWD, k->call.args[0], &p))
        return;
    int error = unlink_error(k, &p);
    if (!error) {
        directory_remove(k, p.directory, p.name);
        inode_unlink(k, p.inode); /* FIFO-12, FILE-07 */
    }
    end(k, error);
}

static int rmdir_error(struct kstep *k, const struct path *p)
{
    if (p->last == PATH_ROOT)
        return EBUSY;
    if (p->last != PATH_NAME)
        return p->last == PATH_DOT ? EINVAL : ENOTEMPTY;
    int error = path_writable(k, p);
    if (error)
        return error;
    return !inode_is_directory(k, p->inode) ? ENOTDIR : directory_is_empty(k, p->inode) ? 0 : ENOTEMPTY;
}

void entry_rmdir(struct kstep *k)
{
    struct path p;
    if (!path_existing(k, AT_FDCWD, k->call.args[0], &p))
        return;
    int error = rmdir_error(k, &p);
    if (!error) {
        directory_remove(k, p.directory, p.name);
        inode_unlink(k, p.inode);
    }
    end(k, error);
}

/* They live in a file system of their own. */
static bool is_device(struct kstep *k, uint32_t inode)
{
    return inode_kind(k, inode) == SLOT_DEVICE;
}

void entry_link(struct kstep *k)
{
    struct path from, to;
    if (!path_existing(k, AT_FDCWD, k->call.args[0], &from) || !path_new(k, AT_FDCWD, k->call.args[1], &to))
        return;
    int error = to.inode != INODE_NONE     ? EEXIST
                : to.slash                 ? ENOENT
                : is_device(k, from.inode) ? EXDEV
                                           : path_writable(k, &to);
    if (!error && inode_is_directory(k, from.inode))
        error = EPERM;
    if (!error) {
        directory_add(k, to.directory, to.name, from.inode);
        inode_link(k, from.inode);
    }
    end(k, error);
}

/* Whether `below` is `directory` or lies in it. */
static bool lies_in(struct kstep *k, uint32_t below, uint32_t directory)
{
    for (;;) {
        struct inode i;
        if (below == directory)
            return true;
        inode_get(k, below, &i);
        if (i.h.parent == below)
            return false;
        below = i.h.parent;
    }
}

/* The ".." of a directory that moves elsewhere is changed, for which it must be writable itself (FILE-13). */
static bool may_move(struct kstep *k, const struct path *from, const struct path *to)
{
    return !inode_is_directory(k, from->inode) || from->directory == to->directory ||
           inode_permits(k, from->inode, W_OK);
}

/* In the order of Linux (FILE-08). */
static int rename_error(struct kstep *k, const struct path *from, const struct path *to)
{
    if (from->last != PATH_NAME || to->last != PATH_NAME)
        return EBUSY;
    if (from->too_long)
        return ENAMETOOLONG;
    if (from->inode == INODE_NONE)
        return ENOENT;
    if (to->too_long)
        return ENAMETOOLONG;
    bool directory = inode_is_directory(k, from->inode);
    if ((from->slash || to->slash) && !directory)
        return ENOTDIR;
    if (directory && lies_in(k, to->directory, from->inode))
        return EINVAL;
    if (to->inode != INODE_NONE && inode_is_directory(k, to->inode) && lies_in(k, from->directory, to->inode))
        return ENOTEMPTY;
    if (to->inode == from->inode)
        return 0;
    int error = path_writable(k, from);
    if (!error)
        error = path_writable(k, to);
    if (error)
        return error;
    if (to->inode == INODE_NONE)
        return may_move(k, from, to) ? 0 : EACCES;
    if (directory != inode_is_directory(k, to->inode))
        return directory ? ENOTDIR : EISDIR;
    if (!may_move(k, from, to))
        return EACCES;
    return directory && !directory_is_empty(k, to->inode) ? ENOTEMPTY : 0;
}

/* A directory that moves gets another "..". */
static void parent_put(struct kstep *k, uint32_t directory, uint32_t parent)
{
    struct inode i;
    inode_get(k, directory, &i);
    i.h.parent = parent;
    inode_put(k, directory, &i);
}

void entry_rename(struct kstep *k)
{
    struct path from, to;
    if (!path_renamed(k, AT_FDCWD, k->call.args[0], &from) || !path_renamed(k, AT_FDCWD, k->call.args[1], &to))
        return;
    int error = rename_error(k, &from, &to);
    if (!error && from.inode != to.inode) { /* FILE-08: in one step, what was there goes */
        directory_remove(k, from.directory, from.name);
        directory_add(k, to.directory, to.name, from.inode);
        if (inode_is_directory(k, from.inode))
            parent_put(k, from.inode, to.directory);
        if (to.inode != INODE_NONE)
            inode_unlink(k, to.inode);
    }
    end(k, error);
}
