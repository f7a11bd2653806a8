/* What a task may do from a local state on, while others do what they like: the automaton of its local states, with
 * every result that its calls may have (kernel/future.h), as long as those are known. Reduction asks it which objects
 * the task can still use, and how (spec/reduction.md).
 *
 * A future is a pure function of the local state and of the slots that decided it, the process's own tables, and is
 * remembered under these as steps are. Where a result is not known the automaton ends in a node that is open: from
 * there on the process may do anything that it can reach.
 */
#include <assert.h>
#include <string.h>

#include "model_private.h"

enum { NODES_MAX = 64 /* longer futures stay open at their ends */ };

void futures_init(struct model *m)
{
    memset(&m->futures, 0, sizeof m->futures);
    step_memo_init(&m->futures.memo);
    records_init(m);
}

void futures_free(struct futures *f)
{
    step_memo_free(&f->memo);
    VEC_FREE(&f->items);
    VEC_FREE(&f->nodes);
    VEC_FREE(&f->uses);
    VEC_FREE(&f->edges);
    VEC_FREE(&f->relies);
    records_free(f);
    VEC_FREE(&f->sums);
    VEC_FREE(&f->reach);
    VEC_FREE(&f->vector);
    kfuture_free(&f->scratch);
    kfuture_free(&f->promise);
}

void futures_refresh(struct futures *f)
{
    if (f->built_in == f->epoch)
        return;
    step_memo_free(&f->memo);
    step_memo_init(&f->memo);
    f->items.count = f->nodes.count = f->uses.count = f->edges.count = f->relies.count = 0;
    f->sums.count = f->reach.count = 0;
    f->built_in = f->epoch;
}

uint32_t future_find(const struct model *m, const uint32_t *vector, uint32_t count, uint32_t local)
{
    uint32_t leaf = step_memo_find(&m->futures.memo, vector, count, local);
    return leaf == LEAF_UNKNOWN ? leaf : m->futures.memo.leaves.items[leaf].effect_count;
}

/* ---- building one ---- */

struct builder {
    struct model *m;
    uint32_t pid, tid, process_slot;
    struct future future;
    uint32_t room;          /* nodes */
    VEC_OF(uint64_t) edges; /* from << 32 | to */
};

/* Points the model's step at a node, with the process as it is there. */
static void aim(struct builder *b, const struct future_node *n)
{
    struct futures *f = &b->m->futures;
    if (b->process_slot < f->vector.count)
        f->vector.items[b->process_slot] = n->process;
    model_aim(b->m, f->vector.items, (uint32_t)f->vector.count, b->pid, b->tid, n->local);
}

/* The node of a local state, made if it is new; false: no room. */
static bool node_of(struct builder *b, uint32_t local, uint32_t process, uint32_t *index)
{
    struct futures *f = &b->m->futures;
    for (*index = 0; *index < b->future.node_count; ++*index) {
        const struct future_node *n = &f->nodes.items[b->future.node_first + *index];
        if (n->local == local && n->process == process)
            return true;
    }
    if (b->future.node_count == b->room)
        return false;
    VEC_PUSH(&f->nodes, ((struct future_node){.local = local, .process = process}));
    b->future.node_count++;
    return true;
}

/* One result of a node's call leads on. */
static void follow(struct builder *b, uint32_t from, const struct koutcome *o, uint32_t process)
{
    struct futures *f = &b->m->futures;
    uint32_t local = f->nodes.items[b->future.node_first + from].local, to;
    machine_foresee(b->m->machine);
    uint32_t next = machine_resume(b->m->machine, local, o);
    bool good = machine_foreseen(b->m->machine);
    if (good && !next)
        return;
    if (good && node_of(b, next, process, &to)) {
        uint64_t edge = (uint64_t)from << 32 | to;
        if (!b->edges.count || b->edges.items[b->edges.count - 1] != edge)
            VEC_PUSH(&b->edges, edge);
    } else {
        f->nodes.items[b->future.node_first + from].open = true;
        b->room = good ? 0 : b->room; /* once too long: all its ends stay open */
    }
}

