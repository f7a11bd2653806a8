/* See graph_select.h. */
#include "cli/graph_select.h"

#define NOT_REACHED UINT32_MAX

/* The first bad state in breadth-first order, the worst kind first. */
static uint32_t target_of(const struct search_graph *g, const char **word)
{
    static const struct {
        uint32_t mark;
        const char *word;
    } KINDS[] = {
        {STATE_TROUBLE, "crash"}, {STATE_DEADLOCK, "deadlock"}, {STATE_STUCK, "stuck"}, {STATE_LIVELOCK, "livelock"}};
    for (size_t k = 0; k < sizeof KINDS / sizeof *KINDS; k++)
        for (uint32_t n = 0; n < g->states.count; n++)
            if (g->states.items[n].marks & KINDS[k].mark) {
                *word = KINDS[k].word;
                return n;
            }
    *word = NULL;
    return NOT_REACHED;
}

/* Marks a shortest path from the start to a state: its first edge into each state in breadth-first order. */
static uint64_t mark_trace(const struct search_graph *g, uint32_t target, struct graph_choice *c, uint64_t max_nodes)
{
    vec_u32 entering = {0};
    for (size_t n = 0; n < g->states.count; n++)
        VEC_PUSH(&entering, UINT32_MAX);
    for (size_t i = g->edges.count; i-- > 0;) {
        const struct graph_step *e = &g->edges.items[i];
        if (g->states.items[e->to].depth == g->states.items[e->from].depth + 1)
            entering.items[e->to] = (uint32_t)i;
    }
    uint64_t shown = 0;
    for (uint32_t n = target; shown < max_nodes;) {
        c->shown[n] = SHOWN_TRACE;
        shown++;
        uint32_t edge = entering.items[n];
        if (n == 0 || edge == UINT32_MAX)
            break;
        c->trace_edge[edge] = true;
        n = g->edges.items[edge].from;
    }
    VEC_FREE(&entering);
    return shown;
}

/* Adds, ring by ring, successors and predecessors of what is shown, until the budget is spent. Rings are whole. */
static uint64_t add_rings(const struct search_graph *g, struct graph_choice *c, uint64_t shown, uint64_t max_nodes)
{
    for (bool grew = true; grew;) {
        vec_u32 ring = {0};
        grew = false;
        for (size_t i = 0; i < g->edges.count; i++) {
            uint32_t ends[2] = {g->edges.items[i].from, g->edges.items[i].to};
            for (int k = 0; k < 2; k++)
                if (c->shown[ends[k]] && !c->shown[ends[1 - k]])
                    VEC_PUSH(&ring, ends[1 - k]);
        }
        uint64_t fresh = 0;
        for (size_t i = 0; i < ring.count; i++)
            if (!c->shown[ring.items[i]]) {
                c->shown[ring.items[i]] = SHOWN_NEAR;
                fresh++;
            }
        if (shown + fresh > max_nodes) {
            for (size_t i = 0; i < ring.count; i++)
                c->shown[ring.items[i]] = SHOWN_NOT;
        } else {
            shown += fresh;
            grew = fresh > 0;
        }
        VEC_FREE(&ring);
    }
    return shown;
}

static uint64_t first_levels(const struct search_graph *g, struct graph_choice *c, uint64_t max_nodes)
{
    uint64_t shown = 0;
    for (uint32_t n = 0; n < g->states.count && shown < max_nodes; n++, shown++)
        c->shown[n] = SHOWN_NEAR;
    return shown;
}

void graph_choose(const struct search_graph *g, uint64_t max_nodes, struct graph_choice *c, struct arena *arena)
{
    const char *bad, *size = g->complete ? "" : " found so far";
    uint32_t target = target_of(g, &bad);
    c->shown = mem_zero(g->states.count, 1);
    c->trace_edge = mem_zero(g->edges.count, sizeof *c->trace_edge);
    uint64_t shown = 0;
    if (target != NOT_REACHED)
        shown = mark_trace(g, target, c, max_nodes);
    if (g->states.count <= max_nodes) {
        for (uint32_t n = 0; n < g->states.count; n++)
            if (!c->shown[n])
                c->shown[n] = SHOWN_NEAR;
        c->caption = arena_printf(arena, "%s: all %zu states%s, %zu transitions", bad ? bad : "ok", g->states.count,
                                  size, g->edges.count);
    } else if (target != NOT_REACHED) {
        shown = add_rings(g, c, shown, max_nodes);
        c->caption = arena_printf(
            arena,
            "%s: the counterexample and its neighbourhood, %llu of %zu states%s; left out: %llu states (--max-nodes)",
            bad, (unsigned long long)shown, g->states.count, size, (unsigned long long)(g->states.count - shown));
    } else {
        shown = first_levels(g, c, max_nodes);
        c->caption = arena_printf(
            arena, "the first %llu of %zu states%s, breadth first; left out: %llu states (--max-nodes)",
            (unsigned long long)shown, g->states.count, size, (unsigned long long)(g->states.count - shown));
    }
}

void graph_choice_free(struct graph_choice *c)
{
    mem_free(c->shown);
    mem_free(c->trace_edge);
}
