/* read and write: the descriptor chooses the primitive. The console is here: reading it gives end of file, writing it
 * always succeeds and cannot be noticed by any process. With console_state its text is part of the state, so that every
 * order of writers is explored. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "kernel/file.h"
#include "kernel/handlers.h"
#include "kernel/ofd.h"
#include "kernel/pipe.h"
#include "kernel/shm.h"
#include "kernel/signalfd.h"
#include "kernel/signals.h"
#include "kernel/system.h"

/* Linux's MAX_RW_COUNT: what one call moves at most. */
#define IO_BYTES_MAX UINT64_C(0x7ffff000)
/* No range of user memory is larger, or lies in the upper half. */
#define IO_RANGE_MAX ((UINT64_C(1) << 47) - 4096)
#define IO_ADDRESS_MAX ((UINT64_C(1) << 63) - 1)
enum { CONSOLE_PIECE = 1 << 16, CONSOLE_STATE_MAX = 1 << 16, STANDARD_ERROR = 2 };

bool io_range_is_good(uint64_t address, uint64_t n)
{
    return n <= IO_RANGE_MAX && address <= IO_ADDRESS_MAX;
}

/* The description for a transfer, or false after failing. */
static bool io_start(struct kstep *k, bool writing, struct ofd *o, uint64_t *n)
{
    struct process p;
    process_get(k, k->pid, &p);
    if (!ofd_of(k, &p, kstep_int(k, 0), o) || !(writing ? ofd_writes(o) : ofd_reads(o))) {
        kstep_fail(k, EBADF); /* FD-07, PIPE-21 */
        return false;
    }
    *n = k->call.args[2];
    if (o->kind == OFD_EPOLL || (o->kind == OFD_SIGNALFD && (writing || *n < SIGNALFD_INFO_BYTES))) { /* SIG-35 */
        kstep_fail(k, EINVAL);
        return false;
    }
    if (!io_range_is_good(k->call.args[1], *n)) {
        kstep_fail(k, EFAULT); /* FD-09 */
        return false;
    }
    if (o->kind == OFD_DIRECTORY) {
        kstep_fail(k, EISDIR);
        return false;
    }
    if (*n > IO_BYTES_MAX)
        *n = IO_BYTES_MAX;
    if (!*n && o->kind != OFD_DEVICE) {
        kstep_return(k, 0); /* PIPE-05 */
        return false;
    }
    return true;
}

/* The slot of the description behind the call's descriptor. */
static uint32_t own_slot(struct kstep *k)
{
    struct process p;
    process_get(k, k->pid, &p);
    return process_descriptor(&p, kstep_int(k, 0))->ofd;
}

void io_read(struct kstep *k)
{
    struct ofd o;
    uint64_t n;
    if (!io_start(k, false, &o, &n))
        return;
    if (o.kind == OFD_CONSOLE)
        kstep_return(k, 0);
    else if (o.kind == OFD_DEVICE)
        device_read(k, &o, k->call.args[1], n);
    else if (o.kind == OFD_FILE)
        file_read(k, own_slot(k), &o, k->call.args[1], n);
    else if (o.kind == OFD_SIGNALFD)
        signalfd_read(k, &o, k->call.args[1], n);
    else
        pipe_read(k, &o, k->call.args[1], n);
}

/* Adds to the text of a stream, as far as that is kept. */
static void console_remember(struct kstep *k, uint32_t stream, const void *bytes, size_t n)
{
    uint32_t slot = kstep_slot(k, SLOT_CONSOLE, 0, stream);
    vec_char text = {0};
    size_t size = 0;
    const void *old = kstep_get(k, slot, &size);
    if (old)
        text_append(&text, old, size);
    if (size + n > CONSOLE_STATE_MAX) {
        kstep_limit(k, "more than %d bytes on the console: the rest is not kept", CONSOLE_STATE_MAX);
        n = CONSOLE_STATE_MAX - size;
    }
    text_append(&text, bytes, n);
    kstep_put(k, slot, text.items, text.count);
    VEC_FREE(&text);
}

static void console_write(struct kstep *k, const struct ofd *o, uint64_t n)
{
    unsigned char *bytes = mem_alloc(CONSOLE_PIECE);
    bool kept = k->settings->console_state;
    int descriptor = (kept ? (int)o->object : kstep_int(k, 0)) == STANDARD_ERROR ? STANDARD_ERROR : 1;
    uint64_t done = 0;
    while (done < n) {
        size_t piece = n - done < CONSOLE_PIECE ? (size_t)(n - done) : CONSOLE_PIECE;
        if (!kstep_copy_in(k, k->call.args[1] + done, bytes, piece)) {
            k->outcome.console.count = 0; /* a call that fails writes nothing */
            mem_free(bytes);
            return;
        }
        kstep_console(k, descriptor, bytes, piece);
        if (kept && o->object) /* what goes into standard input is gone */
            console_remember(k, o->object, bytes, piece);
        done += piece;
    }
    mem_free(bytes);
    kstep_return(k, (int64_t)n);
}

void io_write(struct kstep *k)
{
    struct ofd o;
    uint64_t n;
    if (!io_start(k, true, &o, &n))
        return;
    if (o.kind == OFD_CONSOLE)
        console_write(k, &o, n);
    else if (o.kind == OFD_DEVICE)
        device_write(k, &o, k->call.args[1], n);
    else if (o.kind == OFD_FILE)
        file_write(k, own_slot(k), &o, k->call.args[1], n);
    else
        pipe_write(k, &o, k->call.args[1], n);
}

