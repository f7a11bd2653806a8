/* What programs may ask about files: stat, access, chmod; and where they are: chdir, getcwd. See spec/file.md. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kernel/fifo.h"
#include "kernel/handlers.h"
#include "kernel/path.h"
#include "kernel/pipe.h"

enum { STAT_BLOCK = 4096, STAT_SECTOR = 512, STAT_USER = 1000, STAT_TERMINAL = 0x8800 };

/* The one moment of every run, as in clock.c. */
#define STAT_TIME INT64_C(1000000000)

static void inode_stat(struct kstep *k, uint32_t slot, struct stat *s)
{
    struct inode i;
    inode_get(k, slot, &i);
    s->st_mode = i.h.mode;
    s->st_ino = inode_number(k, slot);
    s->st_nlink = i.h.links;
    s->st_uid = s->st_gid = inode_is_permanent(k, slot) ? 0 : STAT_USER;
    if (inode_is_directory(k, slot)) {
        s->st_nlink = i.h.links ? 2 + directory_children(k, slot) : 0;
        s->st_size = STAT_BLOCK;
    } else if (inode_kind(k, slot) == SLOT_FILE) {
        s->st_size = (int64_t)i.size;
        s->st_blocks = (int64_t)((i.size + STAT_BLOCK - 1) / STAT_BLOCK * (STAT_BLOCK / STAT_SECTOR));
    } else if (inode_kind(k, slot) == SLOT_DEVICE) {
        s->st_rdev = 0x100 + slots_name(k->slots, slot).index;
    }
}

/* FILE-12 */
static void stat_end(struct kstep *k, uint64_t address, struct stat *s)
{
    s->st_dev = 1;
    s->st_blksize = STAT_BLOCK;
    s->st_atim.tv_sec = s->st_mtim.tv_sec = s->st_ctim.tv_sec = STAT_TIME; /* GEN-09 */
    if (kstep_copy_out(k, address, s, sizeof *s))
        kstep_return(k, 0);
}

void stat_path(struct kstep *k)
{
    struct path p;
    struct stat s;
    memset(&s, 0, sizeof s);
    if (!path_existing(k, AT_FDCWD, k->call.args[0], &p))
        return;
    inode_stat(k, p.inode, &s);
    stat_end(k, k->call.args[1], &s);
}

void stat_descriptor(struct kstep *k)
{
    struct pipe pipe;
    struct stat s;
    struct ofd o;
    memset(&s, 0, sizeof s);
    if (!ofd_own(k, kstep_int(k, 0), &o))
        return;
    if (o.kind == OFD_CONSOLE) {
        s.st_mode = S_IFCHR | 0620;
        s.st_nlink = 1;
        s.st_rdev = STAT_TERMINAL;
    } else if (o.kind == OFD_EPOLL || o.kind == OFD_SIGNALFD) {
        s.st_mode = 0600;
        s.st_nlink = 1;
        s.st_ino = inode_number(k, o.object);
    } else if (!ofd_is_pipe(&o)) {
        inode_stat(k, o.object, &s);
    } else {
        pipe_get(k, o.object, &pipe);
        if (pipe.h.fifo) {
            inode_stat(k, pipe.h.fifo - 1, &s);
        } else {
            s.st_mode = S_IFIFO | pipe.h.permissions;
            s.st_nlink = 1;
            s.st_uid = s.st_gid = STAT_USER;
            s.st_ino = inode_number(k, o.object);
        }
    }
    stat_end(k, k->call.args[1], &s);
}

void stat_access(struct kstep *k)
{
    struct path p;
    uint32_t bits = (uint32_t)k->call.args[1];
    if (bits & ~(uint32_t)(R_OK | W_OK | X_OK))
        kstep_fail(k, EINVAL);
    else if (!path_existing(k, AT_FDCWD, k->call.args[0], &p))
        return;
    else if (!inode_permits(k, p.inode, bits))
        kstep_fail(k, EACCES); /* FILE-13 */
    else
        kstep_return(k, 0);
}

static void mode_put(struct kstep *k, uint32_t slot, uint64_t mode)
{
    struct inode i;
    if (inode_is_permanent(k, slot)) {
        kstep_fail(k, EPERM);
        return;
    }
    inode_get(k, slot, &i);
    i.h.mode = (i.h.mode & S_IFMT) | ((uint32_t)mode & 07777);
    inode_put(k, slot, &i);
    kstep_return(k, 0);
}

void stat_chmod(struct kstep *k)
{
    struct path p;
    if (path_existing(k, AT_FDCWD, k->call.args[0], &p))
        mode_put(k, p.inode, k->call.args[1]);
}

void stat_fchmod(struct kstep *k) /* FILE-15 */
{
    struct pipe pipe;
    struct ofd o;
    uint64_t mode = k->call.args[1];
    if (!ofd_own(k, kstep_int(k, 0), &o))
        return;
    if (o.kind == OFD_CONSOLE) {
        kstep_fail(k, EPERM);
    } else if (o.kind == OFD_EPOLL || o.kind == OFD_SIGNALFD) {
        kstep_fail(k, EOPNOTSUPP);
    } else if (!ofd_is_pipe(&o)) {
        mode_put(k, o.object, mode);
    } else {
        pipe_get(k, o.object, &pipe);
        if (pipe.h.fifo) {
            mode_put(k, pipe.h.fifo - 1, mode);
        } else {
            pipe.h.permissions = (uint32_t)mode & 07777;
            pipe_put(k, o.object, &pipe);
            kstep_return(k, 0);
        }
    }
}

void stat_chdir(struct kstep *k)
{
    struct path p;
    struct process self;
    if (!path_existing(k, AT_FDCWD, k->call.args[0], &p))
        return;
    if (!inode_is_directory(k, p.inode) || !inode_permits(k, p.inode, X_OK)) {
        kstep_fail(k, inode_is_directory(k, p.inode) ? EACCES : ENOTDIR);
        return;
    }
    process_get(k, k->pid, &self);
    uint32_t before = self.h.cwd;
    self.h.cwd = p.inode;
    process_put(k, &self);
    inode_retain(k, p.inode);
    inode_release(k, before);
    kstep_return(k, 0); /* FILE-09 */
}

/* The path of a directory, from the root; false if it or one above was removed. */
static bool directory_path(struct kstep *k, uint32_t directory, vec_char *out)
{
    struct inode i;
    if (directory == inode_root(k))
        return true;
    inode_get(k, directory, &i);
    if (!directory_path(k, i.h.parent, out))
        return false;
    text_append(out, "/", 1);
    return directory_name(k, directory, out);
}

void stat_getcwd(struct kstep *k)
{
    struct process p;
    vec_char text = {0};
    process_get(k, k->pid, &p);
    bool good = directory_path(k, p.h.cwd, &text);
    if (!text.count)
        text_append(&text, "/", 1);
    text_append(&text, "", 1);
    if (!good || !k->call.args[1] || text.count > k->call.args[1]) {
        kstep_fail(k, !good ? ENOENT : !k->call.args[1] ? EINVAL : ERANGE);
        k->outcome.value = 0;
    } else if (kstep_copy_out(k, k->call.args[0], text.items, text.count)) {
        kstep_return(k, (int64_t)k->call.args[0]);
    } else if (k->outcome.kind == KOUT_RETURN) {
        k->outcome.value = 0;
    }
    VEC_FREE(&text);
}