/* The results that the handler itself gives. What it reads besides the process's own tables does not matter to them. */
static void follow_run(struct builder *b, uint32_t index)
{
    struct kstep *k = &b->m->step;
    const struct future_node n = b->m->futures.nodes.items[b->future.node_first + index];
    k->choices.count = k->choice_limits.count = 0;
    do {
        aim(b, &n);
        machine_foresee(b->m->machine);
        kstep_run(k);
        if (!machine_foreseen(b->m->machine)) {
            b->m->futures.nodes.items[b->future.node_first + index].open = true;
            continue;
        }
        if (k->outcome.kind == KOUT_BLOCK)
            continue;
        uint32_t process = n.process;
        for (size_t i = 0; i < k->writes.count; i++)
            if (k->writes.items[i].slot == b->process_slot)
                process = k->writes.items[i].value;
        if (k->outcome.kind == KOUT_RETURN)
            follow(b, index, &k->outcome, process);
        else
            b->m->futures.nodes.items[b->future.node_first + index].open = true;
    } while (kstep_next_choice(k));
}

static void follow_listed(struct builder *b, uint32_t index)
{
    struct futures *f = &b->m->futures;
    const uint32_t process = f->nodes.items[b->future.node_first + index].process;
    struct koutcome o = {.kind = KOUT_RETURN};
    for (size_t i = 0; i < f->scratch.results.count && b->room; i++) {
        const struct kresult r = f->scratch.results.items[i];
        o.value = r.value;
        o.error = r.error;
        o.copies.count = 0;
        if (r.bytes) {
            struct kcopy copy = {r.address, r.bytes};
            VEC_PUSH(&o.copies, copy);
        }
        follow(b, index, &o, process);
    }
    VEC_FREE(&o.copies);
    f->nodes.items[b->future.node_first + index].open |= !b->room;
}

/* A search follows no task into trouble. */
static bool ends_here(const struct machine_pending *p)
{
    return p->trouble != TROUBLE_NONE;
}

static void uses_keep(struct futures *f, uint32_t node)
{
    f->nodes.items[node].use_first = (uint32_t)f->uses.count;
    f->nodes.items[node].use_count = (uint32_t)f->scratch.uses.count;
    for (size_t i = 0; i < f->scratch.uses.count; i++)
        VEC_PUSH(&f->uses, f->scratch.uses.items[i]);
}

static void rely_add(struct builder *b, uint32_t slot)
{
    struct futures *f = &b->m->futures;
    for (uint32_t i = 0; i < b->future.rely_count; i++)
        if (f->relies.items[b->future.rely_first + i] == slot)
            return;
    VEC_PUSH(&f->relies, slot);
    b->future.rely_count++;
}

static void visit(struct builder *b, uint32_t index)
{
    struct futures *f = &b->m->futures;
    struct kstep *k = &b->m->step;
    uint32_t at = b->future.node_first + index;
    const struct future_node n = f->nodes.items[at];
    if (ends_here(machine_pending(b->m->machine, n.local))) {
        f->nodes.items[at].known = true;
        return;
    }
    aim(b, &n);
    kstep_begin(k);
    machine_foresee(b->m->machine);
    bool known = kernel_future(k, &f->scratch);
    known &= machine_foreseen(b->m->machine);
    reads_merge(b->m);
    if (!known) {
        f->nodes.items[at].open = true;
        return;
    }
    f->nodes.items[at].known = true;
    uses_keep(f, at);
    records_note(b->m, &f->scratch);
    for (size_t i = 0; i < f->scratch.relies.count; i++)
        rely_add(b, f->scratch.relies.items[i]);
    switch (f->scratch.kind) {
    case KRESULTS_ANY:
        f->nodes.items[at].open = true;
        break;
    case KRESULTS_LISTED:
        follow_listed(b, index);
        break;
    case KRESULTS_RUN:
        follow_run(b, index);
        break;
    case KRESULTS_NONE:
        break;
    }
}

static void sum_add(struct builder *b, uint32_t slot, uint32_t uses)
{
    struct futures *f = &b->m->futures;
    for (size_t i = b->future.sum_first; i < f->sums.count; i++)
        if (f->sums.items[i].slot == slot) {
            f->sums.items[i].uses |= uses;
            return;
        }
    VEC_PUSH(&f->sums, ((struct future_sum){slot, uses}));
    b->future.sum_count++;
}

/* The process's own tables decide most, and are read first, whatever the automaton asks for then: so that the slots
 * read are in an order that the values alone decide (M1). Of a slot the first value read is kept: of the process, which
 * is another one in later nodes, that of the state itself. */
