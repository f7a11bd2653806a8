/* One exhaustive search from start to finding: search, second tier of stuck, shortest path, point of no return. */
#include "search/search.h"

#include <string.h>

#include "base/clock.h"
#include "search/checkpoint.h"
#include "search/kind.h"
#include "search/run.h"

enum {
    AFTER_FOUND_FACTOR = 4,    /* after a violation, go on for this many times the states seen so far … */
    AFTER_FOUND_LEAST = 20000, /* … and at least so many: small spaces are completed, large ones not waited for */
    DOOM_STATES_MAX = 2000000,
    PLAIN_STATES_MAX = 100000, /* searched without reduction for a better counterexample than a reduced search's */
    LIMIT_PATIENCE = 1 << 26,  /* LIM-15: slots of all states, when a limit of the simulation rules "ok" out anyway */
    TICKS_PER_CLOCK = 256,
    SIEVE_MARGIN = 4096, /* steps of one state */
};

/* ---- judging states ---- */

bool run_follows(const struct model_step *step)
{
    return step->effect->trouble == MODEL_FINE;
}

static unsigned kind_bit(const struct search_run *run, enum search_kind kind)
{
    return run->options->properties & kind_property(kind) ? 1U << kind : 0;
}

void run_judge_steps(const struct search_run *run, const struct model_expansion *e, struct search_verdict *v)
{
    v->transitions += e->steps.count;
    v->reduced |= e->reduced;
    for (size_t i = 0; i < e->steps.count; i++) {
        const struct model_effect *effect = e->steps.items[i].effect;
        v->limit_met |= effect->limit || effect->trouble == MODEL_LIMIT;
        if (effect->trouble != MODEL_FINE && effect->trouble != MODEL_LIMIT)
            v->kinds |= kind_bit(run, kind_of_trouble(effect->trouble));
    }
    if (model_is_deadlock(e))
        v->kinds |= kind_bit(run, FOUND_DEADLOCK);
}

bool run_asks_stuck(const struct search_run *run, const struct model_expansion *e)
{
    return e->blocked && e->steps.count && !(run->kinds >> FOUND_STUCK & 1) &&
           (run->options->properties & PROPERTY_STUCK);
}

void run_judge(struct search_run *run, struct search_verdict *v)
{
    const struct model_expansion *e = &run->space.expansion;
    run_judge_steps(run, e, v);
    if (!run_asks_stuck(run, e))
        return;
    if (e->status.count > run->stuck_room) {
        run->stuck_room = (uint32_t)e->status.count * 2;
        run->stuck_tasks = mem_grow(run->stuck_tasks, run->stuck_room);
    }
    uint64_t learned = model_learned(run->model);
    if (model_stuck(run->model, run->space.vector, run->space.width, e, run->stuck_tasks))
        v->kinds |= 1U << FOUND_STUCK;
    if (model_learned(run->model) != learned)
        space_lesson(&run->space, LESSON_STUCK, store_encode(run->space.store, run->space.vector, run->space.width),
                     learned);
}

bool run_flags_good(const struct search_run *run)
{
    return run->options->store == SEARCH_EXACT && (run->options->properties & (PROPERTY_STUCK | PROPERTY_LIVELOCK)) &&
           !run->kinds;
}

bool expansion_is_good(const struct model_expansion *e)
{
    return !e->blocked && (!e->status.count || !memchr(e->status.items, TASK_HELD, e->status.count)) &&
           model_makes_progress(e);
}

void run_note(struct search_run *run, const struct search_verdict *v)
{
    run->result->transitions += v->transitions;
    run->result->limit_met |= v->limit_met;
    run->result->reduced |= v->reduced;
    if (v->kinds && !run->kinds)
        run->found_states = store_count(run->space.store);
    run->kinds |= v->kinds;
}

bool run_has_no_patience(const struct search_run *run)
{
    return (run->limit_ahead || run->result->limit_met) &&
           store_count(run->space.store) * run->space.width > LIMIT_PATIENCE;
}

bool run_is_over(struct search_run *run, uint64_t depth)
{
    const struct search_options *o = run->options;
    struct search_result *r = run->result;
    uint64_t states = store_count(run->space.store);
    bool found = run->kinds != 0;
    if (found && states > run->found_states * AFTER_FOUND_FACTOR && states > run->found_states + AFTER_FOUND_LEAST)
        r->stop = STOP_FOUND;
    else if (run_has_no_patience(run))
        r->stop = STOP_LIMIT;
    else if (o->max_states && states >= o->max_states)
        r->stop = STOP_STATES;
    else if (o->max_depth && depth >= o->max_depth)
        r->stop = STOP_DEPTH;
    return r->stop != STOP_NOT;
}

