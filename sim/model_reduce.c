/* Stubborn sets of tasks: which of the enabled tasks it is enough to move in a state (Valmari, Stubborn sets for
 * reduced state space generation, 1991; in the guard-based form of Laarman, Pater, van de Pol and Hansen, Guard-based
 * partial order reduction, STTT 2016). Why this is sound (RED-01), property by property, stands in spec/reduction.md.
 *
 * A set of tasks is closed if (RED-04) for each of its tasks that can move, every task that could ever disturb its
 * pending call before it is made is in the set, and (RED-05) for each that waits, every task that could be the first to
 * end its wait is. What a task could ever do is its future (model_future.c). The steps of a closed set with an enabled
 * task are enough to find every deadlock.
 */
#include <assert.h>
#include <string.h>

#include "model_private.h"

enum { OPEN = 1, VOID };

struct slot_user {
    uint32_t task, uses; /* bits by enum kuse */
    uint32_t next;       /* user of the same slot + 1 */
};

struct reduction {
    vec_u32 futures; /* [tasks] index, by task */
    vec_u32 enabled; /* tasks */
    vec_u32 open;    /* tasks of which not all is known */
    /* [tasks] has a step that no reduced set may make; is in the set; OPEN or VOID: not all, or nothing is known of it
     */
    VEC_OF(uint8_t) bad, in, loose;
    vec_u32 stack, best;
    vec_u32 head; /* [slots] first user + 1, valid if stamp is the current one */
    vec_u32 stamp;
    VEC_OF(struct slot_user) users;
    VEC_OF(struct kuse_of) uses; /* scratch: of a call without a row */
    vec_u32 scratch;
    uint32_t now; /* stamp of the current state */
};

void reduction_free(struct reduction *r)
{
    if (!r)
        return;
    VEC_FREE(&r->futures);
    VEC_FREE(&r->enabled);
    VEC_FREE(&r->open);
    VEC_FREE(&r->bad);
    VEC_FREE(&r->in);
    VEC_FREE(&r->loose);
    VEC_FREE(&r->stack);
    VEC_FREE(&r->best);
    VEC_FREE(&r->head);
    VEC_FREE(&r->stamp);
    VEC_FREE(&r->users);
    VEC_FREE(&r->uses);
    VEC_FREE(&r->scratch);
    mem_free(r);
}

/* One state to reduce. */
struct closing {
    const struct model *m;
    const uint32_t *vector;
    uint32_t count, tasks;
    const struct model_expansion *e;
    struct reduction *r;
    uint32_t moving, limit; /* enabled tasks in the set; more than `limit` are no gain */
};

static bool is_enabled(const struct closing *c, uint32_t task)
{
    return c->e->status.items[task] == TASK_ENABLED;
}

static const struct future *future_of(const struct closing *c, uint32_t task)
{
    return &c->m->futures.items.items[c->r->futures.items[task]];
}

/* Nothing that its future says can be relied upon. */
static bool is_void(const struct closing *c, uint32_t task)
{
    return c->r->loose.items[task] == VOID;
}

/* ---- who uses what ---- */

static void users_add(struct closing *c, uint32_t task)
{
    struct reduction *r = c->r;
    const struct future *f = future_of(c, task);
    r->loose.items[task] = f->open;
    if (f->open)
        VEC_PUSH(&r->open, task);
    for (uint32_t i = 0; i < f->sum_count; i++) {
        struct future_sum s = c->m->futures.sums.items[f->sum_first + i];
        while (r->head.count <= s.slot) {
            VEC_PUSH(&r->head, 0);
            VEC_PUSH(&r->stamp, 0);
        }
        uint32_t first = r->stamp.items[s.slot] == r->now ? r->head.items[s.slot] : 0;
        VEC_PUSH(&r->users, ((struct slot_user){task, s.uses, first}));
        r->head.items[s.slot] = (uint32_t)r->users.count;
        r->stamp.items[s.slot] = r->now;
    }
}

