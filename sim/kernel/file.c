/* The bytes of regular files and devices: see file.h. */
#include "kernel/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "kernel/descriptor.h"
#include "kernel/handlers.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Bytes from an offset on; 0 at and behind the end (FILE-02). Ends the step. */
static void read_at(struct kstep *k, uint32_t inode, uint64_t offset, uint64_t address, uint64_t n)
{
    struct inode i;
    inode_get(k, inode, &i);
    uint64_t taken = offset < i.size ? smaller(n, i.size - offset) : 0;
    if (!taken || kstep_copy_out(k, address, i.bytes + offset, (size_t)taken))
        kstep_return(k, (int64_t)taken);
}

/* False after failing: the file would become larger than the setting allows. */
static bool size_is_allowed(struct kstep *k, uint64_t size)
{
    if (size <= (uint64_t)k->settings->file_bytes)
        return true;
    kstep_limit(k, "a file met the limit of %" PRId64 " bytes (--set file_bytes=N)", k->settings->file_bytes);
    return false;
}

int file_resize(struct kstep *k, uint32_t inode, uint64_t size)
{
    struct inode i;
    if (!size_is_allowed(k, size))
        return EFBIG;
    inode_get(k, inode, &i);
    if (i.size == size)
        return 0;
    unsigned char *bytes = mem_zero(1, (size_t)size + 1);
    if (i.size)
        memcpy(bytes, i.bytes, (size_t)smaller(i.size, size));
    i.bytes = bytes;
    i.size = (size_t)size;
    inode_put(k, inode, &i);
    mem_free(bytes);
    return 0;
}

/* Writes in one step, so that no other write comes between (FILE-03); a gap is filled with zeros. False after failing.
 */
static bool write_at(struct kstep *k, uint32_t inode, uint64_t offset, uint64_t address, uint64_t n)
{
    struct inode i;
    inode_get(k, inode, &i);
    if (!size_is_allowed(k, offset + n)) {
        kstep_fail(k, EFBIG);
        return false;
    }
    size_t size = offset + n > i.size ? (size_t)(offset + n) : i.size;
    unsigned char *bytes = mem_zero(1, size);
    if (i.size)
        memcpy(bytes, i.bytes, i.size);
    bool copied = kstep_copy_in(k, address, bytes + offset, (size_t)n);
    if (copied) {
        i.bytes = bytes;
        i.size = size;
        inode_put(k, inode, &i);
    }
    mem_free(bytes);
    return copied;
}

void file_read(struct kstep *k, uint32_t slot, const struct ofd *o, uint64_t address, uint64_t n)
{
    read_at(k, o->object, o->offset, address, n);
    if (k->outcome.kind == KOUT_RETURN && k->outcome.value > 0) {
        struct ofd moved = *o;
        moved.offset += (uint64_t)k->outcome.value; /* FD-02: for all who share it */
        ofd_put(k, slot, &moved);
    }
}

static uint64_t write_offset(struct kstep *k, const struct ofd *o)
{
    struct inode i;
    inode_get(k, o->object, &i);
    return o->flags & O_APPEND ? i.size : o->offset; /* FILE-04 */
}

void file_write(struct kstep *k, uint32_t slot, const struct ofd *o, uint64_t address, uint64_t n)
{
    struct ofd moved = *o;
    uint64_t offset = write_offset(k, o);
    if (!write_at(k, o->object, offset, address, n))
        return;
    moved.offset = offset + n;
    ofd_put(k, slot, &moved);
    kstep_return(k, (int64_t)n);
}

void file_seek(struct kstep *k, uint32_t slot, struct ofd *o, int64_t offset, int32_t whence)
{
    struct inode i;
    inode_get(k, o->object, &i);
    int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (int64_t)o->offset : (int64_t)i.size;
    if (whence == SEEK_DATA || whence == SEEK_HOLE)
        kstep_limit(k, "lseek: SEEK_DATA and SEEK_HOLE are not modelled");
    if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) {
        kstep_fail(k, EINVAL);
    } else if (offset > INT64_MAX - from || from + offset < 0) {
        kstep_fail(k, offset > 0 ? EOVERFLOW : EINVAL); /* FILE-05 */
    } else {
        o->offset = (uint64_t)(from + offset);
        ofd_put(k, slot, o);
        kstep_return(k, from + offset);
    }
}

