/* Which states of a graph to draw: all if they fit, else the neighbourhood of a counterexample, else the first levels.
 */
#ifndef CLI_GRAPH_SELECT_H
#define CLI_GRAPH_SELECT_H

#include "base/arena.h"
#include "search/graph.h"

enum graph_shown { SHOWN_NOT, SHOWN_NEAR, SHOWN_TRACE };

struct graph_choice {
    uint8_t *shown;      /* [states] enum graph_shown */
    bool *trace_edge;    /* [edges] */
    const char *caption; /* what is shown, and what is not */
};

void graph_choose(const struct search_graph *g, uint64_t max_nodes, struct graph_choice *c, struct arena *arena);
void graph_choice_free(struct graph_choice *c);

#endif
