/* See machine.h. Unpack, give the outcome, run, pack; remember the result. */
#include "machine/machine.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

#include "machine/call.h"
#include "machine/exec.h"
#include "machine/fault.h"
#include "machine/heap.h"
#include "machine/image.h"
#include "machine/layout.h"
#include "machine/memo.h"
#include "machine/memory.h"
#include "machine/stale.h"
#include "machine/streams.h"
#include "machine/task.h"
#include "machine/visible.h"

enum { STEPS_DEFAULT = 20000000, HEAP_DEFAULT = 256 << 20 };

struct machine {
    const struct program *program;
    struct intern *components;
    struct layout layout;
    struct task task;
    uint32_t unpacked;       /* the local state that the task holds unchanged, or 0 */
    struct intern *outcomes; /* outcomes as bytes -> token */
    struct memo memo;        /* (local, token) -> next local */
    bool memo_off;
    vec_u64 token; /* scratch */
    bool foreseeing;
    vec_u32 stale_before; /* stale_reads when that began */
};

struct machine *machine_create(const struct program *program, struct intern *components,
                               const struct machine_options *options)
{
    struct machine *m = mem_zero(1, sizeof *m);
    m->program = program;
    m->components = components;
    m->outcomes = intern_create();
    layout_create(&m->layout, program, options->arguments, options->argument_count);
    task_init(&m->task, &m->layout, components);
    m->task.steps_max = options->local_steps_max ? options->local_steps_max : STEPS_DEFAULT;
    m->task.heap_max = options->heap_bytes_max ? options->heap_bytes_max : HEAP_DEFAULT;
    m->task.clear = options->clear;
    m->memo_off = options->memo_off;
    m->task.signals = options->signals;
    m->task.quiet = options->quiet;
    for (unsigned i = 0; i < options->keep_count; i++)
        VEC_PUSH(&m->task.kept, options->keep[i]);
    return m;
}

void machine_destroy(struct machine *m)
{
    if (!m)
        return;
    task_free(&m->task);
    layout_free(&m->layout);
    intern_destroy(m->outcomes);
    memo_free(&m->memo);
    VEC_FREE(&m->token);
    VEC_FREE(&m->stale_before);
    mem_free(m);
}

static struct task *unpack(struct machine *m, uint32_t local)
{
    if (m->unpacked != local) {
        task_reset(&m->task);
        image_unpack(&m->task, local);
        m->unpacked = local;
    }
    return &m->task;
}

/* Runs on to the next stop, which becomes a local state. */
static uint32_t run(struct machine *m)
{
    struct task *t = &m->task;
    m->unpacked = 0;
    if (!t->stopped)
        exec_run(t);
    task_settle(t);
    stale_settle(t);
    return image_pack(t);
}

/* What was found on the way to the pending operation is not part of the way to the next one. */
static void leave_pending(struct task *t)
{
    t->stopped = false;
    t->faulting = 0;
    t->pending.limit = t->pending.signalled = t->pending.progress = false;
    t->pending.message = t->pending.label = 0;
}

/* Makes the task a fresh process of image `image`: argv, envp and their strings are one block, as a real kernel puts
 * them beside one another. */
static void begin(struct task *t, uint32_t pid, uint32_t image, uint32_t given)
{
    task_reset(t);
    t->pending.pid = t->pending.tid = pid;
    t->image = image;
    uint64_t arguments[] = {t->layout->argument_count, (uint64_t)OBJECT_ARGUMENTS << 32,
                            (uint64_t)(OBJECT_ARGUMENTS + 1) << 32};
    if (given) {
        size_t size;
        const unsigned char *bytes = intern_get(t->components, given, &size);
        struct kexec_counts counts;
        memcpy(&counts, bytes, sizeof counts);
        uint64_t pointers = (counts.arguments + counts.environment + UINT64_C(2)) * 8, at = pointers;
        uint64_t block = heap_allocate(t, pointers + (size - sizeof counts));
        memory_find(t, address_object(block))->mapping = true;
        memory_write(t, block + pointers, bytes + sizeof counts, size - sizeof counts);
        const char *string = (const char *)bytes + sizeof counts;
        for (uint64_t i = 0; i < counts.arguments + (uint64_t)counts.environment; i++) {
            size_t length = strlen(string) + 1;
            memory_store(t, block + 8 * (i + (i >= counts.arguments)), 8, block + at);
            string += length;
            at += length;
        }
        arguments[0] = counts.arguments;
        arguments[1] = block;
        arguments[2] = block + 8 * (counts.arguments + UINT64_C(1));
    }
    call_enter(t, task_image(t)->entry, arguments, 3, 0);
}