bool run_must_stop(struct search_run *run, uint64_t depth, uint64_t frontier, uint64_t transitions)
{
    const struct search_options *o = run->options;
    struct search_result *r = run->result;
    if (run->ticks++ % TICKS_PER_CLOCK)
        return r->stop != STOP_NOT;
    size_t bytes = mem_bytes();
    double seconds = clock_seconds() - run->began;
    run->checkpoint_now = run->options->order == SEARCH_DEPTH && checkpoint_is_due(run);
    if (run->bytes_max && bytes > run->bytes_max)
        r->stop = STOP_MEMORY;
    else if (o->seconds > 0 && seconds > o->seconds)
        r->stop = STOP_TIME;
    struct search_progress p = {
        store_count(run->space.store), r->transitions + transitions, depth, frontier, seconds, bytes};
    if (o->progress && !o->progress(o->context, &p))
        r->stop = STOP_INTERRUPTED;
    return r->stop != STOP_NOT;
}

/* Whether the reduction relied on something wrong. */
static bool is_outdated(const struct search_run *run)
{
    return run->space.reduction != MODEL_REDUCE_NOTHING && model_reduction_epoch(run->model) != run->epoch;
}

bool run_is_stale(struct search_run *run)
{
    const uint32_t *sources;
    if (!model_stale_reads(run->model, &sources) && !is_outdated(run))
        return false;
    run->result->stop = STOP_STALE;
    return true;
}

/* ---- after the search ---- */

/* The first state, in breadth-first order, that shows one of the wanted kinds: what all orders of search agree on. */
struct target {
    const struct search_run *run;
    unsigned kinds;
    enum search_kind kind;
    bool by_step;
    uint32_t task, outcome; /* of the step that shows it */
    uint8_t *stuck;
    uint32_t room;
};

static bool hit_step(struct target *t, const struct model_expansion *e)
{
    for (size_t i = 0; i < e->steps.count; i++) {
        const struct model_step *step = &e->steps.items[i];
        enum search_kind kind = kind_of_trouble(step->effect->trouble);
        if (kind == FOUND_NOTHING || !(t->kinds >> kind & 1))
            continue;
        t->kind = kind;
        t->by_step = true;
        t->task = step->task;
        t->outcome = step->effect->outcome;
        return true;
    }
    return false;
}

static bool hit_kind(void *context, struct space *space, uint64_t key)
{
    struct target *t = context;
    const struct model_expansion *e = &space->expansion;
    (void)key;
    if (hit_step(t, e))
        return true;
    if (model_is_deadlock(e)) {
        t->kind = FOUND_DEADLOCK;
        return t->kinds >> FOUND_DEADLOCK & 1;
    }
    if (!(t->kinds >> FOUND_STUCK & 1) || !e->blocked)
        return false;
    if (e->status.count > t->room) {
        t->room = (uint32_t)e->status.count * 2;
        t->stuck = mem_grow(t->stuck, t->room);
    }
    t->kind = FOUND_STUCK;
    return model_stuck(space->model, space->vector, space->width, e, t->stuck) > 0;
}

struct mark {
    const struct stuck_states *states;
    unsigned property;
};

static bool hit_mark(void *context, struct space *space, uint64_t key)
{
    const struct mark *mark = context;
    (void)space;
    return stuck_properties(mark->states, key) & mark->property;
}

/* Who the verdict is about, in the last state of the path. */
static void name_culprits(struct search_run *run)
{
    struct search_result *r = run->result;
    struct model *m = run->model;
    struct model_expansion e = {0};
    const uint32_t *last = r->path.states + r->path.length * r->path.width;
    model_expand(m, last, r->path.width, &e);
    r->culprit_count = model_tasks(m);
    r->culprits = mem_zero(r->culprit_count, 1);
    for (uint32_t t = 0; t < e.status.count; t++)
        if (r->kind == FOUND_DEADLOCK)
            r->culprits[t] = e.status.items[t] == TASK_BLOCKED;
        else if (r->kind != FOUND_STUCK)
            r->culprits[t] = model_task_trouble(m, last, r->path.width, t) != MODEL_FINE;
    if (r->kind == FOUND_STUCK && e.blocked) {
        uint8_t *stuck = mem_zero(r->culprit_count, 1);
        if (model_stuck(m, last, r->path.width, &e, stuck))
            memcpy(r->culprits, stuck, e.status.count);
        mem_free(stuck);
    }
    model_expansion_free(&e);
}

