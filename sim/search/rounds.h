/* What goes on for ever: the component of a state graph that is nearest to its first state, that no step leaves, and in
 * which steps are made. */
#ifndef SEARCH_ROUNDS_H
#define SEARCH_ROUNDS_H

#include "search/graph.h"

struct search_rounds {
    vec_u32 edges; /* indices into the graph's edges, ascending: the steps of the component */
    bool still;    /* none of them changes more than what its task remembers by itself: busy waiting (verdicts.md) */
};

/* False, and no edges, if there is no such component or the graph is not complete. Free with search_rounds_free. */
bool search_rounds_find(const struct search_graph *g, struct search_rounds *out);
void search_rounds_free(struct search_rounds *r);

#endif