uint32_t machine_start(struct machine *m, uint32_t pid, uint32_t image, uint32_t arguments)
{
    begin(&m->task, pid, image, arguments);
    return run(m);
}

uint32_t machine_start_beside(struct machine *m, uint32_t pid, const struct machine_start *s)
{
    const char *name = m->program->images.items[s->image].name;
    struct kexec_counts counts = {.arguments = s->argument_count + 1};
    vec_char packed = {0};
    text_append(&packed, &counts, sizeof counts);
    text_append(&packed, name, strlen(name) + 1);
    for (unsigned i = 0; i < s->argument_count; i++)
        text_append(&packed, s->arguments[i], strlen(s->arguments[i]) + 1);
    uint32_t arguments = intern_put(m->components, packed.items, packed.count);
    VEC_FREE(&packed);
    return machine_start(m, pid, s->image, arguments);
}

/* Which outcomes lead to the same next state: what of them the task can see. */
static uint32_t outcome_token(struct machine *m, const struct koutcome *o, uint32_t child)
{
    m->token.count = 0;
    VEC_PUSH(&m->token, (uint64_t)o->kind << 32 | (uint32_t)o->error);
    bool goes_on = o->kind == KOUT_CONTINUE || (o->kind == KOUT_SPAWN && o->progress);
    VEC_PUSH(&m->token, goes_on ? o->progress : (uint64_t)o->value);
    VEC_PUSH(&m->token, (uint64_t)child << 32 | (o->kind == KOUT_DIE ? o->note : 0));
    if (o->kind == KOUT_EXEC)
        VEC_PUSH(&m->token, (uint64_t)o->image << 32 | o->arguments);
    if (o->kind == KOUT_SIGNAL) {
        const struct kdelivery *d = &o->delivery;
        VEC_PUSH(&m->token, (uint64_t)d->signal << 32 | d->info);
        VEC_PUSH(&m->token, d->handler);
        VEC_PUSH(&m->token, d->mask);
        VEC_PUSH(&m->token, (uint64_t)d->interrupts << 32 | (uint32_t)d->error);
        VEC_PUSH(&m->token, (uint64_t)d->value);
    }
    for (size_t i = 0; i < o->copies.count; i++) {
        VEC_PUSH(&m->token, o->copies.items[i].address);
        VEC_PUSH(&m->token, o->copies.items[i].bytes);
    }
    return intern_put(m->outcomes, m->token.items, m->token.count * sizeof *m->token.items);
}

/* What the call wrote into private memory. */
static void give_copies(struct task *t, const struct koutcome *o)
{
    for (size_t i = 0; i < o->copies.count && !t->stopped; i++) {
        size_t size;
        const void *bytes = intern_get(t->components, o->copies.items[i].bytes, &size);
        memory_write(t, o->copies.items[i].address, bytes, size);
    }
}

/* A signal handler has returned and its mask is restored: the call that it interrupted has returned, too, or is pending
 * as it was. */
static void leave_handler(struct task *t)
{
    struct interruption n = t->interruptions.items[--t->interruptions.count];
    t->pending.call = n.call;
    t->idle = n.idle;
    if (n.call.number == KCALL_FAULT || n.call.number == KCALL_SPIN) { /* no call at all: it runs on (SIG-33, GEN-16) */
        if (n.call.number == KCALL_FAULT && n.call.args[0] == SIGABRT)
            task_crash(t, SIGABRT, "abort() was called, and the handler of SIGABRT returned");
        return;
    }
    if (!n.interrupts) {
        t->stopped = true;
        return;
    }
    if (n.error)
        task_errno(t, n.error);
    visible_return(t, (uint64_t)n.value);
}

/* Whether the call that returns has installed a signal handler. */
static bool installs_handler(struct task *t)
{
    const struct kcall *c = &t->pending.call;
    uint64_t handler = 0;
    switch (c->number) {
    case KCALL_SIGACTION:
        return c->args[1] && memory_probe(t, c->args[1], sizeof handler, false) == KMEMORY_OK &&
               memory_load(t, c->args[1], sizeof handler, &handler) && call_target(t, handler) != UINT32_MAX;
    case KCALL_SIGNAL:
    case KCALL_BSD_SIGNAL:
    case KCALL_SSIGNAL:
    case KCALL_SYSV_SIGNAL:
    case KCALL_SIGSET:
        return call_target(t, c->args[1]) != UINT32_MAX;
    default:
        return false;
    }
}

