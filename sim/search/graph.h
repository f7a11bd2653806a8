/* The state graph with numbered states, for drawing: small spaces only. */
#ifndef SEARCH_GRAPH_H
#define SEARCH_GRAPH_H

#include "search/search.h"

enum graph_state_mark {
    STATE_FINAL = 1,
    STATE_DEADLOCK = 2,
    STATE_STUCK = 4,
    STATE_TROUBLE = 8,
    STATE_OPEN = 16,
    STATE_LIVELOCK = 32
};

struct graph_state {
    uint32_t depth;
    uint32_t marks;             /* enum graph_state_mark */
    uint32_t first, edge_count; /* of search_graph.edges: its steps in order */
};

struct graph_step {
    uint32_t from, to; /* state numbers */
    struct model_step step;
};

struct search_graph {
    VEC_OF(struct graph_state) states; /* in breadth-first order */
    VEC_OF(struct graph_step) edges;   /* ascending by `from` */
    vec_u32 vectors;                   /* [states][width] */
    uint32_t width;
    bool complete;
};

/* Explores at most max_states states, breadth first; states in trouble are there, without successors. */
void search_graph_build(struct model *m, uint64_t max_states, struct search_graph *g);
/* The same from a state vector[0..width) on, which is number 0. Second-tier stuck states are not marked. */
void search_graph_from(struct model *m, const uint32_t *vector, uint32_t width, uint64_t max_states,
                       struct search_graph *g);
void search_graph_free(struct search_graph *g);

#endif
