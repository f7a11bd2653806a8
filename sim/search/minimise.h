/* A shorter way into the same failure. */
#ifndef SEARCH_MINIMISE_H
#define SEARCH_MINIMISE_H

#include "search/search.h"

/* Replaces the path by a shortest one whose end `same` accepts (the failure, judged on its last state or, for a step in
 * trouble, after that step), if one is met within max_states states. True if the path is now a shortest one. */
typedef bool minimise_same(void *context, const struct search_path *path);
bool minimise_path(struct model *m, struct search_path *path, minimise_same *same, void *context, uint64_t max_states);

#endif
