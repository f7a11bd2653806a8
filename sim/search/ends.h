/* The states of a search that have no step, as texts that are equal in every mode of searching: what the cross-check
 * (tests/fuzz/) compares, and `check --dump-ends` prints. */
#ifndef SEARCH_ENDS_H
#define SEARCH_ENDS_H

#include "search/space.h"

struct ends {
    VEC_OF(char *) texts; /* sorted, each once, owned */
};

/* "deadlock" or "end", then the state (model_describe_exact). */
void ends_collect(struct space *space, struct ends *e);
void ends_free(struct ends *e);

#endif
