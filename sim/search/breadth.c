/* Breadth-first search, level by level: the first level with a violation gives the length of a shortest path. */
#include "search/checkpoint.h"
#include "search/level.h"
#include "search/walk.h"

enum { SCOUT_STATES = 50000, SCOUT_STEPS = 1000 };

/* A program that runs into a limit of the simulation (10,000 forks) can have a hopeless number of states before breadth
 * first gets there. Once the space is large, one walk goes ahead: if it meets a limit, there is no point in patience.
 */
bool scout_walk(struct model *m)
{
    struct walk w = {0};
    struct walk_options o = {.seed = 1, .max_steps = SCOUT_STEPS, .properties = 0};
    walk_run(m, &o, &w);
    bool limit_met = w.limit_met;
    walk_free(&w);
    return limit_met;
}

static bool scout(struct search_run *run, uint64_t key)
{
    if (run->scouted || store_count(run->space.store) < SCOUT_STATES)
        return true;
    uint64_t learned = model_learned(run->model);
    run->limit_ahead = scout_walk(run->model);
    run->scouted = true;
    space_lesson(&run->space, LESSON_WALK, key, learned);
    return space_widen(&run->space);
}

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
        if (!scout(run, level.items[0])) {
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
            checkpoint_write(run, &extra);
        }
    }
done:
    level_workers_destroy(workers);
    space->list_count = 0;
    VEC_FREE(&level);
    VEC_FREE(&next);
}