static void explain(struct kstep *k, bool reading, struct kwait *w)
{
    struct process p;
    struct ofd o;
    process_get(k, k->pid, &p);
    if (!ofd_of(k, &p, kstep_int(k, 0), &o))
        return;
    if (ofd_is_pipe(&o))
        pipe_explain(k, &o, reading, w);
    else if (o.kind == OFD_SIGNALFD)
        signalfd_explain(k, &o, w);
    w->late = k->call.progress & KCALL_ASLEEP && o.flags & O_NONBLOCK;
    if (w->late)
        text_printf(&w->needs, "; O_NONBLOCK was set while it slept, and wakes nobody");
}

void io_read_explain(struct kstep *k, struct kwait *w)
{
    explain(k, true, w);
}

void io_write_explain(struct kstep *k, struct kwait *w)
{
    explain(k, false, w);
}

bool io_write_silent(struct kstep *k)
{
    struct process p;
    struct ofd o;
    process_get(k, k->pid, &p);
    if (!ofd_of(k, &p, kstep_int(k, 0), &o) || o.kind != OFD_CONSOLE || shm_is_shared(k->call.args[1]))
        return false;
    /* With its text in the state: nobody's text, and no end by a timer, could come in between. */
    return !k->settings->console_state || (system_processes(k) == 1 && !kstep_timer_armed(k));
}

/* RED-03. False too if the call would fail: what is open now says nothing of how, once it was closed. */
static bool pipe_future(struct kstep *k, struct kfuture *f, bool writing, uint32_t *pipe)
{
    struct process p;
    struct ofd o;
    process_get(k, k->pid, &p);
    if (k->sets_flags) /* who falls asleep tells whether others have a descriptor (FD-14) */
        return false;
    if (!ofd_of(k, &p, kstep_int(k, 0), &o) || !(writing ? ofd_writes(&o) : ofd_reads(&o)) || !pipe_is_plain(k, &o) ||
        o.flags & (O_NONBLOCK | O_DIRECT) || shm_is_shared(k->call.args[1]))
        return false;
    uint32_t description = process_descriptor(&p, kstep_int(k, 0))->ofd;
    kfuture_use(f, description, KUSE_REF); /* its flags are part of what was read */
    VEC_PUSH(&f->relies, description);
    VEC_PUSH(&f->relies, o.object);
    *pipe = o.object;
    return true;
}

/* Reads of whole records: each of those that there are. */
static void records_future(struct kstep *k, struct kfuture *f, const struct krecords *r)
{
    for (size_t i = 0; i < r->ids.count; i++) {
        size_t size;
        const void *bytes = intern_get(k->components, r->ids.items[i], &size);
        kfuture_result_bytes(k, f, (int64_t)size, k->call.args[1], bytes, size);
    }
}

/* Whether the caller holds a write end of the pipe itself: then it never sees its end. */
static bool holds_write_end(struct kstep *k, uint32_t pipe)
{
    struct process p;
    process_get(k, k->pid, &p);
    for (uint32_t i = 0; i < p.h.descriptor_count; i++) {
        struct ofd o;
        ofd_get(k, p.descriptors[i].ofd, &o);
        if (o.kind == OFD_PIPE_WRITE && o.object == pipe)
            return true;
    }
    return false;
}

bool io_read_future(struct kstep *k, struct kfuture *f)
{
    uint32_t pipe;
    uint64_t n = k->call.args[2];
    if (!n || n > IO_BYTES_MAX || !pipe_future(k, f, false, &pipe))
        return false;
    const struct krecords *r = kstep_records(k, pipe);
    bool whole = r->size == 0 || r->size == n, byte = n == 1 && r->size == KRECORDS_MIXED;
    kfuture_use(f, pipe, whole || byte ? KUSE_GET : KUSE_GETS);
    if (!whole && !byte)
        return true;
    f->kind = KRESULTS_LISTED;
    if (!holds_write_end(k, pipe))
        kfuture_result(f, 0, 0);
    if (whole)
        records_future(k, f, r);
    for (unsigned value = 0; byte && value <= UINT8_MAX; value++)
        kfuture_result_bytes(k, f, 1, k->call.args[1], &(unsigned char){(unsigned char)value}, 1);
    return true;
}

/* PIPE-07: all or nothing, if it fits at all. */
bool io_write_future(struct kstep *k, struct kfuture *f)
{
    uint32_t pipe;
    uint64_t n = k->call.args[2];
    unsigned char bytes[KRECORD_BYTES_MAX];
    struct signals s;
    if (!n || n > PIPE_ATOMIC || !pipe_future(k, f, true, &pipe) || n > kstep_records(k, pipe)->capacity)
        return false;
    kfuture_use(f, pipe, KUSE_PUT);
    if (n <= sizeof bytes) {
        if (k->memory->read(k->memory_context, k->call.args[1], bytes, (size_t)n) != KMEMORY_OK)
            return false;
        f->uses.items[f->uses.count - 1].detail = intern_put(k->components, bytes, (size_t)n);
    }
    kfuture_result(f, (int64_t)n, 0);
    signals_get(k, k->pid, &s);
    if (s.actions[SIGPIPE].handler != SIGNAL_DEFAULT) /* else it dies of that (PIPE-06), and has no future */
        kfuture_result(f, -1, EPIPE);
    return true;
}
