/* See ofd.h. */
#include "kernel/ofd.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "kernel/epoll.h"
#include "kernel/handlers.h"
#include "kernel/inode.h"
#include "kernel/pipe.h"
#include "kernel/signalfd.h"

_Static_assert(sizeof(struct ofd) == 24, "no padding: components are compared as bytes");

void ofd_get(struct kstep *k, uint32_t slot, struct ofd *o)
{
    const struct ofd *bytes = kstep_get(k, slot, NULL);
    assert(bytes && "a descriptor refers to an open file description that exists");
    *o = *bytes;
}

void ofd_put(struct kstep *k, uint32_t slot, const struct ofd *o)
{
    kstep_put(k, slot, o, sizeof *o);
}

bool ofd_of(struct kstep *k, const struct process *p, int32_t number, struct ofd *o)
{
    const struct descriptor *d = process_descriptor(p, number);
    if (!d)
        return false;
    ofd_get(k, d->ofd, o);
    return true;
}

bool ofd_own(struct kstep *k, int32_t number, struct ofd *o)
{
    struct process p;
    process_get(k, k->pid, &p);
    if (ofd_of(k, &p, number, o))
        return true;
    kstep_fail(k, EBADF);
    return false;
}

uint32_t ofd_create(struct kstep *k, struct ofd o)
{
    uint32_t slot = kstep_slot(k, SLOT_OFD, k->pid, kstep_free_index(k, SLOT_OFD, k->pid));
    ofd_put(k, slot, &o);
    return slot;
}

bool ofd_is_counted(const struct kstep *k, const struct ofd *o)
{
    return o->kind != OFD_CONSOLE || k->settings->console_state; /* FD-15 */
}

void ofd_retain(struct kstep *k, uint32_t slot)
{
    struct ofd o;
    ofd_get(k, slot, &o);
    if (!ofd_is_counted(k, &o))
        return;
    o.references++;
    ofd_put(k, slot, &o);
}

void ofd_release(struct kstep *k, uint32_t slot)
{
    struct ofd o;
    ofd_get(k, slot, &o);
    if (!ofd_is_counted(k, &o))
        return;
    assert(o.references > 0);
    if (--o.references) {
        ofd_put(k, slot, &o);
        return;
    }
    epoll_forget(k, &o, slot);
    kstep_put(k, slot, NULL, 0); /* GEN-13 */
    if (ofd_is_pipe(&o))
        pipe_close_end(k, slot, &o);
    else if (o.kind == OFD_EPOLL)
        epoll_close(k, o.object);
    else if (o.kind == OFD_SIGNALFD)
        signalfd_close(k, o.object);
    else if (o.kind != OFD_CONSOLE)
        inode_release(k, o.object);
}

bool ofd_refuses_sleep(const struct kstep *k, const struct ofd *o)
{
    return o->flags & O_NONBLOCK && !(k->call.progress & KCALL_ASLEEP);
}

/* Whether another process has descriptors of the description behind one of the caller's. */
static bool is_shared(struct kstep *k, int32_t number, const struct ofd *o)
{
    struct process p;
    uint32_t own = 0;
    process_get(k, k->pid, &p);
    uint32_t slot = process_descriptor(&p, number)->ofd;
    for (uint32_t i = 0; i < p.h.descriptor_count; i++)
        own += p.descriptors[i].ofd == slot;
    return o->references > own;
}

void ofd_sleep(struct kstep *k, const struct ofd *o)
{
    bool awake = !(k->call.progress & KCALL_ASLEEP);
    if (awake && k->sets_flags && is_shared(k, kstep_int(k, 0), o))
        kstep_continue(k, k->call.progress | KCALL_ASLEEP);
    else
        kstep_block(k);
}

bool ofd_is_pipe(const struct ofd *o)
{
    return o->kind == OFD_PIPE_READ || o->kind == OFD_PIPE_WRITE || o->kind == OFD_PIPE_BOTH;
}

bool ofd_reads(const struct ofd *o)
{
    return (o->flags & O_ACCMODE) != O_WRONLY;
}

bool ofd_writes(const struct ofd *o)
{
    return (o->flags & O_ACCMODE) != O_RDONLY;
}
