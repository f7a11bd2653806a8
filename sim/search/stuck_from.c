/* Exact stuck tasks and livelock of one state: everything that can be reached from it is looked at. */
#include <string.h>

#include "search/run.h"

/* Tasks that are enabled, idle or gone now are not stuck. */
static void clear_movable(const struct model_expansion *e, uint8_t *culprits, uint32_t tasks)
{
    for (uint32_t t = 0; t < tasks; t++)
        if (t >= e->status.count || (e->status.items[t] != TASK_BLOCKED && e->status.items[t] != TASK_HELD))
            culprits[t] = 0;
}

/* What is known of the state asked about, by all that was looked at. */
struct prospect {
    uint8_t *culprits; /* [tasks] not seen to move */
    uint32_t tasks;
    bool progress;
};

/* Nothing is left to find out. */
static bool is_settled(const struct prospect *p)
{
    return p->progress && !memchr(p->culprits, 1, p->tasks);
}

/* False: there are too many states. */
static bool explore(struct space *space, vec_u64 *queue, uint64_t max_states, struct prospect *p)
{
    for (size_t i = 0; i < queue->count && !is_settled(p); i++) {
        uint64_t key = queue->items[i];
        if ((max_states && queue->count > max_states) || !space_expand(space, &key))
            return false;
        clear_movable(&space->expansion, p->culprits, p->tasks);
        p->progress |= model_makes_progress(&space->expansion);
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

static enum search_kind conclude(const struct stuck_question *q, struct model *m, const uint32_t *vector,
                                 uint32_t width, const struct prospect *p)
{
    if (q->properties & PROPERTY_STUCK && memchr(p->culprits, 1, p->tasks))
        return FOUND_STUCK;
    memset(p->culprits, 0, p->tasks);
    if (!(q->properties & PROPERTY_LIVELOCK) || p->progress)
        return FOUND_NOTHING;
    struct model_expansion e = {0};
    model_expand(m, vector, width, &e);
    for (uint32_t t = 0; t < e.status.count && t < p->tasks; t++)
        p->culprits[t] = e.status.items[t] == TASK_ENABLED;
    model_expansion_free(&e);
    return FOUND_NO_PROGRESS;
}

enum search_kind stuck_from(struct model *m, const struct stuck_question *q, const uint32_t *vector, uint32_t width,
                            uint8_t *culprits)
{
    struct space space;
    vec_u64 queue = {0};
    struct prospect p = {.culprits = culprits, .tasks = model_tasks(m)};
    space_init(&space, m, 0);
    space.reduction = q->reduction;
    space_register(&space, &queue);
    space_initial(&space); /* makes room for the slots */
    uint64_t key = store_encode(space.store, vector, width);
    store_insert(space.store, key);
    VEC_PUSH(&queue, key);
    memset(culprits, 1, p.tasks);
    bool known = explore(&space, &queue, q->max_states, &p);
    space_free(&space);
    VEC_FREE(&queue);
    if (known)
        return conclude(q, m, vector, width, &p);
    memset(culprits, 0, p.tasks);
    return FOUND_NOTHING;
}