static uint32_t users_of(const struct reduction *r, uint32_t slot)
{
    return slot < r->head.count && r->stamp.items[slot] == r->now ? r->head.items[slot] : 0;
}

/* Whether something unknown could come to a slot of a pipe or a description. */
static bool is_unsafe(const struct closing *c, uint32_t slot)
{
    const struct reduction *r = c->r;
    for (size_t i = 0; i < r->open.count; i++)
        if (future_reach(c->m, future_of(c, r->open.items[i]), slot) == KREACH_CHANGES)
            return true;
    for (uint32_t at = users_of(r, slot); at; at = r->users.items[at - 1].next)
        if (r->users.items[at - 1].uses >> KUSE_CHANGE & 1)
            return true;
    return false;
}

/* Futures that rely on a slot which is not safe are open themselves, from the start. */
static void void_unsafe(struct closing *c)
{
    struct reduction *r = c->r;
    for (bool again = true; again;) {
        again = false;
        for (uint32_t t = 0; t < c->tasks; t++) {
            if (c->e->status.items[t] == TASK_ABSENT || is_void(c, t))
                continue;
            const struct future *f = future_of(c, t);
            for (uint32_t i = 0; i < f->rely_count && !is_void(c, t); i++)
                if (is_unsafe(c, c->m->futures.relies.items[f->rely_first + i])) {
                    if (!r->loose.items[t])
                        VEC_PUSH(&r->open, t);
                    r->loose.items[t] = VOID;
                    again = true;
                }
        }
    }
}

/* ---- what a task's pending call uses now ---- */

static void use_push(struct reduction *r, uint32_t slot, enum kuse use)
{
    VEC_PUSH(&r->uses, ((struct kuse_of){.slot = slot, .use = (uint32_t)use}));
}

/* A call about whose future nothing is known: what it read decided all that it does, so as long as nobody changes that,
 * what it writes now is all that it writes. */
static void footprint(const struct closing *c, uint32_t task, const struct kuse_of **uses, uint32_t *count)
{
    const struct step_memo *memo = &c->m->memo;
    struct reduction *r = c->r;
    uint32_t local = vector_at(c->vector, c->count, c->m->tasks.items[task].slot);
    r->uses.count = 0;
    for (uint32_t node = step_memo_root(memo, local); memo->nodes.items[node].slot != MEMO_LEAF;) {
        uint32_t slot = memo->nodes.items[node].slot;
        use_push(r, slot, KUSE_SEE);
        node = step_memo_next(memo, node, vector_at(c->vector, c->count, slot));
    }
    const struct memo_leaf *leaf = &memo->leaves.items[c->e->leaves.items[task]];
    for (uint32_t i = 0; i < leaf->effect_count; i++)
        for (uint32_t w = 0; w < leaf->effects[i].write_count; w++)
            use_push(r, leaf->effects[i].writes[w].slot, KUSE_CHANGE);
    *uses = r->uses.items;
    *count = (uint32_t)r->uses.count;
}

static void uses_now(const struct closing *c, uint32_t task, const struct kuse_of **uses, uint32_t *count)
{
    const struct futures *all = &c->m->futures;
    const struct future_node *root = &all->nodes.items[future_of(c, task)->node_first];
    if (root->known && !is_void(c, task)) {
        *uses = all->uses.items + root->use_first;
        *count = root->use_count;
    } else {
        footprint(c, task, uses, count);
    }
}

/* ---- closing a set ---- */

static bool add(struct closing *c, uint32_t task)
{
    struct reduction *r = c->r;
    if (r->in.items[task])
        return true;
    r->in.items[task] = 1;
    VEC_PUSH(&r->stack, task);
    if (!is_enabled(c, task))
        return true;
    return !r->bad.items[task] && ++c->moving <= c->limit;
}

