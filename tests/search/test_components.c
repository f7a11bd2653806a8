/* Goal: strongly connected components are those of the definition: who reaches whom. Method: random graphs. */
#include <criterion/criterion.h>
#include <string.h>

#include "model/loaded.h"
#include "search/components.h"

enum { GRAPHS = 3000, NODES_MAX = 14 };

static void find_reach(const struct component_graph *g, uint8_t reach[NODES_MAX][NODES_MAX])
{
    memset(reach, 0, NODES_MAX * NODES_MAX);
    for (uint32_t n = 0; n < g->count; n++)
        for (uint32_t e = g->first[n]; e < g->first[n + 1]; e++)
            reach[n][g->to[e]] = 1;
    for (uint32_t k = 0; k < g->count; k++)
        for (uint32_t a = 0; a < g->count; a++)
            for (uint32_t b = 0; b < g->count; b++)
                reach[a][b] |= reach[a][k] && reach[k][b];
}

Test(components, nodes_that_reach_each_other_have_one_number)
{
    unsigned together = 0, apart = 0;
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        uint64_t random = seed;
        uint32_t first[NODES_MAX + 1] = {0}, to[NODES_MAX * 3], component[NODES_MAX];
        uint8_t reach[NODES_MAX][NODES_MAX];
        struct component_graph g = {(uint32_t)(loaded_random(&random) % (NODES_MAX + 1)), first, to};
        for (uint32_t n = 0; n < g.count; n++) {
            first[n + 1] = first[n] + (uint32_t)(loaded_random(&random) % 4);
            for (uint32_t e = first[n]; e < first[n + 1]; e++)
                to[e] = (uint32_t)(loaded_random(&random) % g.count);
        }
        find_reach(&g, reach);
        uint32_t most = 0, count = components_find(&g, component);
        for (uint32_t a = 0; a < g.count; a++) {
            most = component[a] > most ? component[a] : most;
            cr_assert_gt(component[a], 0u, "seed %lu", (unsigned long)seed);
            for (uint32_t b = 0; b < g.count; b++) {
                bool same = a == b || (reach[a][b] && reach[b][a]);
                cr_assert_eq(component[a] == component[b], same, "seed %lu: %u, %u", (unsigned long)seed, a, b);
                if (reach[a][b] && !same)
                    cr_assert_gt(component[a], component[b], "seed %lu: %u, %u", (unsigned long)seed, a, b);
                together += same && a != b;
                apart += !same && reach[a][b];
            }
        }
        cr_assert_eq(most, count, "seed %lu", (unsigned long)seed);
    }
    cr_assert_gt(together, 1000u);
    cr_assert_gt(apart, 1000u);
}
