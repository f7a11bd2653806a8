/* Breadth-first search, level by level: the first level with a violation gives the length of a shortest path. */
#include "search/checkpoint.h"
#include "search/level.h"

void search_breadth(struct search_run *run)
{
    struct space *space = &run->space;
    struct search_result *r = run->result;
    vec_u64 level = {0}, next = {0};
    space_register(space, &level);
    space_register(space, &next);
    struct level_workers *workers = level_workers_create(run, search_threads(run->options));
    if (run->options->resume) {
        if (!checkpoint_list(run, &level))
            goto done;
    } else {
        uint64_t first = space_initial(space);
        space_begin(space, first);
        VEC_PUSH(&level, first);
    }
    while (!run_is_over(run, r->depth)) {
        if (!scout_ahead(run, level.items[0])) {
            r->stop = STOP_MEMORY;
            break;
        }
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
        if (checkpoint_is_due(run)) {
            struct checkpoint_extra extra = {.keys = &level};
            level_workers_rest(workers); /* CKPT-01: what a killed process held back is nobody's */
            checkpoint_write(run, &extra);
        }
    }
done:
    level_workers_destroy(workers);
    space->list_count = 0;
    VEC_FREE(&level);
    VEC_FREE(&next);
}
