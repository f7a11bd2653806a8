/* Goal: what is said to go on for ever does (CAUSE-02): no step leads out of it, and nothing of the kind is nearer.
 * Method: random graphs against the definition, by who reaches whom; and two models whose loops are known. */
#include <criterion/criterion.h>
#include <string.h>

#include "model/loaded.h"
#include "search/rounds.h"

enum { GRAPHS = 3000, STATES_MAX = 12 };

static uint32_t draw(uint64_t *seed, uint32_t below)
{
    return (uint32_t)(loaded_random(seed) % below);
}

/* Every state but the first is reached from an earlier one. */
static void random_graph(uint64_t seed, struct search_graph *g)
{
    static const struct model_effect nothing;
    uint8_t edge[STATES_MAX][STATES_MAX] = {{0}};
    memset(g, 0, sizeof *g);
    g->complete = true;
    uint32_t states = 1 + draw(&seed, STATES_MAX), more = draw(&seed, 2 * states);
    for (uint32_t n = 1; n < states; n++)
        edge[draw(&seed, n)][n] = 1;
    for (uint32_t i = 0; i < more; i++)
        edge[draw(&seed, states)][draw(&seed, states)] = 1;
    for (uint32_t from = 0; from < states; from++) {
        struct graph_state s = {.first = (uint32_t)g->edges.count};
        for (uint32_t to = 0; to < states; to++)
            if (edge[from][to]) {
                VEC_PUSH(&g->edges, ((struct graph_step){.from = from, .to = to, .step = {.effect = &nothing}}));
                s.edge_count++;
            }
        VEC_PUSH(&g->states, s);
    }
}

/* reach[a][b]: there is a path of one step or more. */
static void find_reach(const struct search_graph *g, uint8_t reach[STATES_MAX][STATES_MAX])
{
    memset(reach, 0, STATES_MAX * STATES_MAX);
    for (size_t i = 0; i < g->edges.count; i++)
        reach[g->edges.items[i].from][g->edges.items[i].to] = 1;
    for (uint32_t k = 0; k < g->states.count; k++)
        for (uint32_t a = 0; a < g->states.count; a++)
            for (uint32_t b = 0; b < g->states.count; b++)
                reach[a][b] |= reach[a][k] && reach[k][b];
}

/* The least state that whatever it reaches leads back to, and that reaches something. */
static uint32_t expected_state(const struct search_graph *g, uint8_t reach[STATES_MAX][STATES_MAX])
{
    for (uint32_t n = 0; n < g->states.count; n++) {
        bool returns = reach[n][n];
        for (uint32_t other = 0; other < g->states.count; other++)
            returns &= !reach[n][other] || reach[other][n];
        if (returns)
            return n;
    }
    return UINT32_MAX;
}

Test(rounds, the_nearest_component_without_a_way_out_is_found)
{
    unsigned with = 0, without = 0;
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        struct search_graph g;
        struct search_rounds r;
        uint8_t reach[STATES_MAX][STATES_MAX];
        random_graph(seed, &g);
        find_reach(&g, reach);
        uint32_t n = expected_state(&g, reach);
        cr_assert_eq(search_rounds_find(&g, &r), n != UINT32_MAX, "seed %lu", (unsigned long)seed);
        size_t next = 0;
        for (uint32_t i = 0; i < g.edges.count && n != UINT32_MAX; i++)
            if (reach[n][g.edges.items[i].from]) {
                cr_assert_lt(next, r.edges.count, "seed %lu", (unsigned long)seed);
                cr_assert_eq(r.edges.items[next++], i, "seed %lu", (unsigned long)seed);
            }
        cr_assert_eq(next, r.edges.count, "seed %lu", (unsigned long)seed);
        with += n != UINT32_MAX;
        without += n == UINT32_MAX;
        search_rounds_free(&r);
        search_graph_free(&g);
    }
    cr_assert_lt(GRAPHS / 10, with);
    cr_assert_lt(GRAPHS / 10, without);
}

static void rounds_of(const char *file, bool complete, struct search_rounds *r, bool *found, uint32_t *edges_of)
{
    struct loaded l;
    struct search_graph g;
    loaded_file(&l, file, NULL);
    search_graph_build(l.model, complete ? 10000 : 5, &g);
    *found = search_rounds_find(&g, r);
    *edges_of = (uint32_t)r->edges.count;
    search_rounds_free(r);
    search_graph_free(&g);
    loaded_close(&l);
}

Test(rounds, busy_waiting_changes_nothing_and_serving_does)
{
    struct search_rounds r;
    bool found;
    uint32_t edges;
    rounds_of("models/fifo/spins_at_end.c", true, &r, &found, &edges);
    cr_assert(found && r.still);
    cr_assert_eq(edges, 1, "one read that returns 0 to the same state");
    rounds_of("models/pipe/wrong_address.c", true, &r, &found, &edges);
    cr_assert(found && !r.still);
    cr_assert_lt(2, edges);
    rounds_of("models/pipe/forgotten_close_fixed.c", true, &r, &found, &edges);
    cr_assert(!found && !edges, "it ends");
}

Test(rounds, a_graph_that_was_cut_says_nothing)
{
    struct search_rounds r;
    bool found;
    uint32_t edges;
    rounds_of("models/fifo/spins_at_end.c", false, &r, &found, &edges);
    cr_assert(!found && !edges);
}