/* As tmpfs does it; other file systems have their own ways (FILE-14). */
void directory_seek(struct kstep *k, uint32_t slot, struct ofd *o, int64_t offset, int32_t whence)
{
    int64_t from = whence == SEEK_CUR ? (int64_t)o->offset : 0;
    if ((whence != SEEK_SET && whence != SEEK_CUR) || offset > INT64_MAX - from || from + offset < 0) {
        kstep_fail(k, EINVAL);
        return;
    }
    o->offset = (uint64_t)(from + offset);
    ofd_put(k, slot, o);
    kstep_return(k, from + offset);
}

/* What pread or pwrite mean: a file, a directory or a device. False after failing. */
static bool own_seekable(struct kstep *k, bool writing, struct ofd *o)
{
    if ((int64_t)k->call.args[3] < 0)
        kstep_fail(k, EINVAL);
    else if (!ofd_own(k, kstep_int(k, 0), o))
        return false;
    else if (o->kind != OFD_FILE && o->kind != OFD_DIRECTORY && o->kind != OFD_DEVICE)
        kstep_fail(k, ESPIPE); /* FILE-06, PIPE-21 */
    else if (!(writing ? ofd_writes(o) : ofd_reads(o)))
        kstep_fail(k, EBADF);
    else if (!io_range_is_good(k->call.args[1], k->call.args[2]))
        kstep_fail(k, EFAULT); /* FD-09 */
    else if (o->kind == OFD_DIRECTORY)
        kstep_fail(k, EISDIR);
    else
        return true;
    return false;
}

void file_pread(struct kstep *k)
{
    struct ofd o;
    uint64_t n = smaller(k->call.args[2], INT32_MAX);
    if (!own_seekable(k, false, &o))
        return;
    if (o.kind == OFD_DEVICE)
        device_read(k, &o, k->call.args[1], n);
    else
        read_at(k, o.object, k->call.args[3], k->call.args[1], n);
}

void file_pwrite(struct kstep *k)
{
    struct ofd o;
    struct inode i;
    uint64_t n = smaller(k->call.args[2], INT32_MAX);
    if (!own_seekable(k, true, &o))
        return;
    if (o.kind == OFD_DEVICE) {
        device_write(k, &o, k->call.args[1], n);
        return;
    }
    inode_get(k, o.object, &i);
    uint64_t offset = o.flags & O_APPEND ? i.size : k->call.args[3]; /* Linux appends all the same */
    if (!n || write_at(k, o.object, offset, k->call.args[1], n))
        kstep_return(k, (int64_t)n);
}

void file_ftruncate(struct kstep *k)
{
    struct ofd o;
    if ((int64_t)k->call.args[1] < 0) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (!ofd_own(k, kstep_int(k, 0), &o))
        return;
    if (o.kind != OFD_FILE || !ofd_writes(&o)) {
        kstep_fail(k, EINVAL);
        return;
    }
    int error = file_resize(k, o.object, k->call.args[1]);
    if (error)
        kstep_fail(k, error);
    else
        kstep_return(k, 0);
}

static uint64_t device_of(struct kstep *k, const struct ofd *o)
{
    return slots_name(k->slots, o->object).index;
}

void device_read(struct kstep *k, const struct ofd *o, uint64_t address, uint64_t n)
{
    if (device_of(k, o) == DEVICE_NULL) {
        kstep_return(k, 0);
        return;
    }
    if (!size_is_allowed(k, n)) {
        kstep_fail(k, EFAULT);
        return;
    }
    unsigned char *zeros = mem_zero(1, (size_t)n);
    if (kstep_copy_out(k, address, zeros, (size_t)n))
        kstep_return(k, (int64_t)n);
    mem_free(zeros);
}

void device_write(struct kstep *k, const struct ofd *o, uint64_t address, uint64_t n)
{
    (void)address;
    if (device_of(k, o) == DEVICE_FULL)
        kstep_fail(k, ENOSPC);
    else
        kstep_return(k, (int64_t)n);
}
