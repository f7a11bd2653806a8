/* One exhaustive search from start to finding: search, second tier of stuck, shortest path, point of no return. */
#include "search/search.h"

#include <string.h>
#include <time.h>

#include "search/run.h"

enum {
    AFTER_FOUND_FACTOR = 4,    /* after a violation, go on for this many times the states seen so far … */
    AFTER_FOUND_LEAST = 20000, /* … and at least so many: small spaces are completed, large ones not waited for */
    DOOM_STATES_MAX = 2000000,
    TICKS_PER_CLOCK = 256,
};

static double clock_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static size_t bytes_now(const struct search_run *run)
{
    return store_bytes_allocated(run->space.store) + model_bytes(run->model) + run->frontier_bytes;
}

/* ---- judging states ---- */

static unsigned property_of(enum search_kind kind)
{
    switch (kind) {
    case FOUND_NOTHING:
        return 0;
    case FOUND_DEADLOCK:
        return PROPERTY_DEADLOCK;
    case FOUND_STUCK:
        return PROPERTY_STUCK;
    case FOUND_ASSERTION:
        return PROPERTY_ASSERTION;
    case FOUND_CRASH:
        return PROPERTY_CRASH;
    case FOUND_ENDLESS:
        return PROPERTY_LIVELOCK;
    }
    return 0;
}

static enum search_kind kind_of_trouble(enum model_trouble trouble)
{
    switch (trouble) {
    case MODEL_FINE:
    case MODEL_LIMIT:
        return FOUND_NOTHING;
    case MODEL_CRASH:
        return FOUND_CRASH;
    case MODEL_ASSERTION:
        return FOUND_ASSERTION;
    case MODEL_ENDLESS:
        return FOUND_ENDLESS;
    }
    return FOUND_NOTHING;
}

bool run_follows(const struct model_step *step)
{
    return step->effect->trouble == MODEL_FINE;
}

static void found_set(struct search_run *run, struct search_found *f, enum search_kind kind, uint64_t key,
                      const struct model_step *step)
{
    if (f->kind != FOUND_NOTHING || !(run->options->properties & property_of(kind)))
        return;
    f->kind = kind;
    f->key.count = 0;
    VEC_PUSH(&f->key, key);
    f->by_step = step != NULL;
    if (step) {
        f->task = step->task;
        f->outcome = step->effect->outcome;
    }
    f->states = store_count(run->space.store);
}

static uint8_t *stuck_room(struct search_run *run, uint32_t tasks)
{
    if (tasks > run->stuck_room) {
        run->stuck_room = tasks * 2;
        run->stuck_tasks = mem_grow(run->stuck_tasks, run->stuck_room);
    }
    return run->stuck_tasks;
}

void run_judge(struct search_run *run, uint64_t key)
{
    const struct model_expansion *e = &run->space.expansion;
    struct search_result *r = run->result;
    r->transitions += e->steps.count;
    for (size_t i = 0; i < e->steps.count; i++) {
        const struct model_effect *effect = e->steps.items[i].effect;
        r->limit_met |= effect->limit || effect->trouble == MODEL_LIMIT;
        if (effect->trouble != MODEL_FINE && effect->trouble != MODEL_LIMIT)
            found_set(run, &run->found, kind_of_trouble(effect->trouble), key, &e->steps.items[i]);
    }
    if (model_is_deadlock(e))
        found_set(run, &run->found, FOUND_DEADLOCK, key, NULL);
    else if (e->blocked && run->stuck.kind == FOUND_NOTHING && (run->options->properties & PROPERTY_STUCK)) {
        uint8_t *stuck = stuck_room(run, (uint32_t)e->status.count);
        if (model_stuck(run->model, run->space.vector, run->space.width, e, stuck))
            found_set(run, &run->stuck, FOUND_STUCK, key, NULL);
    }
}

