/* See rounds.h. */
#include "search/rounds.h"

#include <string.h>

#include "search/components.h"

/* The components of the graph, components[states]; returns how many. */
static uint32_t find(const struct search_graph *g, uint32_t *component)
{
    uint32_t states = (uint32_t)g->states.count;
    uint32_t *first = mem_zero(states + 1, sizeof *first), *to = mem_zero(g->edges.count + 1, sizeof *to);
    for (uint32_t n = 0; n < states; n++)
        first[n + 1] = first[n] + g->states.items[n].edge_count;
    for (size_t i = 0; i < g->edges.count; i++)
        to[i] = g->edges.items[i].to;
    uint32_t count = components_find(&(struct component_graph){states, first, to}, component);
    mem_free(first);
    mem_free(to);
    return count;
}

/* The component of the first state whose component has steps and is never left; 0: there is none. */
static uint32_t nearest(const struct search_graph *g, const uint32_t *component, uint32_t components)
{
    uint8_t *left = mem_zero(components + 1, 1);
    uint32_t found = 0;
    for (size_t i = 0; i < g->edges.count; i++) {
        uint32_t from = component[g->edges.items[i].from];
        left[from] |= component[g->edges.items[i].to] != from;
    }
    for (uint32_t n = 0; n < g->states.count && !found; n++)
        if (g->states.items[n].edge_count && !left[component[n]])
            found = component[n];
    mem_free(left);
    return found;
}

bool search_rounds_find(const struct search_graph *g, struct search_rounds *out)
{
    memset(out, 0, sizeof *out);
    if (!g->complete)
        return false;
    uint32_t *component = mem_zero(g->states.count, sizeof *component);
    uint32_t found = nearest(g, component, find(g, component));
    out->still = true;
    for (uint32_t i = 0; i < g->edges.count; i++) {
        if (!found || component[g->edges.items[i].from] != found)
            continue;
        VEC_PUSH(&out->edges, i);
        out->still &= g->edges.items[i].step.effect->still;
    }
    mem_free(component);
    return found != 0;
}

void search_rounds_free(struct search_rounds *r)
{
    VEC_FREE(&r->edges);
}