/* The pending call has returned. */
static void give_return(struct task *t, const struct koutcome *o, uint64_t value)
{
    leave_pending(t);
    t->handlers |= !t->quiet && installs_handler(t);
    give_copies(t, o);
    if (o->error)
        task_errno(t, o->error);
    if (!t->stopped && t->pending.call.number == KCALL_SIGRETURN)
        leave_handler(t);
    else if (!t->stopped && t->pending.call.number == KCALL_SIGENTER)
        t->interruptions.items[t->interruptions.count - 1].entered = true;
    else if (!t->stopped)
        visible_return(t, value);
}

/* A signal is acted on while the call is pending. */
static void give_signal(struct task *t, const struct koutcome *o)
{
    const struct kdelivery *d = &o->delivery;
    leave_pending(t);
    if (!d->handler) { /* no trouble of the program: it is killed */
        task_post(t, KCALL_DIE, &(uint64_t){d->signal}, 1);
        t->frozen = true;
        t->frames.count = t->interruptions.count = 0;
        return;
    }
    uint32_t function = call_target(t, d->handler);
    if (function == UINT32_MAX) {
        task_crash(t, SIGSEGV, "the handler of signal %u is no function", d->signal);
        return;
    }
    struct interruption n = {.depth = (uint32_t)t->frames.count,
                             .idle = t->idle,
                             .call = t->pending.call,
                             .mask = d->mask,
                             .value = d->value,
                             .error = d->error,
                             .interrupts = d->interrupts};
    n.call.unused = 0;
    n.call.progress = 0; /* if it is made again, then from its start (FIFO-07, PROC-24) */
    give_copies(t, o);
    t->idle = IDLE_NONE;
    VEC_PUSH(&t->interruptions, n);
    size_t size = 0;
    const void *info = d->info ? intern_get(t->components, d->info, &size) : NULL;
    if (call_enter_handler(t, function, d->signal, info, size))
        task_post(t, KCALL_SIGENTER, NULL, 0);
}

static void give_death(struct task *t, const struct koutcome *o)
{
    size_t size;
    bool own = t->pending.call.number == KCALL_FAULT; /* what the machine found */
    const char *why = intern_get(t->components, own ? t->pending.message : o->note, &size);
    leave_pending(t);
    task_crash(t, o->error, "%.*s", (int)size, why);
}

static uint32_t next_state(struct machine *m, uint32_t local, const struct koutcome *o)
{
    struct task *t = unpack(m, local);
    assert(o->kind == KOUT_RETURN || o->kind == KOUT_SPAWN || o->kind == KOUT_CONTINUE || o->kind == KOUT_DIE ||
           o->kind == KOUT_SIGNAL || o->kind == KOUT_EXEC);
    if (t->frozen && o->kind == KOUT_CONTINUE && o->progress == t->pending.call.progress)
        return local; /* nothing brings it back */
    switch ((enum koutcome_kind)o->kind) {
    case KOUT_SPAWN:
        if (o->progress) { /* vfork: the parent's call goes on */
            t->pending.call.progress = o->progress;
            t->pending.signalled = false;
            t->stopped = true;
            break;
        }
        give_return(t, o, (uint64_t)o->value);
        break;
    case KOUT_RETURN:
        give_return(t, o, (uint64_t)o->value);
        break;
    case KOUT_EXEC:
        begin(t, t->pending.pid, o->image, o->arguments);
        break;
    case KOUT_CONTINUE:
        t->stopped = false;
        give_copies(t, o); /* a piece of a copy out of shared memory */
        t->pending.call.progress = o->progress;
        t->pending.signalled = false;
        t->stopped = true;
        break;
    case KOUT_DIE:
        give_death(t, o);
        break;
    case KOUT_SIGNAL:
        give_signal(t, o);
        break;
    case KOUT_NONE:
    case KOUT_BLOCK:
    case KOUT_EXIT:
        break;
    }
    return run(m);
}

static uint32_t known(const struct machine *m, uint32_t local, uint32_t token)
{
    return m->memo_off ? UINT32_MAX : memo_get(&m->memo, local, token);
}

static void keep(struct machine *m, uint32_t local, uint32_t token, uint32_t next)
{
    if (!m->memo_off)
        memo_put(&m->memo, local, token, next);
}

