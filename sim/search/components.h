/* Strongly connected components of a graph (Tarjan, Depth-first search and linear graph algorithms, 1972). */
#ifndef SEARCH_COMPONENTS_H
#define SEARCH_COMPONENTS_H

#include "base/vec.h"

/* The nodes that edges lead to: those of node n are to[first[n]] to to[first[n + 1] - 1]. Borrowed. */
struct component_graph {
    uint32_t count;        /* nodes */
    const uint32_t *first; /* [count + 1] ascending */
    const uint32_t *to;    /* [first[count]] each below count */
};

/* Fills component[0..count) with the numbers of the components, 1 and up; one that another leads to has the smaller
 * number. Returns how many there are. */
uint32_t components_find(const struct component_graph *g, uint32_t *component);

#endif
