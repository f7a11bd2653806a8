/* One walk that goes ahead of a search: see run.h. */
#include "search/run.h"
#include "search/walk.h"

enum { SCOUT_SLOTS = 1 << 22 /* of all states */, SCOUT_STEPS = 1000 };

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

bool scout_ahead(struct search_run *run, uint64_t key)
{
    if (run->scouted || store_count(run->space.store) * run->space.width < SCOUT_SLOTS)
        return true;
    uint64_t learned = model_learned(run->model);
    run->limit_ahead = scout_walk(run->model);
    run->scouted = true;
    space_lesson(&run->space, LESSON_WALK, key, learned);
    return space_widen(&run->space);
}