static void tables_read(struct builder *b)
{
    aim(b, &b->m->futures.nodes.items[b->future.node_first]);
    kstep_begin(&b->m->step);
    kernel_tables(&b->m->step);
    reads_merge(b->m);
}

static bool is_head(const struct builder *b)
{
    const struct future_node *nodes = b->m->futures.nodes.items + b->future.node_first;
    for (size_t e = 0; e < b->edges.count; e++)
        if (nodes[(uint32_t)b->edges.items[e]].local == nodes[0].local &&
            nodes[b->edges.items[e] >> 32].local >= nodes[0].local)
            return true;
    return false;
}

/* Too long: of what was followed only the call that is pending now is kept. */
static void cut(struct builder *b)
{
    struct futures *f = &b->m->futures;
    struct future_node *root = &f->nodes.items[b->future.node_first];
    root->open = true;
    f->uses.count = root->use_first + root->use_count;
    f->nodes.count = b->future.node_first + 1;
    b->future.node_count = 1;
    b->edges.count = 0;
}

/* All uses together, the edges by node, and the reach of what is open. */
static void summarise(struct builder *b)
{
    struct futures *f = &b->m->futures;
    bool open = false;
    b->future.sum_first = (uint32_t)f->sums.count;
    for (uint32_t i = 0; i < b->future.node_count; i++) {
        struct future_node *n = &f->nodes.items[b->future.node_first + i];
        for (uint32_t u = 0; u < n->use_count; u++)
            sum_add(b, f->uses.items[n->use_first + u].slot, UINT32_C(1) << f->uses.items[n->use_first + u].use);
        n->edge_first = (uint32_t)f->edges.count;
        for (size_t e = 0; e < b->edges.count; e++)
            if (b->edges.items[e] >> 32 == i)
                VEC_PUSH(&f->edges, (uint32_t)b->edges.items[e]);
        n->edge_count = (uint32_t)f->edges.count - n->edge_first;
        open |= n->open;
    }
    b->future.open = open;
    b->future.head = !open && is_head(b);
    if (!open && !b->future.rely_count)
        return;
    aim(b, &f->nodes.items[b->future.node_first]);
    kstep_begin(&b->m->step);
    b->future.reach_first = (uint32_t)f->reach.count;
    b->future.reach_count = slots_count(b->m->slots);
    for (uint32_t slot = 0; slot < b->future.reach_count; slot++)
        VEC_PUSH(&f->reach, (uint8_t)kernel_reach(&b->m->step, slot));
    reads_merge(b->m);
}

uint32_t future_build(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, uint32_t local)
{
    struct futures *f = &m->futures;
    const struct model_task t = m->tasks.items[task];
    struct builder b = {.m = m, .pid = t.pid, .tid = t.tid};
    uint32_t root;
    b.process_slot = slots_find(m->slots, (struct slot_name){.kind = SLOT_PROCESS, .owner = t.pid, .index = 0});
    b.room = NODES_MAX;
    b.future.node_first = (uint32_t)f->nodes.count;
    b.future.rely_first = (uint32_t)f->relies.count;
    m->reads.count = 0;
    VEC_RESERVE(&f->vector, count);
    f->vector.count = count;
    memcpy(f->vector.items, vector, count * sizeof *vector);
    node_of(&b, local, vector_at(vector, count, b.process_slot), &root);
    tables_read(&b);
    for (uint32_t i = 0; i < b.future.node_count; i++)
        visit(&b, i);
    if (!b.room)
        cut(&b);
    summarise(&b);
    VEC_FREE(&b.edges);
    model_notice_slots(m);
    VEC_PUSH(&f->items, b.future);
    uint32_t index = (uint32_t)f->items.count - 1;
    f->learned++;
    step_memo_add(&f->memo, local, m->reads.items, m->reads.count, (struct memo_leaf){.effect_count = index});
    return index;
}

/* ---- asking ---- */

enum kreach future_reach(const struct model *m, const struct future *f, uint32_t slot)
{
    if (!f->reach_count)
        return KREACH_NOTHING;
    return slot < f->reach_count ? (enum kreach)m->futures.reach.items[f->reach_first + slot] : KREACH_CHANGES;
}