/* RED-04 */
static bool add_disturbers(struct closing *c, uint32_t task, const struct kuse_of *u)
{
    struct reduction *r = c->r;
    uint32_t disturbers = kuse_disturbers((enum kuse)u->use);
    for (uint32_t at = users_of(r, u->slot); at; at = r->users.items[at - 1].next) {
        struct slot_user s = r->users.items[at - 1];
        if (s.task != task && s.uses & disturbers && !add(c, s.task))
            return false;
    }
    enum kreach least = u->use == KUSE_SEE ? KREACH_CHANGES : KREACH_SEES;
    for (size_t i = 0; i < r->open.count; i++) {
        uint32_t other = r->open.items[i];
        if (other != task && !r->in.items[other] && future_reach(c->m, future_of(c, other), u->slot) >= least &&
            !add(c, other))
            return false;
    }
    return true;
}

static bool could_enable(struct closing *c, uint32_t task, const struct kuse_of *u, uint32_t enablers)
{
    const struct future *f = future_of(c, task);
    if (is_void(c, task))
        return future_reach(c->m, f, u->slot) == KREACH_CHANGES;
    return future_enables(c->m, f, u, enablers, &c->r->scratch);
}

/* RED-05 */
static bool add_enablers(struct closing *c, uint32_t task, const struct kuse_of *u)
{
    struct reduction *r = c->r;
    uint32_t enablers = kuse_enablers((enum kuse)u->use);
    if (!enablers)
        return true;
    for (uint32_t at = users_of(r, u->slot); at; at = r->users.items[at - 1].next) {
        struct slot_user s = r->users.items[at - 1];
        if (s.task != task && !r->in.items[s.task] && s.uses & enablers && could_enable(c, s.task, u, enablers) &&
            !add(c, s.task))
            return false;
    }
    for (size_t i = 0; i < r->open.count; i++) {
        uint32_t other = r->open.items[i];
        if (other != task && !r->in.items[other] && could_enable(c, other, u, enablers) && !add(c, other))
            return false;
    }
    return true;
}

/* The least closed set with a task in it; false if it is no gain. */
static bool close_from(struct closing *c, uint32_t seed)
{
    struct reduction *r = c->r;
    memset(r->in.items, 0, c->tasks);
    r->stack.count = 0;
    c->moving = 0;
    if (!add(c, seed))
        return false;
    while (r->stack.count) {
        uint32_t task = r->stack.items[--r->stack.count], count;
        const struct kuse_of *uses;
        uses_now(c, task, &uses, &count);
        for (uint32_t i = 0; i < count; i++) {
            struct kuse_of u = uses[i];
            if (!(is_enabled(c, task) ? add_disturbers(c, task, &u) : add_enablers(c, task, &u)))
                return false;
        }
    }
    return true;
}

/* ---- one state ---- */

/* RED-06: a step that ends in trouble, meets a limit or begins an atomic section belongs to no proper subset. */
static bool step_is_bad(const struct model_step *s)
{
    return s->effect->trouble != MODEL_FINE || s->effect->holds || s->effect->limit;
}

/* RED-07: where more than deadlocks is to be preserved, every cycle of local states must have a step that belongs to no
 * proper subset either. A cycle has a step to an earlier state, or to the same: where all that the task may still do is
 * known the step after that one is taken, else that one. */
static bool step_closes_cycle(const struct closing *c, const struct model_step *s)
{
    const struct future *f = future_of(c, s->task);
    uint32_t local = vector_at(c->vector, c->count, c->m->tasks.items[s->task].slot);
    return f->open ? s->effect->next && s->effect->next <= local : f->head;
}

/* Whether there is anything to choose: at least two tasks can move, and nobody is held. */
static bool survey(struct closing *c)
{
    struct reduction *r = c->r;
    r->enabled.count = 0;
    for (uint32_t t = 0; t < c->tasks; t++) {
        if (c->e->status.items[t] == TASK_HELD)
            return false;
        if (is_enabled(c, t))
            VEC_PUSH(&r->enabled, t);
    }
    return r->enabled.count >= 2;
}

