/* See conform_rounds.h. */
#include "cli/conform_rounds.h"

#include <stdlib.h>
#include <string.h>

#include "search/components.h"

void rounds_init(struct rounds *r, struct space *s)
{
    memset(r, 0, sizeof *r);
    space_register(s, &r->states);
    space_register(s, &r->to);
}

void rounds_free(struct rounds *r)
{
    VEC_FREE(&r->states);
    VEC_FREE(&r->to);
    VEC_FREE(&r->first);
    VEC_FREE(&r->tasks);
}

void rounds_state(struct rounds *r, uint64_t key)
{
    VEC_PUSH(&r->states, key);
    VEC_PUSH(&r->first, (uint32_t)r->to.count);
}

void rounds_step(struct rounds *r, uint32_t task, uint64_t to)
{
    VEC_PUSH(&r->to, to);
    VEC_PUSH(&r->tasks, task);
}

/* ---- states by number ---- */

struct named {
    uint64_t key;
    uint32_t number;
};

static int by_key(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* The graph of the states that were expanded: arrays of the caller, all steps to other states left out. by[i]: the
 * step. */
struct graph {
    uint32_t *first, *to, *by;
};

static struct graph graph_make(const struct rounds *r)
{
    size_t states = r->states.count;
    struct graph g = {mem_zero(states + 1, sizeof *g.first), mem_zero(r->to.count + 1, sizeof *g.to),
                      mem_zero(r->to.count + 1, sizeof *g.by)};
    struct named *names = mem_zero(states + 1, sizeof *names);
    uint32_t steps = 0;
    for (uint32_t i = 0; i < states; i++)
        names[i] = (struct named){r->states.items[i], i};
    qsort(names, states, sizeof *names, by_key);
    for (uint32_t n = 0; n < states; n++) {
        size_t end = n + 1 < states ? r->first.items[n + 1] : r->to.count;
        g.first[n] = steps;
        for (size_t i = r->first.items[n]; i < end; i++) {
            struct named wanted = {r->to.items[i], 0};
            const struct named *found = bsearch(&wanted, names, states, sizeof *names, by_key);
            if (!found)
                continue;
            g.by[steps] = (uint32_t)i;
            g.to[steps++] = found->number;
        }
    }
    g.first[states] = steps;
    mem_free(names);
    return g;
}

/* ---- components ---- */

/* What the tasks do in one component. */
struct share {
    uint32_t able;  /* in how many states it can make a step */
    uint32_t state; /* the last one that was counted, plus 1 */
    bool inside;    /* one of its steps stays in the component */
};

/* Whether there are steps in the component of these states, and nobody who can always make one is passed over for ever.
 */
static bool is_round(const struct rounds *r, const struct graph *g, const uint32_t *component, const uint32_t *members,
                     uint32_t count, struct share *shares, uint32_t tasks)
{
    bool steps = false, fair = true;
    memset(shares, 0, tasks * sizeof *shares);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t n = members[i];
        for (uint32_t e = g->first[n]; e < g->first[n + 1]; e++) {
            struct share *share = &shares[r->tasks.items[g->by[e]]];
            share->able += share->state != n + 1;
            share->state = n + 1;
            share->inside |= component[g->to[e]] == component[n];
        }
    }
    for (uint32_t t = 0; t < tasks; t++) {
        steps |= shares[t].inside;
        fair &= shares[t].able < count || shares[t].inside;
    }
    return steps && fair;
}

/* The numbers of the states by component, those of component c from begin[c] to begin[c + 1] - 1. */
static void group(const uint32_t *component, uint32_t states, uint32_t components, uint32_t *begin, uint32_t *members)
{
    for (uint32_t n = 0; n < states; n++)
        begin[component[n] + 1]++;
    for (uint32_t c = 1; c <= components + 1; c++)
        begin[c] += begin[c - 1];
    uint32_t *next = mem_copy(begin, (components + 2) * sizeof *begin);
    for (uint32_t n = 0; n < states; n++)
        members[next[component[n]]++] = n;
    mem_free(next);
}

void rounds_visit(const struct rounds *r, struct space *s, void (*visit)(void *context, struct space *s), void *context)
{
    uint32_t states = (uint32_t)r->states.count, tasks = model_tasks(s->model);
    struct graph g = graph_make(r);
    uint32_t *component = mem_zero(states + 1, sizeof *component), *members = mem_zero(states + 1, sizeof *members);
    uint32_t components = components_find(&(struct component_graph){states, g.first, g.to}, component);
    uint32_t *begin = mem_zero(components + 2, sizeof *begin);
    struct share *shares = mem_zero(tasks + 1, sizeof *shares);
    group(component, states, components, begin, members);
    for (uint32_t c = 1; c <= components; c++) {
        const uint32_t *mine = members + begin[c];
        if (!is_round(r, &g, component, mine, begin[c + 1] - begin[c], shares, tasks))
            continue;
        store_load_at(s->store, &s->cursor, r->states.items[mine[0]], s->vector);
        visit(context, s);
    }
    mem_free(shares);
    mem_free(begin);
    mem_free(members);
    mem_free(component);
    mem_free(g.first);
    mem_free(g.to);
    mem_free(g.by);
}