static bool node_uses(const struct futures *all, const struct future_node *n, uint32_t slot, uint32_t uses)
{
    for (uint32_t i = 0; i < n->use_count; i++) {
        const struct kuse_of *u = &all->uses.items[n->use_first + i];
        if (u->slot == slot && uses >> u->use & 1)
            return true;
    }
    return false;
}

/* Whether a node waits for the very same thing: nothing comes after it before that is there. */
static bool node_waits(const struct futures *all, const struct future_node *n, const struct kuse_of *wait)
{
    for (uint32_t i = 0; i < n->use_count; i++) {
        const struct kuse_of *u = &all->uses.items[n->use_first + i];
        if (u->slot == wait->slot && u->detail == wait->detail && kuse_is_wait((enum kuse)u->use) &&
            kuse_enablers((enum kuse)u->use) == kuse_enablers((enum kuse)wait->use))
            return true;
    }
    return false;
}

/* scratch: [0..n) whether a node was met, then those to look at. */
bool future_enables(const struct model *m, const struct future *f, const struct kuse_of *wait, uint32_t uses,
                    vec_u32 *scratch)
{
    const struct futures *all = &m->futures;
    bool same = kuse_is_wait((enum kuse)wait->use);
    VEC_RESERVE(scratch, 2 * (size_t)f->node_count);
    uint32_t *met = scratch->items, *stack = met + f->node_count, depth = 0;
    memset(met, 0, f->node_count * sizeof *met);
    met[0] = 1;
    stack[depth++] = 0;
    while (depth) {
        const struct future_node *n = &all->nodes.items[f->node_first + stack[--depth]];
        if (same && node_waits(all, n, wait))
            continue;
        if (node_uses(all, n, wait->slot, uses) || (n->open && future_reach(m, f, wait->slot) == KREACH_CHANGES))
            return true;
        for (uint32_t i = 0; i < n->edge_count; i++) {
            uint32_t to = all->edges.items[n->edge_first + i];
            if (!met[to]) {
                met[to] = 1;
                stack[depth++] = to;
            }
        }
    }
    return false;
}

/* ---- checking ---- */

bool future_promises(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, uint32_t local)
{
    const struct model_task t = m->tasks.items[task];
    if (ends_here(machine_pending(m->machine, local)))
        return false;
    model_aim(m, vector, count, t.pid, t.tid, local);
    kstep_begin(&m->step);
    return kernel_future(&m->step, &m->futures.promise);
}

static bool result_is_promised(const struct kfuture *p, const struct koutcome *o)
{
    if (p->kind == KRESULTS_NONE)
        return o->kind != KOUT_RETURN;
    if (p->kind != KRESULTS_LISTED || o->kind != KOUT_RETURN)
        return true;
    for (size_t i = 0; i < p->results.count; i++)
        if (p->results.items[i].value == o->value && p->results.items[i].error == o->error &&
            (p->results.items[i].bytes != 0) == (o->copies.count != 0) &&
            (!o->copies.count || o->copies.items[0].bytes == p->results.items[i].bytes))
            return true;
    return false;
}

/* A process's own tables are nobody else's business; nor are the chunks that go with the last reference to a region. */
static bool write_is_promised(const struct model *m, uint32_t slot, uint32_t value)
{
    const struct kfuture *p = &m->futures.promise;
    struct slot_name name = slots_name(m->slots, slot);
    if (name.kind == SLOT_SHARED && !value)
        slot = name.owner;
    if (name.kind == SLOT_TASK ||
        ((name.kind == SLOT_PROCESS || name.kind == SLOT_SIGNALS) && name.owner == m->step.pid))
        return true;
    for (size_t i = 0; i < p->uses.count; i++)
        if (p->uses.items[i].slot == slot && p->uses.items[i].use != KUSE_SEE)
            return true;
    return false;
}

bool future_is_kept(const struct model *m)
{
    const struct kstep *k = &m->step;
    if (!result_is_promised(&m->futures.promise, &k->outcome))
        return false;
    for (size_t i = 0; i < k->writes.count; i++)
        if (vector_at(k->vector, k->vector_count, k->writes.items[i].slot) != k->writes.items[i].value &&
            !write_is_promised(m, k->writes.items[i].slot, k->writes.items[i].value))
            return false;
    return true;
}
