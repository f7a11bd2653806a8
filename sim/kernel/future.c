/* The table of what calls may do in any future: see future.h. */
#include "kernel/future.h"

#include "kernel/handlers.h"
#include "kernel/inode.h"
#include "kernel/pipe.h"
#include "kernel/shm.h"

static bool own_future(struct kstep *k, struct kfuture *f)
{
    (void)k;
    f->kind = KRESULTS_RUN;
    return true;
}

static bool (*const futures[KCALL_COUNT])(struct kstep *k, struct kfuture *f) = {
#define FUTURE(name, function) [KCALL_##name] = function,
#define FUTURE_OWN(name) [KCALL_##name] = own_future,
#include "kernel/future.def"
#undef FUTURE
#undef FUTURE_OWN
};

bool kernel_future(struct kstep *k, struct kfuture *f)
{
    const struct kcall_info *info = kernel_call(k->call.number);
    f->uses.count = f->results.count = f->relies.count = 0;
    f->kind = KRESULTS_ANY;
    if (!kstep_signals_known(k)) /* one could come in between: nothing is known of what its handler does */
        return false;
    if (info->silent && info->silent(k)) {
        f->kind = KRESULTS_RUN;
        return true;
    }
    return futures[k->call.number] && futures[k->call.number](k, f);
}

void kfuture_free(struct kfuture *f)
{
    VEC_FREE(&f->uses);
    VEC_FREE(&f->results);
    VEC_FREE(&f->relies);
}

void kfuture_use(struct kfuture *f, uint32_t slot, enum kuse use)
{
    VEC_PUSH(&f->uses, ((struct kuse_of){.slot = slot, .use = (uint32_t)use}));
}

void kfuture_result(struct kfuture *f, int64_t value, int32_t error)
{
    f->kind = KRESULTS_LISTED;
    VEC_PUSH(&f->results, ((struct kresult){.value = value, .error = error}));
}

void kfuture_result_bytes(struct kstep *k, struct kfuture *f, int64_t value, uint64_t address, const void *bytes,
                          size_t size)
{
    f->kind = KRESULTS_LISTED;
    struct kresult r = {.value = value, .address = address, .bytes = intern_put(k->components, bytes, size)};
    VEC_PUSH(&f->results, r);
}

const struct krecords *kstep_records(const struct kstep *k, uint32_t pipe)
{
    static const struct krecords mixed = {.size = KRECORDS_MIXED, .capacity = 1}, none = {.capacity = 1};
    if (!k->records)
        return &mixed;
    return pipe < k->record_slots ? &k->records[pipe] : &none;
}

bool kstep_program_uses(const struct kstep *k, enum kcall_number call)
{
    return !k->used || k->used[call];
}

void kfuture_retain(struct kstep *k, struct kfuture *f, uint32_t slot)
{
    struct ofd o;
    ofd_get(k, slot, &o);
    if (ofd_is_counted(k, &o))
        kfuture_use(f, slot, KUSE_REF);
}

void kfuture_memory(struct kstep *k, struct kfuture *f, const struct process *p)
{
    for (uint32_t i = 0; i < p->h.mapping_count; i++)
        kfuture_use(f, p->mappings[i].region, KUSE_REF);
    if (!inode_is_permanent(k, p->h.cwd))
        kfuture_use(f, p->h.cwd, KUSE_REF);
}

bool kfuture_close(struct kstep *k, struct kfuture *f, uint32_t slot)
{
    struct ofd o;
    ofd_get(k, slot, &o);
    if (!ofd_is_counted(k, &o))
        return true;
    if (!pipe_is_plain(k, &o))
        return false;
    kfuture_use(f, slot, KUSE_REF);
    kfuture_use(f, o.object, o.kind == OFD_PIPE_READ ? KUSE_SHUT_R : KUSE_SHUT_W);
    return true;
}

/* ---- what a process could reach ---- */

void kernel_tables(struct kstep *k)
{
    struct process p;
    process_get(k, k->pid, &p);
    for (uint32_t i = 0; i < p.h.descriptor_count; i++) {
        struct ofd o;
        ofd_get(k, p.descriptors[i].ofd, &o);
    }
    kstep_signals_known(k);
}

static enum kreach reach_description(const struct process *p, uint32_t slot, uint32_t creator)
{
    for (uint32_t i = 0; i < p->h.descriptor_count; i++)
        if (p->descriptors[i].ofd == slot)
            return KREACH_CHANGES;
    /* Names of what it, or a child of its, made before may be looked at when a free one is wanted; pids ascend from
     * parent to child. */
    return creator >= p->h.pid ? KREACH_CHANGES : KREACH_NOTHING;
}

static enum kreach reach_pipe(struct kstep *k, const struct process *p, uint32_t slot, uint32_t creator)
{
    const struct pipe_header *pipe = kstep_peek(k, slot, NULL);
    if (!pipe || pipe->fifo || creator >= p->h.pid)
        return KREACH_CHANGES;
    for (uint32_t i = 0; i < p->h.descriptor_count; i++) {
        struct ofd o;
        ofd_get(k, p->descriptors[i].ofd, &o);
        if ((ofd_is_pipe(&o) && o.object == slot) || o.kind == OFD_EPOLL)
            return KREACH_CHANGES;
    }
    return KREACH_NOTHING;
}

