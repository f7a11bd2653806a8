/* Goal: the graph that is drawn is the graph that is searched.
 * Method: random programs against the naive graph, state by state and step by step. */
#include <criterion/criterion.h>

#include "search/graph.h"
#include "search/programs.h"

static void graph_is_the_naive_graph(struct loaded *l, struct naive *n, const char *name)
{
    struct search_graph g;
    uint32_t troubled = 0;
    search_graph_build(l->model, 100000, &g);
    cr_assert(g.complete, "%s", name);
    cr_assert_eq(g.edges.count, n->edges.count, "%s", name);
    for (uint32_t s = 0; s < g.states.count; s++) {
        const struct graph_state *state = &g.states.items[s];
        if (state->marks & STATE_TROUBLE) {
            troubled++;
            cr_assert_eq(state->edge_count, 0, "%s", name);
            continue;
        }
        uint32_t number = naive_number(n, g.vectors.items + (size_t)s * g.width, g.width);
        cr_assert_neq(number, UINT32_MAX, "%s", name);
        const struct naive_state *naive = &n->states.items[number];
        cr_assert_eq(state->depth, naive->depth, "%s", name);
        cr_assert_eq(state->edge_count, naive->count, "%s", name);
        cr_assert_eq((state->marks & STATE_DEADLOCK) != 0, naive->deadlock, "%s", name);
        cr_assert_eq((state->marks & STATE_FINAL) != 0, !naive->deadlock && !naive->count, "%s", name);
        cr_assert(!(state->marks & STATE_STUCK) || naive_is_stuck(n, number), "%s", name);
        cr_assert_not(state->marks & STATE_OPEN, "%s", name);
        for (uint32_t i = 0; i < state->edge_count; i++) {
            const struct graph_step *edge = &g.edges.items[state->first + i];
            const struct naive_edge *other = &n->edges.items[naive->first + i];
            cr_assert_eq(edge->from, s, "%s", name);
            cr_assert_eq(edge->step.task, other->task, "%s", name);
            cr_assert_eq(edge->step.effect->outcome, other->outcome, "%s", name);
            cr_assert_eq((g.states.items[edge->to].marks & STATE_TROUBLE) != 0, other->to == UINT32_MAX, "%s", name);
            cr_assert_leq(g.states.items[edge->to].depth, state->depth + 1, "%s", name);
        }
    }
    cr_assert_eq(g.states.count - troubled, n->states.count, "%s", name);
    search_graph_free(&g);
}

Test(graph, states_and_steps_are_those_of_the_search)
{
    programs_each(200, graph_is_the_naive_graph);
}

Test(graph, a_cut_graph_marks_where_it_was_cut)
{
    struct loaded l;
    struct search_graph g;
    loaded_file(&l, "models/semaphore/philosophers_lefty.c", "-DN=4");
    search_graph_build(l.model, 50, &g);
    cr_assert_not(g.complete);
    uint32_t open = 0;
    for (uint32_t s = 0; s < g.states.count; s++) {
        open += (g.states.items[s].marks & STATE_OPEN) != 0;
        cr_assert(!(g.states.items[s].marks & STATE_OPEN) || !g.states.items[s].edge_count);
        cr_assert(!s || g.states.items[s].depth >= g.states.items[s - 1].depth, "in breadth-first order");
    }
    cr_assert_geq(g.states.count, 50);
    cr_assert_leq(g.states.count, 60);
    cr_assert_geq(open, 1);
    for (size_t i = 0; i < g.edges.count; i++)
        cr_assert_lt(g.edges.items[i].to, g.states.count);
    search_graph_free(&g);
    loaded_close(&l);
}

Test(graph, trouble_at_the_start_is_one_state)
{
    struct loaded l;
    struct search_graph g;
    search_graph_build(loaded_body(&l, "assert(0)"), 10, &g);
    cr_assert_eq(g.states.count, 1);
    cr_assert_eq(g.edges.count, 0);
    cr_assert_eq(g.states.items[0].marks, STATE_TROUBLE);
    search_graph_free(&g);
    loaded_close(&l);
}
