/* Breadth-first search, level by level: the first violation met has a shortest path. */
#include "search/run.h"

/* Inserts the successors of the state just expanded, new ones going to the next level. False: the store is full. */
static bool level_add(struct search_run *run, vec_u64 *next, vec_u64 *keys)
{
    struct space *space = &run->space;
    const struct model_expansion *e = &space->expansion;
    keys->count = 0;
    for (size_t i = 0; i < e->steps.count; i++) {
        if (!run_follows(&e->steps.items[i]))
            continue;
        uint64_t key = space_successor(space, &e->steps.items[i]);
        store_prefetch(space->store, key);
        VEC_PUSH(keys, key);
    }
    for (size_t i = 0; i < keys->count; i++) {
        enum store_result r = store_insert(space->store, keys->items[i]);
        if (r == STORE_FULL)
            return false;
        if (r == STORE_NEW)
            VEC_PUSH(next, keys->items[i]);
    }
    return true;
}

void search_breadth(struct search_run *run)
{
    struct space *space = &run->space;
    struct search_result *r = run->result;
    vec_u64 level = {0}, next = {0}, keys = {0};
    space_register(space, &level);
    space_register(space, &next);
    uint64_t first = space_initial(space);
    store_insert(space->store, first);
    VEC_PUSH(&level, first);
    for (; level.count; r->depth++) {
        for (size_t i = 0; i < level.count; i++) {
            run->frontier_bytes = (level.capacity + next.capacity) * sizeof(uint64_t);
            if (run_must_stop(run, r->depth, level.count - i + next.count))
                goto done;
            uint64_t key = level.items[i];
            if (!space_expand(space, &key)) {
                r->stop = STOP_MEMORY;
                goto done;
            }
            run_judge(run, key);
            if (!level_add(run, &next, &keys)) {
                r->stop = STOP_MEMORY;
                goto done;
            }
        }
        vec_u64 old = level;
        level = next;
        next = old;
        next.count = 0;
        space_review(space, &level);
        if (!level.count || run_is_stale(run))
            break;
    }
done:
    space->list_count = 0;
    space_register(space, &run->found.key);
    space_register(space, &run->stuck.key);
    VEC_FREE(&level);
    VEC_FREE(&next);
    VEC_FREE(&keys);
}
