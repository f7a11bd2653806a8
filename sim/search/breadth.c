/* Breadth-first search, level by level: the first level with a violation gives the length of a shortest path. */
#include "search/level.h"

void search_breadth(struct search_run *run)
{
    struct space *space = &run->space;
    struct search_result *r = run->result;
    vec_u64 level = {0}, next = {0};
    space_register(space, &level);
    space_register(space, &next);
    struct level_workers *workers = level_workers_create(run, run->options->threads);
    uint64_t first = space_initial(space);
    store_insert(space->store, first);
    VEC_PUSH(&level, first);
    while (!run_is_over(run, r->depth)) {
        run->frontier_bytes = (level.capacity + 2 * next.capacity) * sizeof(uint64_t);
        if (!level_expand(workers, &level, &next))
            break;
        vec_u64 old = level;
        level = next;
        next = old;
        next.count = 0;
        if (!level.count || run_is_stale(run))
            break;
        r->depth++;
        space_review(space, &level);
    }
    level_workers_destroy(workers);
    space->list_count = 0;
    VEC_FREE(&level);
    VEC_FREE(&next);
}
