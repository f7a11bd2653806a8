/* See components.h. The recursion is on a stack of its own. */
#include "search/components.h"

enum { UNSEEN = 0 }; /* in walk.index: numbers begin with 1 */

struct walk {
    const struct component_graph *g;
    uint32_t *index, *low; /* [count] order of discovery; the least that is reached and open */
    uint32_t *component;   /* [count] 0 before it is closed */
    vec_u32 open;          /* nodes whose component is not closed */
    vec_u32 calls, next;   /* nodes being walked, and the next edge of each */
    uint32_t indices, components;
};

static void enter(struct walk *w, uint32_t node)
{
    w->index[node] = w->low[node] = ++w->indices;
    VEC_PUSH(&w->open, node);
    VEC_PUSH(&w->calls, node);
    VEC_PUSH(&w->next, w->g->first[node]);
}

static void leave(struct walk *w, uint32_t node)
{
    w->calls.count = --w->next.count;
    if (w->calls.count) {
        uint32_t *low = &w->low[w->calls.items[w->calls.count - 1]];
        if (w->low[node] < *low)
            *low = w->low[node];
    }
    if (w->low[node] != w->index[node])
        return;
    uint32_t member;
    w->components++;
    do {
        member = w->open.items[--w->open.count];
        w->component[member] = w->components;
    } while (member != node);
}

static void walk_from(struct walk *w, uint32_t first)
{
    enter(w, first);
    while (w->calls.count) {
        uint32_t node = w->calls.items[w->calls.count - 1];
        uint32_t *next = &w->next.items[w->next.count - 1];
        if (*next == w->g->first[node + 1]) {
            leave(w, node);
            continue;
        }
        uint32_t to = w->g->to[(*next)++];
        if (w->index[to] == UNSEEN)
            enter(w, to);
        else if (!w->component[to] && w->index[to] < w->low[node])
            w->low[node] = w->index[to];
    }
}

uint32_t components_find(const struct component_graph *g, uint32_t *component)
{
    struct walk w = {.g = g, .component = component};
    w.index = mem_zero(g->count + 1, sizeof *w.index);
    w.low = mem_zero(g->count + 1, sizeof *w.low);
    for (uint32_t n = 0; n < g->count; n++)
        component[n] = 0;
    for (uint32_t n = 0; n < g->count; n++)
        if (w.index[n] == UNSEEN)
            walk_from(&w, n);
    mem_free(w.index);
    mem_free(w.low);
    VEC_FREE(&w.open);
    VEC_FREE(&w.calls);
    VEC_FREE(&w.next);
    return w.components;
}
