/* See walk.h. Each step picks an enabled task, then one of its outcomes, both uniformly. */
#include "search/walk.h"

#include <string.h>

#include "search/kind.h"
#include "search/run.h"

uint64_t walk_random(uint64_t seed, uint64_t i)
{
    uint64_t z = seed + (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void vector_fit(vec_u32 *v, uint32_t slots)
{
    VEC_RESERVE(v, slots);
    while (v->count < slots)
        v->items[v->count++] = 0;
}

static void vector_apply(vec_u32 *v, const struct model_effect *e)
{
    for (uint32_t i = 0; i < e->write_count; i++)
        v->items[e->writes[i].slot] = e->writes[i].value;
}

/* The pick-th step: of the pick-th enabled task, counted round, one outcome. */
static const struct model_step *draw(const struct model_expansion *e, uint64_t random)
{
    size_t tasks = 0;
    for (size_t i = 0; i < e->steps.count; i++)
        tasks += i == 0 || e->steps.items[i].task != e->steps.items[i - 1].task;
    size_t chosen = (size_t)((random >> 32) % tasks), first = 0;
    for (size_t i = 1; i < e->steps.count && chosen; i++)
        if (e->steps.items[i].task != e->steps.items[i - 1].task) {
            first = i;
            chosen--;
        }
    size_t outcomes = 1;
    while (first + outcomes < e->steps.count && e->steps.items[first + outcomes].task == e->steps.items[first].task)
        outcomes++;
    return &e->steps.items[first + (uint32_t)random % outcomes];
}

/* For so many steps no progress was made, or four, sixteen... times as many: it may be that there will be none. */
static bool is_busy(size_t steps)
{
    enum { BUSY_FIRST = 64 };
    while (steps > BUSY_FIRST && steps % 4 == 0)
        steps /= 4;
    return steps == BUSY_FIRST;
}

static enum search_kind busy_kind(struct model *m, const uint32_t *vector, uint32_t width, unsigned properties,
                                  uint8_t *culprits)
{
    const struct stuck_question q = {MODEL_REDUCE_NOTHING, properties, WALK_BUSY_STATES};
    return stuck_from(m, &q, vector, width, culprits);
}

void walk_run(struct model *m, const struct walk_options *o, struct walk *w)
{
    w->kind = FOUND_NOTHING;
    w->cut = false;
    w->steps.count = w->vector.count = 0;
    vector_fit(&w->vector, model_slots(m));
    const struct model_effect *initial = model_initial(m);
    vector_apply(&w->vector, initial);
    w->limit_met = initial->limit || initial->trouble == MODEL_LIMIT;
    w->kind = kind_of_trouble(initial->trouble);
    size_t stuck_at = 0, busy = 0;
    bool stuck_seen = false;
    while (w->kind == FOUND_NOTHING) {
        model_expand(m, w->vector.items, (uint32_t)w->vector.count, &w->expansion);
        vector_fit(&w->vector, model_slots(m));
        const struct model_expansion *e = &w->expansion;
        if (!e->steps.count) {
            w->kind = model_is_deadlock(e) && (o->properties & PROPERTY_DEADLOCK) ? FOUND_DEADLOCK : FOUND_NOTHING;
            break;
        }
        if (e->blocked && !stuck_seen && (o->properties & PROPERTY_STUCK)) {
            VEC_RESERVE(&w->scratch, e->status.count);
            if (model_stuck(m, w->vector.items, (uint32_t)w->vector.count, e, (uint8_t *)w->scratch.items)) {
                stuck_seen = true;
                stuck_at = w->steps.count;
            }
        }
        if (is_busy(busy) && !stuck_seen) {
            VEC_RESERVE(&w->scratch, model_tasks(m));
            w->kind =
                busy_kind(m, w->vector.items, (uint32_t)w->vector.count, o->properties, (uint8_t *)w->scratch.items);
            if (w->kind != FOUND_NOTHING)
                break;
        }
        if (w->steps.count >= o->max_steps) {
            w->cut = true;
            break;
        }
        const struct model_step *step = draw(e, walk_random(o->seed, w->steps.count));
        VEC_PUSH(&w->steps, ((struct walk_step){.task = step->task, .outcome = step->effect->outcome}));
        w->limit_met |= step->effect->limit || step->effect->trouble == MODEL_LIMIT;
        busy = step->effect->progress ? 0 : busy + 1;
        vector_apply(&w->vector, step->effect);
        if (step->effect->trouble == MODEL_LIMIT)
            break;
        w->kind = kind_of_trouble(step->effect->trouble);
    }
    /* A stuck task matters where nothing worse came of it. */
    if (w->kind == FOUND_NOTHING && stuck_seen) {
        w->kind = FOUND_STUCK;
        w->steps.count = stuck_at;
    }
}

void walk_free(struct walk *w)
{
    VEC_FREE(&w->steps);
    VEC_FREE(&w->vector);
    VEC_FREE(&w->scratch);
    model_expansion_free(&w->expansion);
}

void walk_begin_path(struct model *m, struct search_path *path)
{
    memset(path, 0, sizeof *path);
    path->width = model_slots(m);
    path->states = mem_zero(path->width, sizeof *path->states);
    const struct model_effect *initial = model_initial(m);
    for (uint32_t i = 0; i < initial->write_count; i++)
        path->states[initial->writes[i].slot] = initial->writes[i].value;
}

bool walk_path(struct model *m, const struct walk_step *steps, size_t count, struct search_path *path)
{
    walk_begin_path(m, path);
    for (size_t i = 0; i < count; i++)
        if (!trail_append(m, path, steps[i].task, steps[i].outcome))
            return false;
    return true;
}

enum search_kind walk_judge(struct model *m, const struct search_path *path, unsigned properties, uint8_t *culprits)
{
    const uint32_t *last = path->states + path->length * path->width;
    struct model_expansion e = {0};
    model_expand(m, last, path->width, &e);
    enum search_kind kind = FOUND_NOTHING;
    memset(culprits, 0, model_tasks(m));
    for (uint32_t t = 0; t < e.status.count; t++) {
        enum search_kind trouble = e.status.items[t] == TASK_ABSENT
                                       ? FOUND_NOTHING
                                       : kind_of_trouble(model_task_trouble(m, last, path->width, t));
        if (trouble != FOUND_NOTHING) {
            kind = trouble;
            culprits[t] = 1;
        }
    }
    if (kind == FOUND_NOTHING && model_is_deadlock(&e) && (properties & PROPERTY_DEADLOCK)) {
        kind = FOUND_DEADLOCK;
        for (uint32_t t = 0; t < e.status.count; t++)
            culprits[t] = e.status.items[t] == TASK_BLOCKED;
    }
    if (kind == FOUND_NOTHING && e.blocked && (properties & PROPERTY_STUCK) &&
        model_stuck(m, last, path->width, &e, culprits))
        kind = FOUND_STUCK;
    if (kind == FOUND_NOTHING && !model_makes_progress(&e))
        kind = busy_kind(m, last, path->width, properties, culprits);
    model_expansion_free(&e);
    return kind;
}
