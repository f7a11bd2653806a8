/* fcntl on descriptors and pipes. A command that is not modelled is a limit that names it: never a silent success. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/ioctl.h>

#include "kernel/descriptor.h"
#include "kernel/handlers.h"
#include "kernel/pipe.h"

static void duplicate_from(struct kstep *k, const struct descriptor *d, int32_t from, uint32_t flags)
{
    int32_t number;
    uint32_t ofd = d->ofd;
    if (from < 0 || (uint32_t)from >= descriptor_limit(k)) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (!descriptor_lowest_free(k, (uint32_t)from, 1, &number)) {
        kstep_fail(k, EMFILE);
        return;
    }
    ofd_retain(k, ofd);
    process_set_descriptor(k, k->pid, (struct descriptor){(uint32_t)number, ofd, flags});
    kstep_return(k, number);
}

static void set_status(struct kstep *k, uint32_t slot, uint32_t flags)
{
    struct ofd o;
    ofd_get(k, slot, &o);
    const uint32_t settable = OFD_STATUS | (ofd_is_pipe(&o) ? (uint32_t)O_DIRECT : 0u); /* PIPE-20 */
    if (flags & (O_ASYNC | O_DIRECT) & ~settable) {
        kstep_limit(k, "fcntl(F_SETFL): the flags O_ASYNC, and O_DIRECT of what is no pipe, are not modelled");
        kstep_fail(k, EINVAL);
        return;
    }
    o.flags = (o.flags & ~settable) | (flags & settable); /* FD-02: seen by all who share it */
    ofd_put(k, slot, &o);
    kstep_return(k, 0);
}

static void pipe_size(struct kstep *k, const struct ofd *o, bool set, uint32_t bytes)
{
    struct pipe p;
    if (!ofd_is_pipe(o)) {
        kstep_fail(k, EBADF);
        return;
    }
    if (!set) {
        pipe_get(k, o->object, &p);
        kstep_return(k, p.h.capacity);
        return;
    }
    int32_t size = pipe_resize(k, o->object, bytes); /* PIPE-19 */
    if (size < 0)
        kstep_fail(k, -size);
    else
        kstep_return(k, size);
}

bool kernel_call_sets_flags(uint32_t number, const uint64_t *arguments, uint32_t constant)
{
    uint32_t command = number == KCALL_FCNTL ? F_SETFL : FIONBIO;
    return (number == KCALL_FCNTL || number == KCALL_IOCTL) && (!(constant & 2) || (uint32_t)arguments[1] == command);
}

void descriptor_fcntl(struct kstep *k)
{
    struct ofd o;
    int32_t command = kstep_int(k, 1);
    uint32_t argument = (uint32_t)k->call.args[2];
    const struct descriptor *d = descriptor_own(k, kstep_int(k, 0));
    if (!d)
        return;
    ofd_get(k, d->ofd, &o);
    switch (command) {
    case F_GETFD:
        kstep_return(k, d->flags);
        break;
    case F_SETFD: /* FD-02: per descriptor */
        process_set_descriptor(k, k->pid, (struct descriptor){d->number, d->ofd, argument & FD_CLOEXEC});
        kstep_return(k, 0);
        break;
    case F_GETFL:
        kstep_return(k, o.flags);
        break;
    case F_SETFL:
        set_status(k, d->ofd, argument);
        break;
    case F_DUPFD:
        duplicate_from(k, d, (int32_t)argument, 0);
        break;
    case F_DUPFD_CLOEXEC:
        duplicate_from(k, d, (int32_t)argument, FD_CLOEXEC);
        break;
    case F_GETPIPE_SZ:
        pipe_size(k, &o, false, 0);
        break;
    case F_SETPIPE_SZ:
        pipe_size(k, &o, true, argument);
        break;
    default:
        kstep_limit(k, "fcntl command %" PRId32 " is not modelled", command); /* FD-13 */
        kstep_fail(k, EINVAL);
    }
}