static enum kreach reach_region(const struct process *p, uint32_t slot, uint32_t creator)
{
    for (uint32_t i = 0; i < p->h.mapping_count; i++)
        if (p->mappings[i].region == slot)
            return KREACH_CHANGES;
    return creator >= p->h.pid ? KREACH_CHANGES : KREACH_NOTHING;
}

/* Only a process itself and its parent change what the system knows of it. */
static enum kreach reach_process(struct kstep *k, const struct process *p, uint32_t slot, uint32_t pid)
{
    const struct process_header *other = kstep_peek(k, slot, NULL);
    if (pid >= p->h.pid || !other) /* itself, or perhaps a descendant */
        return KREACH_CHANGES;
    if (other->ppid == p->h.pid)
        return KREACH_CHANGES;
    bool looked_at = kstep_program_uses(k, KCALL_GETPGID) || kstep_program_uses(k, KCALL_GETSID) ||
                     kstep_program_uses(k, KCALL_SETPGID);
    return looked_at ? KREACH_SEES : KREACH_NOTHING;
}

enum kreach kernel_reach(struct kstep *k, uint32_t slot)
{
    struct process p;
    struct slot_name name = slots_name(k->slots, slot);
    if ((k->signals && !k->quiet) || !process_get(k, k->pid, &p))
        return KREACH_CHANGES;
    switch (name.kind) {
    case SLOT_OFD:
        return reach_description(&p, slot, name.owner);
    case SLOT_PIPE:
        return reach_pipe(k, &p, slot, name.owner);
    case SLOT_REGION:
        return reach_region(&p, slot, name.owner);
    case SLOT_SHARED:
        return reach_region(&p, name.owner, slots_name(k->slots, name.owner).owner);
    case SLOT_PROCESS:
        return reach_process(k, &p, slot, name.owner);
    case SLOT_SIGNALS: /* RED-10: its own, and that of those that it will fork; an end looks at that of a parent */
        return name.owner >= p.h.pid ? KREACH_CHANGES : KREACH_SEES;
    default:
        return KREACH_CHANGES;
    }
}

/* ---- which uses get along ---- */

#define BIT(use) (UINT32_C(1) << KUSE_##use)
#define ALL ((UINT32_C(1) << KUSE_COUNT) - 1)

/* RED-02. What a use is disturbed by, its own kind included where two of them matter to each other. */
static const uint32_t disturbers[KUSE_COUNT] = {
    [KUSE_SEE] = ALL & ~BIT(SEE),
    [KUSE_CHANGE] = ALL,
    [KUSE_REF] = BIT(SEE) | BIT(CHANGE),
    [KUSE_GIVE] = BIT(SEE) | BIT(CHANGE),
    [KUSE_TAKE] = BIT(SEE) | BIT(CHANGE) | BIT(TAKE),
    [KUSE_PUT] = BIT(SEE) | BIT(CHANGE) | BIT(PUT) | BIT(GETS) | BIT(SHUT_R),
    [KUSE_GET] = BIT(SEE) | BIT(CHANGE) | BIT(GET) | BIT(GETS),
    [KUSE_GETS] = BIT(SEE) | BIT(CHANGE) | BIT(GET) | BIT(GETS) | BIT(PUT),
    [KUSE_SHUT_W] = BIT(SEE) | BIT(CHANGE),
    [KUSE_SHUT_R] = BIT(SEE) | BIT(CHANGE) | BIT(PUT),
    [KUSE_EXIT] = BIT(SEE) | BIT(CHANGE),
    [KUSE_AWAIT] = BIT(SEE) | BIT(CHANGE) | BIT(EXIT),
};

static const uint32_t enablers[KUSE_COUNT] = {
    [KUSE_SEE] = ALL & ~BIT(SEE),
    [KUSE_CHANGE] = ALL & ~BIT(SEE),
    [KUSE_TAKE] = BIT(CHANGE) | BIT(GIVE),
    [KUSE_PUT] = BIT(CHANGE) | BIT(GET) | BIT(GETS) | BIT(SHUT_R),
    [KUSE_GET] = BIT(CHANGE) | BIT(PUT) | BIT(SHUT_W),
    [KUSE_GETS] = BIT(CHANGE) | BIT(PUT) | BIT(SHUT_W),
    [KUSE_AWAIT] = BIT(CHANGE) | BIT(EXIT),
};

uint32_t kuse_disturbers(enum kuse t)
{
    return disturbers[t];
}
uint32_t kuse_enablers(enum kuse t)
{
    return enablers[t];
}
bool kuse_is_wait(enum kuse t)
{
    return t == KUSE_TAKE || t == KUSE_GET || t == KUSE_GETS;
}