/* After a reduced search has found something: the plain search, as far as it gets, says it by a shortest path. True if
 * it did. */
static bool find_plainly(struct search_run *run)
{
    struct search_result *r = run->result, plain;
    struct search_options o = *run->options;
    if (run->space.reduction == MODEL_REDUCE_NOTHING)
        return false;
    o.reduction_off = true;
    o.order = SEARCH_BREADTH;
    o.visited = NULL;
    o.checkpoint = NULL;
    o.resume = NULL;
    o.store = SEARCH_EXACT;
    if (!o.max_states || o.max_states > PLAIN_STATES_MAX)
        o.max_states = PLAIN_STATES_MAX;
    search_run(run->model, &o, &plain);
    bool found = plain.kind != FOUND_NOTHING;
    if (found) {
        r->kind = plain.kind;
        r->path = plain.path;
        r->shortest = plain.shortest;
        r->culprits = plain.culprits;
        r->culprit_count = plain.culprit_count;
        r->no_return_known = plain.no_return_known;
        r->no_return = plain.no_return;
        plain.path = (struct search_path){0};
        plain.culprits = NULL;
    }
    search_result_free(&plain);
    return found;
}

/* Reports the first violation of the kinds met. */
static void find_violation(struct search_run *run, unsigned kinds)
{
    struct search_result *r = run->result;
    struct target t = {.run = run, .kinds = kinds};
    bool plain = run->space.reduction == MODEL_REDUCE_NOTHING;
    if (trail_shortest(&run->space, hit_kind, &t, 0, &r->path)) {
        r->kind = t.kind;
        r->shortest = plain && t.kind != FOUND_STUCK; /* the first tier sees it late */
        if (t.by_step)
            trail_append(run->model, &r->path, t.task, t.outcome);
        name_culprits(run);
        run->space.reduction = MODEL_REDUCE_NOTHING; /* the point of no return is about all schedules */
        if (r->kind != FOUND_STUCK)
            r->no_return_known =
                doom_find(&run->space, &r->path, plain ? DOOM_STATES_MAX : PLAIN_STATES_MAX, &r->no_return);
    }
    mem_free(t.stuck);
}

/* Stuck before livelock: who waits for one that goes round for ever says more. */
static void exact_stuck(struct search_run *run)
{
    struct search_result *r = run->result;
    store_lift_limit(run->space.store);
    struct stuck_states stuck;
    stuck_exact(&run->space, search_threads(run->options), &stuck);
    unsigned found = stuck.found & run->options->properties;
    if (found && !find_plainly(run)) {
        struct mark mark = {&stuck, found & PROPERTY_STUCK ? PROPERTY_STUCK : PROPERTY_LIVELOCK};
        trail_shortest(&run->space, hit_mark, &mark, 0, &r->path);
        r->kind = mark.property == PROPERTY_STUCK ? FOUND_STUCK : FOUND_NO_PROGRESS;
        r->shortest = run->space.reduction == MODEL_REDUCE_NOTHING;
        name_culprits(run);
        const uint32_t *last = r->path.states + r->path.length * r->path.width;
        const struct stuck_question all = {.reduction = run->space.reduction, .properties = mark.property};
        stuck_from(run->model, &all, last, r->path.width, r->culprits);
    }
    stuck_states_free(&stuck);
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
    if (r->kind != FOUND_NOTHING)
        name_culprits(run);
}

static void conclude(struct search_run *run)
{
    struct search_result *r = run->result;
    r->states = store_count(run->space.store);
    r->store_bytes = store_bytes_allocated(run->space.store);
    r->store_bytes_used = store_bytes_used(run->space.store);
    if (run_is_stale(run))
        return;
    if (store_sieve(run->space.store)) {
        if (r->stop == STOP_MEMORY && !sieve_room(store_sieve(run->space.store), r->states + SIEVE_MARGIN))
            r->stop = STOP_TABLE;
        r->omitted = sieve_omitted(store_sieve(run->space.store), r->states);
        r->stop = r->stop == STOP_NOT && !r->limit_met ? STOP_PARTIAL : r->stop; /* PART-02 */
    }
    r->complete = r->stop == STOP_NOT && !r->limit_met;
    if (run->kinds)
        store_drop_set(run->space.store); /* MEM-03: the way there is searched for anew, and takes memory of its own */
    unsigned grave = run->kinds & ~(1U << FOUND_STUCK);
    if (run->kinds) {
        if (!find_plainly(run))
            find_violation(run, grave ? grave
                                      : run->kinds); /* a hang of some tasks matters where nothing worse comes of it */
    } else if (r->complete && (run->options->properties & (PROPERTY_STUCK | PROPERTY_LIVELOCK))) {
        exact_stuck(run);
    }
    if (r->stop == STOP_NOT && r->limit_met)
        r->stop = STOP_LIMIT;
}

