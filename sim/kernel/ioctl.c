/* ioctl: what is in a pipe, and O_NONBLOCK the old way. A command that is not modelled is a limit that names it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "kernel/descriptor.h"
#include "kernel/handlers.h"
#include "kernel/inode.h"
#include "kernel/pipe.h"

static void bytes_left(struct kstep *k, const struct ofd *o)
{
    struct pipe p;
    struct inode i;
    int32_t left = 0;
    if (ofd_is_pipe(o)) {
        pipe_get(k, o->object, &p);
        left = (int32_t)p.h.count; /* PIPE-22 */
    } else if (o->kind == OFD_FILE) {
        inode_get(k, o->object, &i);
        left = (int32_t)((int64_t)i.size - (int64_t)o->offset);
    } else if (o->kind != OFD_CONSOLE) {
        kstep_fail(k, o->kind == OFD_EPOLL ? EINVAL : ENOTTY); /* FD-11 */
        return;
    }
    if (kstep_copy_out(k, k->call.args[2], &left, sizeof left))
        kstep_return(k, 0);
}

static void nonblocking(struct kstep *k, uint32_t slot)
{
    struct ofd o;
    int32_t on;
    if (!kstep_copy_in(k, k->call.args[2], &on, sizeof on))
        return;
    ofd_get(k, slot, &o);
    o.flags = (o.flags & ~(uint32_t)O_NONBLOCK) | (on ? O_NONBLOCK : 0); /* FD-02 */
    ofd_put(k, slot, &o);
    kstep_return(k, 0);
}

void descriptor_ioctl(struct kstep *k)
{
    struct ofd o;
    uint32_t command = (uint32_t)k->call.args[1];
    const struct descriptor *d = descriptor_own(k, kstep_int(k, 0));
    if (!d)
        return;
    ofd_get(k, d->ofd, &o);
    if (command == FIONREAD) {
        bytes_left(k, &o);
    } else if (command == FIONBIO) {
        nonblocking(k, d->ofd);
    } else {
        kstep_limit(k, "ioctl command 0x%x is not modelled", command);
        kstep_fail(k, ENOTTY);
    }
}
