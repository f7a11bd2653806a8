/* close, dup, dup2, dup3, lseek, isatty: see descriptor.h. */
#include "kernel/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include "kernel/file.h"
#include "kernel/handlers.h"
#include "kernel/pipe.h"

/* The table's size is a limit of the simulation, except where native runs have the very same one, under conform, and
 * where the program has set it. */
static void limit_met(struct kstep *k, const char *who, int32_t number)
{
    struct process p;
    process_get(k, k->pid, &p);
    if (!k->settings->console_state && !p.h.files_soft)
        kstep_limit(k, "%s %d met the limit of %" PRId64 " descriptors (--set descriptors=N)", who, number,
                    k->settings->descriptors);
}

bool descriptor_close_is_observable(struct kstep *k, const struct process *p, const struct descriptor *d)
{
    struct ofd o;
    ofd_get(k, d->ofd, &o);
    return ofd_is_pipe(&o) && o.references == 1 && pipe_close_is_observable(k, p, &o);
}

uint32_t descriptor_limit(struct kstep *k)
{
    struct process p;
    process_get(k, k->pid, &p);
    return p.h.files_soft ? p.h.files_soft - 1 : (uint32_t)k->settings->descriptors;
}

bool descriptor_lowest_free(struct kstep *k, uint32_t from, unsigned wanted, int32_t *numbers)
{
    struct process p;
    process_get(k, k->pid, &p);
    uint32_t i = 0, number = from, limit = descriptor_limit(k);
    for (unsigned found = 0; found < wanted; number++) { /* FD-01 */
        if (number >= limit) {
            limit_met(k, "process", (int32_t)k->pid); /* LIM-13 */
            return false;
        }
        while (i < p.h.descriptor_count && p.descriptors[i].number < number)
            i++;
        if (i == p.h.descriptor_count || p.descriptors[i].number != number)
            numbers[found++] = (int32_t)number;
    }
    return true;
}

void descriptor_release(struct kstep *k, uint32_t pid, uint32_t number)
{
    struct process p;
    process_get(k, pid, &p);
    uint32_t ofd = process_descriptor(&p, (int32_t)number)->ofd;
    process_drop_descriptor(k, pid, number);
    ofd_release(k, ofd);
}

const struct descriptor *descriptor_own(struct kstep *k, int32_t number)
{
    struct process p;
    process_get(k, k->pid, &p);
    const struct descriptor *d = process_descriptor(&p, number);
    if (!d)
        kstep_fail(k, EBADF);
    return d;
}

void descriptor_close(struct kstep *k)
{
    const struct descriptor *d = descriptor_own(k, kstep_int(k, 0));
    if (!d)
        return;
    descriptor_release(k, k->pid, d->number);
    kstep_return(k, 0);
}

/* Makes `number` refer to the same description as d (FD-02), closing what it was (FD-04). */
static void duplicate(struct kstep *k, const struct descriptor *d, uint32_t number, uint32_t flags)
{
    struct process p;
    process_get(k, k->pid, &p);
    uint32_t ofd = d->ofd;
    ofd_retain(k, ofd);
    if (process_descriptor(&p, (int32_t)number))
        descriptor_release(k, k->pid, number);
    process_set_descriptor(k, k->pid, (struct descriptor){number, ofd, flags});
    kstep_return(k, number);
}

void descriptor_dup(struct kstep *k)
{
    int32_t number;
    const struct descriptor *d = descriptor_own(k, kstep_int(k, 0));
    if (!d)
        return;
    if (descriptor_lowest_free(k, 0, 1, &number))
        duplicate(k, d, (uint32_t)number, 0);
    else
        kstep_fail(k, EMFILE);
}

/* Whether a number could be a descriptor at all; fails the call if not. */
static bool number_in_range(struct kstep *k, int32_t number)
{
    if (number >= 0 && (uint32_t)number < descriptor_limit(k))
        return true;
    if (number >= 0)
        limit_met(k, "descriptor", number);
    kstep_fail(k, EBADF);
    return false;
}