static enum model_reduction reduction_for(const struct search_options *o)
{
    if (o->reduction_off)
        return MODEL_REDUCE_NOTHING;
    return o->properties & ~(unsigned)PROPERTY_DEADLOCK ? MODEL_REDUCE_ALL : MODEL_REDUCE_DEADLOCKS;
}

/* THR-01, PART-04: what a partial search leaves out depends on the order in which states come (PART-04). */
unsigned search_threads(const struct search_options *o)
{
    return o->order == SEARCH_DEPTH || o->store != SEARCH_EXACT || !o->threads ? 1 : o->threads;
}

static void begin(struct search_run *run)
{
    const struct search_options *o = run->options;
    space_init(&run->space, run->model, run->bytes_max);
    run->space.reduction = reduction_for(o);
    if (o->compression_off)
        store_flatten(run->space.store);
    if (o->store == SEARCH_EXACT)
        return;
    size_t bytes = o->table_bytes;
    if (run->bytes_max && bytes > run->bytes_max / 2)
        bytes = run->bytes_max / 2;
    store_make_partial(run->space.store, sieve_create(o->store == SEARCH_COMPACT ? SIEVE_COMPACT : SIEVE_BITS, bytes));
}

/* False if all of it was for nothing, as the reduction relied on something wrong. */
static bool search_once(struct model *m, const struct search_options *options, unsigned restarts,
                        struct search_result *r)
{
    memset(r, 0, sizeof *r);
    struct search_run run = {.model = m,
                             .options = options,
                             .result = r,
                             .epoch = model_reduction_epoch(m),
                             .restarts = restarts,
                             .began = clock_seconds()};
    run.space.reduction = reduction_for(options);
    run.checkpoint_at = run.began;
    if (options->max_memory)
        run.bytes_max = /* MEM-01 */
            options->max_memory > options->foreign_memory ? options->max_memory - options->foreign_memory : 1;
    mem_watch();
    r->limit_met = model_initial(m)->limit;
    if (options->resume)
        checkpoint_restore(&run);
    else
        begin(&run);
    if (r->stop != STOP_UNRESUMED && model_initial(m)->trouble != MODEL_FINE) {
        initial_trouble(&run, model_initial(m)->trouble);
    } else if (r->stop != STOP_UNRESUMED) {
        if (options->order == SEARCH_DEPTH)
            search_depth(&run);
        else
            search_breadth(&run);
        if (options->visited && !is_outdated(&run))
            options->visited(options->visited_context, &run.space);
        if (r->stop != STOP_UNRESUMED)
            conclude(&run);
    }
    if (mem_bytes_most() > r->peak_bytes)
        r->peak_bytes = mem_bytes_most();
    r->seconds = run.seconds_before + clock_seconds() - run.began;
    bool outdated = is_outdated(&run);
    space_free(&run.space);
    mem_free(run.stuck_tasks);
    return !outdated;
}

/* The searches that came to nothing before the one that a checkpoint is of: what they taught the model counts. False if
 * one of them comes to something now. */
static bool repeat_restarts(struct model *m, const struct search_options *options, unsigned restarts)
{
    struct search_options o = *options;
    struct search_result r;
    bool same = true;
    o.resume = NULL;
    o.checkpoint = NULL;
    for (unsigned i = 0; same && i < restarts; i++) {
        same = !search_once(m, &o, i, &r);
        search_result_free(&r);
    }
    return same;
}

void search_run(struct model *m, const struct search_options *options, struct search_result *r)
{
    struct search_options o = *options;
    unsigned restarts = o.resume ? checkpoint_restarts(o.resume) : 0;
    if (!repeat_restarts(m, &o, restarts)) {
        memset(r, 0, sizeof *r);
        r->stop = STOP_UNRESUMED;
        return;
    }
    while (!search_once(m, &o, restarts, r)) {
        search_result_free(r);
        o.resume = NULL;
        restarts++;
    }
}

void search_result_free(struct search_result *r)
{
    mem_free(r->path.states);
    mem_free(r->path.steps);
    mem_free(r->culprits);
    mem_free(r->checkpoint_failed);
    memset(r, 0, sizeof *r);
}

struct model_path search_model_path(const struct search_path *p)
{
    return (struct model_path){.states = p->states, .width = p->width, .steps = p->steps, .length = p->length};
}