bool run_must_stop(struct search_run *run, uint64_t depth, uint64_t frontier)
{
    const struct search_options *o = run->options;
    struct search_result *r = run->result;
    uint64_t states = store_count(run->space.store);
    const struct search_found *f = run->found.kind ? &run->found : &run->stuck;
    if (f->kind && states > f->states * AFTER_FOUND_FACTOR && states > f->states + AFTER_FOUND_LEAST)
        r->stop = STOP_FOUND;
    else if (o->max_states && states >= o->max_states)
        r->stop = STOP_STATES;
    else if (o->max_depth && depth >= o->max_depth)
        r->stop = STOP_DEPTH;
    if (run->ticks++ % TICKS_PER_CLOCK)
        return r->stop != STOP_NOT;
    size_t bytes = bytes_now(run);
    if (bytes > r->peak_bytes)
        r->peak_bytes = bytes;
    double seconds = clock_seconds() - run->began;
    if (o->max_memory && bytes > o->max_memory)
        r->stop = STOP_MEMORY;
    else if (o->seconds > 0 && seconds > o->seconds)
        r->stop = STOP_TIME;
    struct search_progress p = {states, r->transitions, depth, frontier, seconds, bytes};
    if (o->progress && !o->progress(o->context, &p))
        r->stop = STOP_INTERRUPTED;
    return r->stop != STOP_NOT;
}

bool run_is_stale(struct search_run *run)
{
    const uint32_t *sources;
    if (!model_stale_reads(run->model, &sources))
        return false;
    run->result->stop = STOP_STALE;
    return true;
}

/* ---- after the search ---- */

static bool hit_key(void *context, struct space *space, uint64_t key)
{
    (void)space;
    return ((const vec_u64 *)context)->items[0] == key;
}

static bool hit_mark(void *context, struct space *space, uint64_t key)
{
    size_t place = store_place(space->store, key);
    return place != SIZE_MAX && ((const uint8_t *)context)[place];
}

/* Who the verdict is about, in the last state of the path. */
static void name_culprits(struct search_run *run, const struct search_found *f)
{
    struct search_result *r = run->result;
    struct model *m = run->model;
    struct model_expansion e = {0};
    const uint32_t *last = r->path.states + r->path.length * r->path.width;
    model_expand(m, last, r->path.width, &e);
    r->culprit_count = model_tasks(m);
    r->culprits = mem_zero(r->culprit_count, 1);
    for (uint32_t t = 0; t < e.status.count; t++)
        if (f->kind == FOUND_DEADLOCK)
            r->culprits[t] = e.status.items[t] == TASK_BLOCKED;
        else if (f->kind != FOUND_STUCK)
            r->culprits[t] = model_task_trouble(m, last, r->path.width, t) != MODEL_FINE;
    if (f->kind == FOUND_STUCK && e.blocked) {
        uint8_t *stuck = mem_zero(r->culprit_count, 1);
        if (model_stuck(m, last, r->path.width, &e, stuck))
            memcpy(r->culprits, stuck, e.status.count);
        mem_free(stuck);
    }
    model_expansion_free(&e);
}

static void finding_from(struct search_run *run, const struct search_found *f, trail_hit *hit, void *context)
{
    struct search_result *r = run->result;
    if (!trail_shortest(&run->space, hit, context, 0, &r->path))
        return;
    r->kind = f->kind;
    r->shortest = true;
    if (f->by_step)
        trail_append(run->model, &r->path, f->task, f->outcome);
    name_culprits(run, f);
    if (f->kind != FOUND_STUCK)
        r->no_return_known = doom_find(&run->space, &r->path, DOOM_STATES_MAX, &r->no_return);
}

