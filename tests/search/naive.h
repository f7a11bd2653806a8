/* The slow and simple way: whole vectors in a sorted tree, fixpoints until nothing changes. The oracle of the tests. */
#ifndef TESTS_SEARCH_NAIVE_H
#define TESTS_SEARCH_NAIVE_H

#include "model.h"
#include "search/search.h"

enum { NAIVE_WIDTH = 256, NAIVE_TASKS = 64 };

struct naive_edge {
    uint32_t from, to; /* to: UINT32_MAX if the step is in trouble, and ends there */
    uint32_t task, outcome;
    uint8_t trouble; /* enum model_trouble */
    bool progress;   /* some slot but its task's own differs, or bytes are written to the console */
};

struct naive_state {
    uint32_t depth, first, count; /* edges[first .. first + count) */
    bool deadlock;
    uint8_t status[NAIVE_TASKS]; /* enum model_task_status */
    uint64_t movable;            /* bit t: in some reachable state, this one included, task t is not waiting */
    bool progress;               /* such a step can be reached, or an end */
    bool doomed;                 /* every schedule from here runs into a deadlock or into trouble */
};

struct naive {
    VEC_OF(struct naive_state) states; /* in breadth-first order */
    VEC_OF(struct naive_edge) edges;
    vec_u32 vectors; /* [states][NAIVE_WIDTH] */
    void *tree;
    bool limit; /* a limit of the simulation was met */
};

/* False if there are more than max_states states. */
bool naive_explore(struct naive *n, struct model *m, uint32_t max_states);
void naive_free(struct naive *n);
/* UINT32_MAX if the vector is no reachable state. */
uint32_t naive_number(struct naive *n, const uint32_t *vector, uint32_t width);
/* Whether some task waits in this state and can never move again. */
bool naive_is_stuck(const struct naive *n, uint32_t state);
/* Whether progress can be made from this state on, or there is an end. */
bool naive_makes_progress(const struct naive *n, uint32_t state);
/* Steps of a shortest path that ends in that kind of violation; UINT32_MAX if there is none. */
uint32_t naive_distance(const struct naive *n, enum search_kind kind);

#endif