static void mark_bad(struct closing *c, enum model_reduction what)
{
    struct reduction *r = c->r;
    VEC_RESERVE(&r->bad, c->tasks);
    VEC_RESERVE(&r->in, c->tasks);
    memset(r->bad.items, 0, c->tasks);
    for (size_t i = 0; i < c->e->steps.count; i++) {
        const struct model_step *s = &c->e->steps.items[i];
        r->bad.items[s->task] |= step_is_bad(s) || (what == MODEL_REDUCE_ALL && step_closes_cycle(c, s));
    }
}

/* The futures of all tasks; `building` as in expand(). */
static bool futures_find(struct closing *c, struct model *building)
{
    struct reduction *r = c->r;
    r->open.count = r->users.count = 0;
    r->now++;
    for (uint32_t t = 0; t < c->tasks; t++) {
        if (c->e->status.items[t] == TASK_ABSENT)
            continue;
        uint32_t local = vector_at(c->vector, c->count, c->m->tasks.items[t].slot);
        uint32_t index = future_find(c->m, c->vector, c->count, local);
        if (index == LEAF_UNKNOWN) {
            if (!building)
                return false;
            index = future_build(building, c->vector, c->count, t, local);
        }
        r->futures.items[t] = index;
        users_add(c, t);
    }
    return true;
}

/* What a pipe can hold is known when all futures are: they are made anew until they say nothing new. */
static bool futures_get(struct closing *c, struct model *building)
{
    struct reduction *r = c->r;
    VEC_RESERVE(&r->futures, c->tasks);
    VEC_RESERVE(&r->loose, c->tasks);
    if (!building)
        return c->m->futures.built_in == c->m->futures.epoch && futures_find(c, NULL);
    do {
        futures_refresh(&building->futures);
        futures_find(c, building);
    } while (building->futures.built_in != building->futures.epoch);
    return true;
}

static void keep_steps(struct model_expansion *e, const struct reduction *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < e->steps.count; i++) {
        bool chosen = false;
        for (size_t j = 0; j < r->best.count && !chosen; j++)
            chosen = r->best.items[j] == e->steps.items[i].task;
        if (chosen)
            e->steps.items[kept++] = e->steps.items[i];
    }
    e->reduced = kept < e->steps.count;
    e->steps.count = kept;
}

static bool reduce(const struct model *m, struct model *building, enum model_reduction what, const uint32_t *vector,
                   uint32_t count, struct model_expansion *e)
{
    if (what == MODEL_REDUCE_NOTHING || !m->reducible || e->steps.count < 2)
        return true;
    if (!e->reduction)
        e->reduction = mem_zero(1, sizeof *e->reduction);
    struct reduction *r = e->reduction;
    struct closing c = {.m = m, .vector = vector, .count = count, .tasks = (uint32_t)e->status.count, .e = e, .r = r};
    if (!survey(&c))
        return true;
    if (!futures_get(&c, building))
        return false;
    void_unsafe(&c);
    mark_bad(&c, what);
    r->best.count = 0;
    c.limit = (uint32_t)r->enabled.count - 1;
    for (size_t i = 0; i < r->enabled.count && c.limit; i++) {
        if (!close_from(&c, r->enabled.items[i]))
            continue;
        r->best.count = 0;
        for (size_t j = 0; j < r->enabled.count; j++)
            if (r->in.items[r->enabled.items[j]])
                VEC_PUSH(&r->best, r->enabled.items[j]);
        c.limit = (uint32_t)r->best.count - 1;
    }
    if (r->best.count)
        keep_steps(e, r);
    return true;
}

void model_reduce(struct model *m, enum model_reduction what, const uint32_t *vector, uint32_t count,
                  struct model_expansion *e)
{
    reduce(m, m, what, vector, count, e);
}

bool model_reduce_known(const struct model *m, enum model_reduction what, const uint32_t *vector, uint32_t count,
                        struct model_expansion *e)
{
    return reduce(m, NULL, what, vector, count, e);
}

uint32_t model_reduction_epoch(const struct model *m)
{
    return m->futures.epoch;
}
