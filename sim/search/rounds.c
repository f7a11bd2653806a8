/* See rounds.h. Strongly connected components by Tarjan, Depth-first search and linear graph algorithms, 1972, with the
 * recursion on a stack of its own. */
#include "search/rounds.h"

#include <string.h>

enum { UNSEEN = 0 }; /* in walk.index: numbers begin with 1 */

struct walk {
    const struct search_graph *g;
    uint32_t *index, *low; /* [states] order of discovery; the least that is reached and open */
    uint32_t *component;   /* [states] 1 and up once closed, 0 before */
    vec_u32 open;          /* states whose component is not closed */
    vec_u32 calls, next;   /* states being walked, and the next edge of each */
    uint32_t indices, components;
};

static void enter(struct walk *w, uint32_t state)
{
    w->index[state] = w->low[state] = ++w->indices;
    VEC_PUSH(&w->open, state);
    VEC_PUSH(&w->calls, state);
    VEC_PUSH(&w->next, w->g->states.items[state].first);
}

static void leave(struct walk *w, uint32_t state)
{
    w->calls.count = --w->next.count;
    if (w->calls.count) {
        uint32_t *low = &w->low[w->calls.items[w->calls.count - 1]];
        if (w->low[state] < *low)
            *low = w->low[state];
    }
    if (w->low[state] != w->index[state])
        return;
    uint32_t member;
    w->components++;
    do {
        member = w->open.items[--w->open.count];
        w->component[member] = w->components;
    } while (member != state);
}

static void walk_from(struct walk *w, uint32_t first)
{
    enter(w, first);
    while (w->calls.count) {
        uint32_t state = w->calls.items[w->calls.count - 1];
        const struct graph_state *s = &w->g->states.items[state];
        uint32_t *next = &w->next.items[w->next.count - 1];
        if (*next == s->first + s->edge_count) {
            leave(w, state);
            continue;
        }
        uint32_t to = w->g->edges.items[(*next)++].to;
        if (w->index[to] == UNSEEN)
            enter(w, to);
        else if (!w->component[to] && w->index[to] < w->low[state])
            w->low[state] = w->index[to];
    }
}

/* The component of the first state whose component has steps and is never left; 0: there is none. */
static uint32_t nearest(const struct walk *w)
{
    const struct search_graph *g = w->g;
    uint8_t *left = mem_zero(w->components + 1, 1);
    uint32_t found = 0;
    for (size_t i = 0; i < g->edges.count; i++) {
        uint32_t from = w->component[g->edges.items[i].from];
        left[from] |= w->component[g->edges.items[i].to] != from;
    }
    for (uint32_t n = 0; n < g->states.count && !found; n++)
        if (g->states.items[n].edge_count && !left[w->component[n]])
            found = w->component[n];
    mem_free(left);
    return found;
}

static bool is_task_slot(const struct model *m, uint32_t slot)
{
    for (uint32_t t = 0; t < model_tasks(m); t++)
        if (model_task_slot(m, t) == slot)
            return true;
    return false;
}

bool search_rounds_find(const struct model *m, const struct search_graph *g, struct search_rounds *out)
{
    memset(out, 0, sizeof *out);
    if (!g->complete)
        return false;
    size_t states = g->states.count;
    struct walk w = {.g = g};
    w.index = mem_zero(states, sizeof *w.index);
    w.low = mem_zero(states, sizeof *w.low);
    w.component = mem_zero(states, sizeof *w.component);
    walk_from(&w, 0); /* which reaches all */
    uint32_t found = nearest(&w);
    out->still = true;
    for (uint32_t i = 0; i < g->edges.count; i++) {
        if (!found || w.component[g->edges.items[i].from] != found)
            continue;
        const struct model_effect *effect = g->edges.items[i].step.effect;
        VEC_PUSH(&out->edges, i);
        for (uint32_t k = 0; k < effect->write_count; k++)
            out->still &= is_task_slot(m, effect->writes[k].slot);
    }
    mem_free(w.index);
    mem_free(w.low);
    mem_free(w.component);
    VEC_FREE(&w.open);
    VEC_FREE(&w.calls);
    VEC_FREE(&w.next);
    return found != 0;
}

void search_rounds_free(struct search_rounds *r)
{
    VEC_FREE(&r->edges);
}