void descriptor_dup2(struct kstep *k)
{
    int32_t from = kstep_int(k, 0), to = kstep_int(k, 1);
    const struct descriptor *d = descriptor_own(k, from); /* FD-03: a bad one leaves `to` open */
    if (!d)
        return;
    if (from == to)
        kstep_return(k, to); /* FD-03 */
    else if (number_in_range(k, to))
        duplicate(k, d, (uint32_t)to, 0);
}

void descriptor_dup3(struct kstep *k)
{
    int32_t from = kstep_int(k, 0), to = kstep_int(k, 1);
    uint32_t flags = (uint32_t)k->call.args[2];
    if (flags & ~(uint32_t)O_CLOEXEC || from == to) {
        kstep_fail(k, EINVAL);
        return;
    }
    if (!number_in_range(k, to))
        return;
    const struct descriptor *d = descriptor_own(k, from);
    if (d)
        duplicate(k, d, (uint32_t)to, flags ? FD_CLOEXEC : 0);
}

void descriptor_lseek(struct kstep *k)
{
    static const uint32_t whence_max = 4; /* SEEK_HOLE */
    struct ofd o;
    const struct descriptor *d = descriptor_own(k, kstep_int(k, 0));
    if (!d)
        return;
    ofd_get(k, d->ofd, &o);
    if (o.kind == OFD_FILE)
        file_seek(k, d->ofd, &o, (int64_t)k->call.args[1], kstep_int(k, 2));
    else if (o.kind == OFD_DIRECTORY)
        directory_seek(k, d->ofd, &o, (int64_t)k->call.args[1], kstep_int(k, 2));
    else if ((o.kind == OFD_DEVICE || o.kind == OFD_EPOLL || o.kind == OFD_SIGNALFD) &&
             (uint32_t)k->call.args[2] <= whence_max)
        kstep_return(k, 0);
    else
        kstep_fail(k, (uint32_t)k->call.args[2] > whence_max
                          ? EINVAL
                          : ESPIPE); /* PIPE-21, FILE-05; the console cannot seek either */
}

void descriptor_isatty(struct kstep *k)
{
    struct ofd o;
    if (!ofd_own(k, kstep_int(k, 0), &o)) {
        k->outcome.value = 0;
    } else if (o.kind != OFD_CONSOLE || k->settings->console_state) {
        kstep_fail(k, o.kind == OFD_EPOLL ? EINVAL : ENOTTY); /* FD-11 */
        k->outcome.value = 0;
    } else {
        kstep_return(k, 1);
    }
}

bool descriptor_isatty_silent(struct kstep *k)
{
    (void)k;
    return true; /* a table is changed by its own process only, and a description never changes its kind */
}

/* RED-03. */
bool close_future(struct kstep *k, struct kfuture *f)
{
    struct process p;
    process_get(k, k->pid, &p);
    const struct descriptor *d = process_descriptor(&p, kstep_int(k, 0));
    f->kind = KRESULTS_RUN;
    return !d || kfuture_close(k, f, d->ofd);
}

bool dup_future(struct kstep *k, struct kfuture *f)
{
    struct process p;
    process_get(k, k->pid, &p);
    const struct descriptor *d = process_descriptor(&p, kstep_int(k, 0));
    f->kind = KRESULTS_RUN;
    if (d)
        kfuture_retain(k, f, d->ofd);
    return true;
}

bool dup2_future(struct kstep *k, struct kfuture *f)
{
    struct process p;
    process_get(k, k->pid, &p);
    const struct descriptor *from = process_descriptor(&p, kstep_int(k, 0));
    const struct descriptor *to = process_descriptor(&p, kstep_int(k, 1));
    f->kind = KRESULTS_RUN;
    if (!from)
        return true;
    kfuture_retain(k, f, from->ofd);
    return !to || kfuture_close(k, f, to->ofd);
}
