/* See machine.h. Unpack, give the outcome, run, pack; remember the result. */
#include "machine/machine.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

#include "machine/call.h"
#include "machine/exec.h"
#include "machine/fault.h"
#include "machine/image.h"
#include "machine/layout.h"
#include "machine/memo.h"
#include "machine/memory.h"
#include "machine/stale.h"
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
    vec_u64 token;           /* scratch */
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
    t->pending.limit = false;
    t->pending.message = t->pending.label = 0;
}

uint32_t machine_start(struct machine *m, uint32_t pid)
{
    struct task *t = &m->task;
    task_reset(t);
    t->pending.pid = t->pending.tid = pid;
    const uint64_t arguments[] = {m->layout.argument_count, (uint64_t)OBJECT_ARGUMENTS << 32,
                                  (uint64_t)(OBJECT_ARGUMENTS + 1) << 32};
    call_enter(t, m->program->entry, arguments, 3, 0);
    return run(m);
}

/* Which outcomes lead to the same next state: what of them the task can see. */
static uint32_t outcome_token(struct machine *m, const struct koutcome *o, uint32_t child)
{
    m->token.count = 0;
    VEC_PUSH(&m->token, (uint64_t)o->kind << 32 | (uint32_t)o->error);
    VEC_PUSH(&m->token, o->kind == KOUT_CONTINUE ? o->progress : (uint64_t)o->value);
    VEC_PUSH(&m->token, (uint64_t)child << 32 | (o->kind == KOUT_DIE ? o->note : 0));
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

/* The pending call has returned. */
static void give_return(struct task *t, const struct koutcome *o, uint64_t value)
{
    leave_pending(t);
    give_copies(t, o);
    if (o->error)
        task_errno(t, o->error);
    if (!t->stopped)
        visible_return(t, value);
}

static void give_death(struct task *t, const struct koutcome *o)
{
    size_t size;
    const char *why = intern_get(t->components, o->note, &size);
    leave_pending(t);
    task_crash(t, o->error, "%.*s", (int)size, why);
}

static uint32_t next_state(struct machine *m, uint32_t local, const struct koutcome *o)
{
    struct task *t = unpack(m, local);
    assert(o->kind == KOUT_RETURN || o->kind == KOUT_SPAWN || o->kind == KOUT_CONTINUE || o->kind == KOUT_DIE);
    if (t->frozen)
        return local; /* nothing brings it back */
    switch ((enum koutcome_kind)o->kind) {
    case KOUT_RETURN:
    case KOUT_SPAWN:
        give_return(t, o, (uint64_t)o->value);
        break;
    case KOUT_CONTINUE:
        t->stopped = false;
        give_copies(t, o); /* a piece of a copy out of shared memory */
        t->pending.call.progress = o->progress;
        t->stopped = true;
        break;
    case KOUT_DIE:
        give_death(t, o);
        break;
    case KOUT_NONE:
    case KOUT_BLOCK:
    case KOUT_EXIT:
        break;
    }
    return run(m);
}

uint32_t machine_resume(struct machine *m, uint32_t local, const struct koutcome *outcome)
{
    if (outcome->kind == KOUT_EXIT)
        return 0;
    uint32_t token = outcome_token(m, outcome, 0), next = memo_get(&m->memo, local, token);
    if (next == UINT32_MAX) {
        next = next_state(m, local, outcome);
        memo_put(&m->memo, local, token, next);
    }
    return next;
}

uint32_t machine_child(struct machine *m, uint32_t local, uint32_t child_pid)
{
    const struct koutcome zero = {.kind = KOUT_SPAWN};
    uint32_t token = outcome_token(m, &zero, child_pid), next = memo_get(&m->memo, local, token);
    if (next != UINT32_MAX)
        return next;
    struct task *t = unpack(m, local);
    t->pending.pid = t->pending.tid = child_pid;
    t->pending.atomic = false; /* the parent is inside, the child is not */
    t->idle = IDLE_NONE;
    give_return(t, &zero, 0);
    next = run(m);
    memo_put(&m->memo, local, token, next);
    return next;
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
