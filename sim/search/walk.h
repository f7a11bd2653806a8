/* One random walk through a model: a run of the program under a random schedule, with random legal outcomes. */
#ifndef SEARCH_WALK_H
#define SEARCH_WALK_H

#include "search/search.h"

struct walk_options {
    uint64_t seed;       /* the walk is a function of the model and this number */
    uint64_t max_steps;  /* then the walk is cut off */
    unsigned properties; /* enum search_property */
};

struct walk_step {
    uint32_t task, outcome;
};

struct walk {
    enum search_kind kind;          /* what it ran into */
    bool cut;                       /* max_steps was reached */
    bool limit_met;                 /* a limit of the simulation */
    VEC_OF(struct walk_step) steps; /* up to and including the violation */
    vec_u32 vector;                 /* the state reached */
    struct model_expansion expansion;
    vec_u32 scratch;
};

/* Reuses w ({0} at first). */
void walk_run(struct model *m, const struct walk_options *o, struct walk *w);
void walk_free(struct walk *w);
/* The same steps as a path with all its states; false if a step is not enabled (the model is another one). */
bool walk_path(struct model *m, const struct walk_step *steps, size_t count, struct search_path *path);
/* The empty path: the initial state alone. */
void walk_begin_path(struct model *m, struct search_path *path);

/* What is wrong in the last state of a path: deadlock, trouble, or (first tier) stuck; where no step makes progress all
 * that can be reached is looked at, up to WALK_BUSY_STATES, for stuck and livelock. culprits: [model_tasks] by task. */
enum { WALK_BUSY_STATES = 2000 };
enum search_kind walk_judge(struct model *m, const struct search_path *path, unsigned properties, uint8_t *culprits);

/* A well-mixed number for the i-th draw of a seed (SplitMix64: Steele, Lea, Flood, OOPSLA 2014). */
uint64_t walk_random(uint64_t seed, uint64_t i);

#endif
