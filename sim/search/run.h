/* Private to sim/search: one run of an exhaustive search, shared by breadth first and depth first. */
#ifndef SEARCH_RUN_H
#define SEARCH_RUN_H

#include "search/search.h"
#include "search/space.h"

enum { CACHE_LINE = 64 /* bytes; what two threads write stands so far apart */ };

/* What one search has met so far. */
struct search_run {
    struct model *model;
    const struct search_options *options;
    struct search_result *result;
    struct space space;
    unsigned kinds;        /* violations met, as bits 1 << enum search_kind */
    uint64_t found_states; /* visited when the first of them was found */
    uint8_t *stuck_tasks;  /* scratch, [stuck_room] */
    uint32_t stuck_room;
    uint32_t epoch;    /* model_reduction_epoch at the start */
    unsigned restarts; /* searches before this one that came to nothing as it changed */
    bool scouted;      /* a walk has looked ahead for limits of the simulation */
    bool limit_ahead;  /* and met one: the answer cannot be "ok" */
    double began;
    double seconds_before; /* of the runs that this one was resumed from */
    uint64_t ticks;
    size_t bytes_max;                      /* for mem_bytes(); 0: no limit */
    size_t most_states, most_writes;       /* successors and writes of one state, at most so far */
    double checkpoint_at, checkpoint_cost; /* when the last one was written, and how long that took */
    bool checkpoint_now;                   /* one is due */
};

/* What judging a state says: violations as bits 1 << enum search_kind, limits met, transitions. */
struct search_verdict {
    unsigned kinds;
    bool limit_met, reduced;
    uint64_t transitions;
};

/* Deadlock and steps in trouble of an expanded state; stuck is asked for apart. Thread-safe. */
void run_judge_steps(const struct search_run *run, const struct model_expansion *e, struct search_verdict *v);
/* First tier of stuck is worth asking in this state. */
bool run_asks_stuck(const struct search_run *run, const struct model_expansion *e);
/* All of it, for the state just expanded in run->space. */
void run_judge(struct search_run *run, struct search_verdict *v);
/* Adds what a level or a state gave to the run. */
void run_note(struct search_run *run, const struct search_verdict *v);
/* Limits on states, depth and patience, between levels (depth first: between states). Sets result->stop. */
bool run_is_over(struct search_run *run, uint64_t depth);
/* A limit of the simulation was met, or one walk ahead meets one, and there is more than enough to look at. */
bool run_has_no_patience(const struct search_run *run);
/* Limits on time and memory, Ctrl-C, progress: cheap enough for every state, of one thread. Sets result->stop. */
bool run_must_stop(struct search_run *run, uint64_t depth, uint64_t frontier, uint64_t transitions);
/* Whether a value was read that had been thrown away; sets result->stop. Breadth first asks between levels, so that
 * which values are kept from then on does not depend on the order within one. */
bool run_is_stale(struct search_run *run);
/* Whether a successor by this step is a state to visit (a task in trouble ends its path). */
bool run_follows(const struct model_step *step);

/* One walk ahead, the same for every search; whether it meets a limit of the simulation. */
bool scout_walk(struct model *m);
/* Once the space is large, and once only: that walk; key: of any state. False: out of memory. */
bool scout_ahead(struct search_run *run, uint64_t key);

void search_breadth(struct search_run *run);
void search_depth(struct search_run *run);

/* A state is good if each of its tasks can move again in some state that can be reached from it, and progress can be
 * made (LIVE-01): in this one, as none waits and some step makes progress, or in one behind it that is known to be
 * good. The search raises the flags of states that it sees to be good. */
bool run_flags_good(const struct search_run *run);
bool expansion_is_good(const struct model_expansion *e);

/* Flags most of the good states of a complete space, by several threads: each unflagged state is followed along one
 * path until that comes to a good state. */
void stuck_chase(struct space *space, unsigned threads);

/* What the second tier of stuck knows of a state, set[movable_words(tasks)]: bit t, that task t can still move, or need
 * not; bit `tasks`, that progress can be made, or there is an end. movable_now: in this very state. movable_lacks: what
 * a set says is wrong, PROPERTY_STUCK and PROPERTY_LIVELOCK as bits. */
uint32_t movable_words(uint32_t tasks);
void movable_now(const struct model_expansion *e, uint32_t tasks, uint64_t *set);
unsigned movable_lacks(const uint64_t *set, uint32_t tasks);

/* Second tier of stuck, and livelock, on a complete space without other violations whose flagged states are good: the
 * states in which some task can never move again, or no progress can be made any more. They are in *out, which the
 * caller frees. */
struct stuck_states {
    uint64_t *keys; /* [size] open addressing, 0: free */
    uint32_t
        *at; /* of each: enum search_property as bits (PROPERTY_STUCK, PROPERTY_LIVELOCK); while it is made, private */
    size_t size, count;
    unsigned found; /* of all of them */
};
void stuck_exact(struct space *space, unsigned threads, struct stuck_states *out);
/* Which of the two hold in a state. */
unsigned stuck_properties(const struct stuck_states *s, uint64_t key);
void stuck_states_free(struct stuck_states *s);

/* What is wrong with a state in view of all that can be reached from it: FOUND_STUCK, with the blocked tasks that never
 * move again; else FOUND_NO_PROGRESS, with those that could make a step in it; of the properties asked for.
 * culprits[task] = 1, [model_tasks]. FOUND_NOTHING also if the states are more than max_states (0: no limit), as then
 * nothing is known. */
struct stuck_question {
    enum model_reduction reduction;
    unsigned properties;
    uint64_t max_states;
};
enum search_kind stuck_from(struct model *m, const struct stuck_question *q, const uint32_t *vector, uint32_t width,
                            uint8_t *culprits);

/* A shortest path to the first state, in breadth-first order, that `hit` accepts; it is asked with the state expanded
 * in the space. False if there is none (or the search had to be given up at max_states). */
typedef bool trail_hit(void *context, struct space *space, uint64_t key);
bool trail_shortest(struct space *space, trail_hit *hit, void *context, uint64_t max_states, struct search_path *path);
/* Appends the step of a task with an outcome to a path; false if it is not enabled in its last state. */
bool trail_append(struct model *m, struct search_path *path, uint32_t task, uint32_t outcome);

/* The first step of the path after which every schedule runs into a violation (0: from the start). False if unknown
 * within max_states. */
bool doom_find(struct space *space, const struct search_path *path, uint64_t max_states, uint32_t *step);

#endif
