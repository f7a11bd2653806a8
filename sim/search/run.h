/* Private to sim/search: one run of an exhaustive search, shared by breadth first and depth first. */
#ifndef SEARCH_RUN_H
#define SEARCH_RUN_H

#include "search/search.h"
#include "search/space.h"

/* A violation as the search met it: the state it starts from, and the step that shows it (none: the state itself). */
struct search_found {
    enum search_kind kind;
    vec_u64 key; /* one key, in a list so that layouts translate it */
    bool by_step;
    uint32_t task, outcome; /* of the step */
    uint64_t states;        /* visited when it was found */
};

struct search_run {
    struct model *model;
    const struct search_options *options;
    struct search_result *result;
    struct space space;
    struct search_found found; /* the first violation but `stuck` */
    struct search_found stuck; /* the first stuck state of the first tier */
    uint8_t *stuck_tasks;      /* scratch, [stuck_room] */
    uint32_t stuck_room;
    double began;
    uint64_t ticks;
    size_t frontier_bytes;
};

/* Judges the state just expanded (key in *key): deadlock, stuck, steps in trouble. Counts its transitions. */
void run_judge(struct search_run *run, uint64_t key);
/* Whether the search must stop now; sets result->stop. Cheap enough for every state. */
bool run_must_stop(struct search_run *run, uint64_t depth, uint64_t frontier);
/* Whether a value was read that had been thrown away; sets result->stop. Breadth first asks between levels, so that
 * which values are kept from then on does not depend on the order within one. */
bool run_is_stale(struct search_run *run);
/* Whether a successor by this step is a state to visit (a task in trouble ends its path). */
bool run_follows(const struct model_step *step);

void search_breadth(struct search_run *run);
void search_depth(struct search_run *run);

/* Second tier of stuck, on a complete space without other violations: sets marks[place] to 1 for the places in the
 * store of states in which some task can never move again. marks: [store_places] zeros, owned by the caller. Returns
 * how many. */
uint64_t stuck_exact(struct space *space, uint8_t *marks);

/* A shortest path to the first state, in breadth-first order, that `hit` accepts. False if there is none (or the
 * search had to be given up at max_states). */
typedef bool trail_hit(void *context, struct space *space, uint64_t key);
bool trail_shortest(struct space *space, trail_hit *hit, void *context, uint64_t max_states, struct search_path *path);
/* Appends the step of a task with an outcome to a path; false if it is not enabled in its last state. */
bool trail_append(struct model *m, struct search_path *path, uint32_t task, uint32_t outcome);

/* The first step of the path after which every schedule runs into a violation (0: from the start). False if unknown
 * within max_states. */
bool doom_find(struct space *space, const struct search_path *path, uint64_t max_states, uint32_t *step);

#endif