/* The tasks that move in no state reachable from the path's last one. */
static void stuck_culprits(struct search_run *run)
{
    struct search_result *r = run->result;
    const uint32_t *last = r->path.states + r->path.length * r->path.width;
    struct space *space = &run->space;
    struct store *seen = store_create(0);
    vec_u64 queue = {0};
    uint64_t key = store_encode(space->store, last, r->path.width);
    memset(r->culprits, 1, r->culprit_count);
    store_insert(seen, key);
    VEC_PUSH(&queue, key);
    for (size_t i = 0; i < queue.count; i++) {
        key = queue.items[i];
        space_expand(space, &key);
        const struct model_expansion *e = &space->expansion;
        for (uint32_t t = 0; t < r->culprit_count; t++)
            if (t >= e->status.count || (e->status.items[t] != TASK_BLOCKED && e->status.items[t] != TASK_HELD))
                r->culprits[t] = 0;
        for (size_t s = 0; s < e->steps.count; s++) {
            if (!run_follows(&e->steps.items[s]))
                continue;
            uint64_t to = space_successor(space, &e->steps.items[s]);
            if (store_insert(seen, to) == STORE_NEW)
                VEC_PUSH(&queue, to);
        }
    }
    VEC_FREE(&queue);
    store_destroy(seen);
}

static void exact_stuck(struct search_run *run)
{
    uint8_t *marks = mem_zero(store_places(run->space.store), 1);
    if (stuck_exact(&run->space, marks)) {
        struct search_found f = {.kind = FOUND_STUCK};
        finding_from(run, &f, hit_mark, marks);
        stuck_culprits(run);
    }
    mem_free(marks);
}

static void initial_trouble(struct search_run *run, enum model_trouble trouble)
{
    struct search_result *r = run->result;
    const struct model_effect *e = model_initial(run->model);
    r->path.width = model_slots(run->model);
    r->path.states = mem_zero(r->path.width, sizeof *r->path.states);
    for (uint32_t w = 0; w < e->write_count; w++)
        r->path.states[e->writes[w].slot] = e->writes[w].value;
    r->states = 1;
    r->kind = kind_of_trouble(trouble);
    r->limit_met |= trouble == MODEL_LIMIT;
    r->complete = trouble != MODEL_LIMIT;
    r->stop = r->complete ? STOP_NOT : STOP_LIMIT;
    r->shortest = r->no_return_known = true;
    if (r->kind != FOUND_NOTHING) {
        struct search_found f = {.kind = r->kind};
        name_culprits(run, &f);
    }
}

static void conclude(struct search_run *run)
{
    struct search_result *r = run->result;
    r->states = store_count(run->space.store);
    r->store_bytes = store_bytes_allocated(run->space.store);
    r->store_bytes_used = store_bytes_used(run->space.store);
    if (run_is_stale(run))
        return;
    r->complete = r->stop == STOP_NOT && !r->limit_met;
    if (run->found.kind)
        finding_from(run, &run->found, hit_key, &run->found.key);
    else if (run->stuck.kind)
        finding_from(run, &run->stuck, hit_key, &run->stuck.key);
    else if (r->complete && (run->options->properties & PROPERTY_STUCK))
        exact_stuck(run);
    if (r->stop == STOP_NOT && r->limit_met)
        r->stop = STOP_LIMIT;
}

void search_run(struct model *m, const struct search_options *options, struct search_result *r)
{
    memset(r, 0, sizeof *r);
    struct search_run run = {.model = m, .options = options, .result = r, .began = clock_seconds()};
    r->limit_met = model_initial(m)->limit;
    space_init(&run.space, m, options->max_memory);
    space_register(&run.space, &run.found.key);
    space_register(&run.space, &run.stuck.key);
    if (model_initial(m)->trouble != MODEL_FINE) {
        initial_trouble(&run, model_initial(m)->trouble);
    } else {
        if (options->order == SEARCH_DEPTH)
            search_depth(&run);
        else
            search_breadth(&run);
        conclude(&run);
    }
    size_t bytes = bytes_now(&run);
    if (bytes > r->peak_bytes)
        r->peak_bytes = bytes;
    r->seconds = clock_seconds() - run.began;
    space_free(&run.space);
    VEC_FREE(&run.found.key);
    VEC_FREE(&run.stuck.key);
    mem_free(run.stuck_tasks);
}

void search_result_free(struct search_result *r)
{
    mem_free(r->path.states);
    mem_free(r->path.steps);
    mem_free(r->culprits);
    memset(r, 0, sizeof *r);
}

struct model_path search_model_path(const struct search_path *p)
{
    return (struct model_path){.states = p->states, .width = p->width, .steps = p->steps, .length = p->length};
}
