/* The runs of a fuzzing session, shared out over worker processes. Run i is a function of the seed and i only, and
 * groups are merged by their first run: the result is the same for every number of workers. */
#ifndef CLI_FUZZ_WORKERS_H
#define CLI_FUZZ_WORKERS_H

#include "cli/session.h"
#include "search/walk.h"

struct fuzz_group {
    char *signature;    /* equal for the same failure; owned */
    uint64_t first_run; /* from 1 */
    uint64_t count;
    VEC_OF(struct walk_step) steps; /* of the first run */
};

struct fuzz_result {
    uint64_t runs, steps, steps_max, cut;
    bool limit_met, interrupted;
    VEC_OF(struct fuzz_group) groups; /* ascending by first run */
};

/* Makes o->runs runs, or as many as fit into --time. */
void fuzz_run(struct session *s, const struct cli_options *o, struct fuzz_result *result);
void fuzz_result_free(struct fuzz_result *result);

const char *fuzz_signature(struct model *m, enum search_kind kind, const struct search_path *path,
                           const uint8_t *culprits, struct arena *arena);

#endif
