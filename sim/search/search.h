/* Exhaustive search of a model, and what it finds.
 *
 * Breadth first gives a shortest counterexample; depth first reaches deep states with a short frontier. Both give the
 * same verdict and the same counts on a space that they complete.
 */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "model.h"

struct checkpoint;

/* How states are kept (PART-01). All but exact are partial: nothing they say is complete. */
enum search_store { SEARCH_EXACT, SEARCH_COMPACT, SEARCH_BITSTATE };

enum search_order { SEARCH_BREADTH, SEARCH_DEPTH };

/* Properties, as bits. */
enum search_property {
    PROPERTY_DEADLOCK = 1,
    PROPERTY_STUCK = 2,
    PROPERTY_ASSERTION = 4,
    PROPERTY_CRASH = 8,
    PROPERTY_LIVELOCK = 16,
    PROPERTY_ALL = 31
};

enum search_kind {
    FOUND_NOTHING,
    FOUND_DEADLOCK,
    FOUND_STUCK,
    FOUND_ASSERTION,
    FOUND_CRASH,
    FOUND_ENDLESS,
    FOUND_NO_PROGRESS
};

/* Why a search ended before it had seen everything. */
enum search_stop {
    STOP_NOT,
    STOP_STATES,
    STOP_MEMORY,
    STOP_DEPTH,
    STOP_TIME,
    STOP_INTERRUPTED,
    STOP_FOUND,     /* a violation was found, and the rest was not worth the wait */
    STOP_TABLE,     /* the table of a partial search is full */
    STOP_PARTIAL,   /* nothing was left to expand, but states may have been left out */
    STOP_UNRESUMED, /* the checkpoint is of another program, or holds something else */
    STOP_STALE,     /* a value was read that had been thrown away: nothing here counts, see model_stale_reads */
    STOP_LIMIT      /* a limit of the simulation was met: processes, descriptors, memory, local steps */
};

struct space;

struct search_progress {
    uint64_t states, transitions, depth, frontier;
    double seconds;
    size_t bytes;
};

struct search_options {
    enum search_order order;
    unsigned properties; /* enum search_property */
    unsigned threads;    /* for breadth first; 0 is 1. Results do not depend on it */
    bool reduction_off, compression_off;
    uint64_t parallel_least; /* states of a level that are worth the threads; 0: where it pays. For the tests */
    uint64_t max_states;     /* 0: none, as all limits */
    uint64_t max_depth;
    enum search_store store;
    size_t table_bytes;    /* of a partial search */
    size_t max_memory;     /* bytes of the process */
    size_t foreign_memory; /* of these, bytes that it holds besides mem_bytes() */
    double seconds;
    const char *checkpoint;  /* file to write; NULL: none. See checkpoint.h */
    double checkpoint_every; /* seconds */
    uint64_t identity;       /* of the program and the options, for the checkpoint */
    const uint32_t *kept;    /* [kept_count] what the model's machine keeps, for the checkpoint */
    unsigned kept_count;
    struct checkpoint *resume; /* to go on from; NULL: none */
    /* Called now and then; false stops the search (STOP_INTERRUPTED). May be NULL. */
    bool (*progress)(void *context, const struct search_progress *p);
    void *context;
    /* Called with all states that were visited, before they are judged as a whole. May be NULL. */
    void (*visited)(void *context, struct space *space);
    void *visited_context;
};

struct search_path {
    uint32_t *states; /* [(length + 1) * width], owned */
    uint32_t width;
    struct model_step *steps; /* [length], owned */
    size_t length;
};

struct search_result {
    enum search_kind kind;
    struct search_path path; /* to the violation: its last state shows it */
    bool shortest;           /* no shorter path leads to this kind of violation */
    uint8_t *culprits;       /* [culprit_count] by task: 1 if the verdict is about it; owned */
    uint32_t culprit_count;
    bool no_return_known;
    uint32_t no_return; /* steps after which the bad end could not be avoided; 0: from the start */
    bool complete;      /* every reachable state was visited, and no limit of the simulation was met */
    enum search_stop stop;
    bool limit_met; /* a limit of the simulation */
    bool reduced;   /* interleavings were left out that cannot matter */
    uint64_t states, transitions, depth;
    double seconds;
    size_t store_bytes, store_bytes_used, peak_bytes;
    double omitted;          /* partial: how many states are to be expected to have been left out */
    char *checkpoint_failed; /* why a checkpoint could not be written, owned; NULL: none failed */
};

/* Threads that a search with these options has. */
unsigned search_threads(const struct search_options *o);
void search_run(struct model *m, const struct search_options *options, struct search_result *r);
void search_result_free(struct search_result *r);
struct model_path search_model_path(const struct search_path *p);

#endif
