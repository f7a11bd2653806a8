/* Exact stuck tasks of one state: everything that can be reached from it is looked at. */
#include <string.h>

#include "search/run.h"

/* Tasks that are enabled, idle or gone now are not stuck. */
static void clear_movable(const struct model_expansion *e, uint8_t *culprits, uint32_t tasks)
{
    for (uint32_t t = 0; t < tasks; t++)
        if (t >= e->status.count || (e->status.items[t] != TASK_BLOCKED && e->status.items[t] != TASK_HELD))
            culprits[t] = 0;
}

static bool explore(struct space *space, vec_u64 *queue, uint64_t max_states, uint8_t *culprits, uint32_t tasks)
{
    for (size_t i = 0; i < queue->count; i++) {
        uint64_t key = queue->items[i];
        if ((max_states && queue->count > max_states) || !space_expand(space, &key))
            return false;
        clear_movable(&space->expansion, culprits, tasks);
        for (size_t s = 0; s < space->expansion.steps.count; s++) {
            if (!run_follows(&space->expansion.steps.items[s]))
                continue;
            uint64_t to = space_successor(space, &space->expansion.steps.items[s]);
            if (store_insert_at(space->store, to)) {
                store_added(space->store, 1);
                VEC_PUSH(queue, to);
            }
        }
    }
    return true;
}

uint32_t stuck_from(struct model *m, enum model_reduction reduction, const uint32_t *vector, uint32_t width, uint64_t max_states, uint8_t *culprits)
{
    struct space space;
    vec_u64 queue = {0};
    uint32_t tasks = model_tasks(m), count = 0;
    space_init(&space, m, 0);
    space.reduction = reduction;
    space_register(&space, &queue);
    space_initial(&space); /* makes room for the slots */
    uint64_t key = store_encode(space.store, vector, width);
    store_insert(space.store, key);
    VEC_PUSH(&queue, key);
    memset(culprits, 1, tasks);
    bool known = explore(&space, &queue, max_states, culprits, tasks);
    for (uint32_t t = 0; t < tasks; t++) {
        culprits[t] = known && culprits[t];
        count += culprits[t];
    }
    space_free(&space);
    VEC_FREE(&queue);
    return count;
}