uint32_t machine_resume(struct machine *m, uint32_t local, const struct koutcome *outcome)
{
    if (outcome->kind == KOUT_EXIT)
        return 0;
    uint32_t token = outcome_token(m, outcome, 0), next = known(m, local, token);
    if (next == UINT32_MAX) {
        next = next_state(m, local, outcome);
        if (!m->foreseeing || m->task.stale_reads.count == m->stale_before.count)
            keep(m, local, token, next);
    }
    return next;
}

uint32_t machine_child(struct machine *m, uint32_t local, uint32_t child_pid)
{
    const struct koutcome zero = {.kind = KOUT_SPAWN};
    uint32_t token = outcome_token(m, &zero, child_pid), next = known(m, local, token);
    if (next != UINT32_MAX)
        return next;
    struct task *t = unpack(m, local);
    t->pending.pid = t->pending.tid = child_pid;
    t->pending.atomic = false; /* the parent is inside, the child is not */
    t->idle = IDLE_NONE;
    give_return(t, &zero, 0);
    next = run(m);
    keep(m, local, token, next);
    return next;
}

uint32_t machine_signalled(struct machine *m, uint32_t local)
{
    static const struct koutcome due = {.kind = KOUT_BLOCK};
    uint32_t token = outcome_token(m, &due, 0), next = known(m, local, token);
    if (next != UINT32_MAX)
        return next;
    size_t size;
    unsigned char *image = NULL;
    const void *bytes = intern_get(m->components, local, &size);
    image = mem_copy(bytes, size);
    ((struct image_header *)(void *)image)->pending.signalled = true;
    next = intern_put(m->components, image, size);
    mem_free(image);
    keep(m, local, token, next);
    return next;
}

void machine_foresee(struct machine *m)
{
    m->foreseeing = true;
    m->stale_before.count = 0;
    for (size_t i = 0; i < m->task.stale_reads.count; i++)
        VEC_PUSH(&m->stale_before, m->task.stale_reads.items[i]);
}

bool machine_foreseen(struct machine *m)
{
    bool good = m->task.stale_reads.count == m->stale_before.count;
    m->foreseeing = false;
    m->task.stale_reads.count = m->stale_before.count;
    for (size_t i = 0; i < m->stale_before.count; i++)
        m->task.stale_reads.items[i] = m->stale_before.items[i];
    return good;
}

uint32_t machine_endless(struct machine *m, uint32_t local, const char *why)
{
    struct task *t = unpack(m, local);
    leave_pending(t);
    task_trouble(t, TROUBLE_ENDLESS, 0, "endless loop: %s", why);
    return run(m);
}

unsigned machine_stale_reads(const struct machine *m, const uint32_t **sources)
{
    *sources = m->task.stale_reads.items;
    return (unsigned)m->task.stale_reads.count;
}

const struct machine_pending *machine_pending(struct machine *m, uint32_t local)
{
    const struct image_header *header = intern_get(m->components, local, NULL);
    return &header->pending;
}

uint32_t machine_image(struct machine *m, uint32_t local)
{
    const struct image_header *header = intern_get(m->components, local, NULL);
    return header->image;
}

static enum kmemory context_read(void *context, uint64_t address, void *bytes, size_t n)
{
    struct task *t = context;
    enum kmemory answer = memory_probe(t, address, n, false);
    if (answer != KMEMORY_OK || !n)
        return answer;
    uint64_t offset = address_offset(address);
    stale_read(t, address_object(address), offset, offset + n);
    object_read(t, memory_find(t, address_object(address)), offset, bytes, n);
    return KMEMORY_OK;
}

static enum kmemory context_check_write(void *context, uint64_t address, size_t n)
{
    return memory_probe(context, address, n, true);
}

const struct kmemory_ops machine_memory_ops = {.read = context_read, .check_write = context_check_write};

void *machine_memory_context(struct machine *m, uint32_t local)
{
    return unpack(m, local);
}

uint64_t machine_unwritten(struct machine *m, uint32_t local, int32_t descriptor)
{
    return streams_unwritten(unpack(m, local), descriptor);
}

unsigned machine_stack(struct machine *m, uint32_t local, uint32_t *places, unsigned room)
{
    const struct task *t = unpack(m, local);
    unsigned count = 0;
    for (size_t i = t->frames.count; i-- > 0 && count < room;) {
        const struct code_function *function = &m->program->functions.items[t->frames.items[i].function];
        if (!function->libc)
            places[count++] = function->code.items[t->frames.items[i].pc].place;
    }
    return count;
}
