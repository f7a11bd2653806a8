/* See level.h. Tables grow at a gate: a thread that finds no room asks for it, all threads come to rest at their next
 * state, and the last one to arrive grows the tables. Threads report their new states by the hundred, as the count is
 * one place for all of them. Near the point where the table is to grow each reports at once: that point is the same
 * however many there are. */
#include "search/level.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum {
    BLOCK_STATES = 64,
    PARALLEL_LEAST = 2048, /* smaller levels are not worth the threads */
    REPORT_AT = 256        /* new states */
};

struct missed {
    uint64_t hash; /* of the state's components: the order in which they are worked out */
    uint64_t key;
};

struct worker {
    struct level_workers *all;
    pthread_t thread;
    struct store_cursor cursor;
    uint32_t *vector;
    uint32_t width;
    struct model_expansion e;
    vec_u64 keys, marks, next;
    VEC_OF(struct missed) missed;
    struct search_verdict verdict;
    size_t added; /* states not reported yet */
    uint8_t *stuck;
    uint32_t stuck_room;
    char apart[CACHE_LINE];
};

struct level_workers {
    struct search_run *run;
    unsigned count, active; /* workers made, and running in this level */
    struct worker *workers;
    const vec_u64 *level;
    size_t block;         /* states handed out at once */
    _Atomic size_t taken; /* states handed out */
    _Atomic bool growing, stopping;
    _Atomic bool exact; /* new states are reported at once */
    pthread_mutex_t lock;
    pthread_cond_t resume;
    unsigned resting;
    uint64_t generation;
    _Atomic size_t most_states, most_writes; /* what any thread has asked for at once */
    size_t want_states, want_writes;
    bool flags; /* good states are flagged */
};

struct level_workers *level_workers_create(struct search_run *run, unsigned threads)
{
    struct level_workers *w = mem_zero(1, sizeof *w);
    w->run = run;
    w->count = threads ? threads : 1;
    w->block = run->options->parallel_least ? 1 : BLOCK_STATES;
    w->most_states = run->most_states;
    w->most_writes = run->most_writes;
    w->workers = mem_zero(w->count, sizeof *w->workers);
    for (unsigned i = 0; i < w->count; i++)
        w->workers[i].all = w;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->resume, NULL);
    return w;
}

void level_workers_destroy(struct level_workers *w)
{
    for (unsigned i = 0; i < w->count; i++) {
        struct worker *one = &w->workers[i];
        store_retire(w->run->space.store, &one->cursor);
        store_cursor_free(&one->cursor);
        mem_free(one->vector);
        mem_free(one->stuck);
        model_expansion_free(&one->e);
        VEC_FREE(&one->keys);
        VEC_FREE(&one->marks);
        VEC_FREE(&one->next);
        VEC_FREE(&one->missed);
    }
    mem_free(w->workers);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->resume);
    mem_free(w);
}

void level_workers_rest(struct level_workers *w)
{
    for (unsigned i = 0; i < w->count; i++)
        store_retire(w->run->space.store, &w->workers[i].cursor);
}

/* ---- the gate ---- */

/* All running threads are at rest. Called with the lock. */
static void gate_open(struct level_workers *w)
{
    struct store *store = w->run->space.store;
    bool enough = store_room(store, w->want_states, w->want_writes);
    if (w->want_states && !store_grow(store, w->want_states, w->want_writes)) {
        w->run->result->stop = STOP_MEMORY;
        w->stopping = true;
    }
    w->exact = enough || w->active == 1;
    w->want_states = w->want_writes = 0;
    w->growing = false;
    w->resting = 0;
    w->generation++;
    pthread_cond_broadcast(&w->resume);
}

static void report(struct worker *one)
{
    store_added(one->all->run->space.store, one->added);
    one->added = 0;
}

static void gate_rest(struct level_workers *w)
{
    pthread_mutex_lock(&w->lock);
    w->want_states = w->most_states * w->count;
    w->want_writes = w->most_writes * w->count;
    w->growing = true;
    uint64_t generation = w->generation;
    if (++w->resting == w->active)
        gate_open(w);
    while (generation == w->generation)
        pthread_cond_wait(&w->resume, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

static void gate_leave(struct level_workers *w)
{
    pthread_mutex_lock(&w->lock);
    w->active--;
    if (w->active && w->resting == w->active)
        gate_open(w);
    pthread_mutex_unlock(&w->lock);
}

/* ---- one worker ---- */

static void put_aside(struct worker *one, uint64_t key)
{
    struct missed m = {.hash = hash_bytes(one->vector, one->width * sizeof *one->vector), .key = key};
    VEC_PUSH(&one->missed, m);
}

/* Asks the first tier of stuck; false if the model does not remember enough. */
static bool judge_stuck(struct worker *one)
{
    const struct search_run *run = one->all->run;
    if (!run_asks_stuck(run, &one->e))
        return true;
    if (one->e.status.count > one->stuck_room) {
        one->stuck_room = (uint32_t)one->e.status.count * 2;
        one->stuck = mem_grow(one->stuck, one->stuck_room);
    }
    int stuck = model_stuck_known(run->model, one->vector, one->width, &one->e, one->stuck);
    if (stuck > 0)
        one->verdict.kinds |= 1U << FOUND_STUCK;
    return stuck >= 0;
}

/* The new ones go to one->next. True if one of the others is known to be good. */
static bool insert_keys(struct worker *one, bool flags)
{
    struct store *store = one->all->run->space.store;
    const uint64_t *marks = one->marks.items;
    bool good = false;
    for (size_t i = 0; i < one->keys.count; i++)
        if (flags ? store_insert_flagged(store, marks[i], &good) : store_insert_at(store, marks[i]))
            one->next.items[one->next.count++] = one->keys.items[i];
    return good;
}

static void insert_successors(struct worker *one, uint64_t from)
{
    struct space *space = &one->all->run->space;
    bool flags = one->all->flags;
    one->keys.count = 0;
    VEC_RESERVE(&one->keys, one->e.steps.count);
    VEC_RESERVE(&one->marks, one->e.steps.count);
    for (size_t i = 0; i < one->e.steps.count; i++) {
        if (!run_follows(&one->e.steps.items[i]))
            continue;
        uint64_t key = space_successor_at(space, &one->cursor, &one->e.steps.items[i]);
        uint64_t mark = store_mark(space->store, &one->cursor, key);
        store_prefetch(space->store, mark);
        one->marks.items[one->keys.count] = mark;
        one->keys.items[one->keys.count++] = key;
    }
    size_t before = one->next.count;
    VEC_RESERVE(&one->next, before + one->keys.count);
    bool good = insert_keys(one, flags) || (flags && expansion_is_good(&one->e));
    if (good)
        store_raise_flag(space->store, from);
    one->added += one->next.count - before;
    if (one->all->exact || one->added >= REPORT_AT)
        report(one);
}

static void raise_to(_Atomic size_t *most, size_t value)
{
    size_t now = atomic_load_explicit(most, memory_order_relaxed);
    while (now < value && !atomic_compare_exchange_weak(most, &now, value))
        ;
}

/* Room for the largest need of every thread: what others use up meanwhile still leaves this one its own. */
static bool has_room(const struct level_workers *all)
{
    size_t states = all->most_states + (all->exact ? 0 : REPORT_AT);
    return store_room(all->run->space.store, states * all->count, all->most_writes * all->count);
}

static void expand_one(struct worker *one, uint64_t key)
{
    struct level_workers *all = one->all;
    struct search_run *run = all->run;
    store_load_at(run->space.store, &one->cursor, key, one->vector);
    if (!space_expand_known(&run->space, one->vector, &one->e) || !judge_stuck(one)) {
        put_aside(one, key);
        return;
    }
    size_t states = one->e.steps.count, writes = space_writes(&one->e);
    raise_to(&all->most_states, states);
    raise_to(&all->most_writes, writes);
    while (all->growing || !has_room(all)) {
        report(one);
        gate_rest(all);
        if (all->stopping)
            return;
    }
    run_judge_steps(run, &one->e, &one->verdict);
    insert_successors(one, key);
}

static void *worker_run(void *argument)
{
    struct worker *one = argument;
    struct level_workers *all = one->all;
    bool first = one == &all->workers[0];
    for (size_t at; !all->stopping && (at = atomic_fetch_add(&all->taken, all->block)) < all->level->count;) {
        size_t end = at + all->block < all->level->count ? at + all->block : all->level->count;
        for (; at < end && !all->stopping; at++) {
            if (first && run_must_stop(all->run, all->run->result->depth, all->level->count - at + one->next.count,
                                       one->verdict.transitions))
                all->stopping = true;
            else
                expand_one(one, all->level->items[at]);
        }
    }
    report(one);
    gate_leave(all);
    return NULL;
}

static void worker_prepare(struct worker *one)
{
    uint32_t width = one->all->run->space.width;
    if (one->width != width) {
        one->vector = mem_grow(one->vector, width * sizeof *one->vector);
        one->width = width;
    }
    one->next.count = one->missed.count = 0;
    one->verdict = (struct search_verdict){0};
}

/* ---- a level ---- */

static int by_hash(const void *a, const void *b)
{
    const struct missed *x = a, *y = b;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

/* States whose steps have to be worked out, by one thread, in the order of their hashes. */
static bool expand_missed(struct level_workers *w, vec_u64 *next)
{
    struct search_run *run = w->run;
    VEC_OF(struct missed) missed = {0};
    vec_u64 keys = {0};
    for (unsigned i = 0; i < w->count; i++)
        for (size_t j = 0; j < w->workers[i].missed.count; j++)
            VEC_PUSH(&missed, w->workers[i].missed.items[j]);
    if (missed.count)
        qsort(missed.items, missed.count, sizeof *missed.items, by_hash);
    for (size_t i = 0; i < missed.count; i++)
        VEC_PUSH(&keys, missed.items[i].key);
    unsigned lists = run->space.list_count;
    space_register(&run->space, &keys);
    bool good = true;
    for (size_t i = 0; good && i < keys.count; i++) {
        struct search_verdict v = {0};
        good = !run_must_stop(run, run->result->depth, keys.count - i + next->count, 0);
        uint64_t key = keys.items[i]; /* a copy: the list is translated when slots turn up, and so is this */
        if (good && !space_expand(&run->space, &key)) {
            run->result->stop = STOP_MEMORY;
            good = false;
        }
        if (!good)
            break;
        run_judge(run, &v);
        run_note(run, &v);
        if (run_has_no_patience(run)) { /* where each state teaches something one level may be hopeless */
            run->result->stop = STOP_LIMIT;
            good = false;
        }
        const struct model_expansion *e = &run->space.expansion;
        if (w->flags && expansion_is_good(e))
            store_raise_flag(run->space.store, key);
        for (size_t s = 0; s < e->steps.count; s++) {
            if (!run_follows(&e->steps.items[s]))
                continue;
            uint64_t to = space_successor(&run->space, &e->steps.items[s]);
            if (space_insert(&run->space, to))
                VEC_PUSH(next, to);
        }
    }
    run->space.list_count = lists;
    VEC_FREE(&keys);
    VEC_FREE(&missed);
    return good;
}

bool level_expand(struct level_workers *w, vec_u64 *level, vec_u64 *next)
{
    struct search_run *run = w->run;
    /* Until the layout has had its last review everything is small, and its samples must come in a fixed order. */
    uint64_t least = run->options->parallel_least;
    bool parallel =
        least ? level->count >= least : level->count >= PARALLEL_LEAST && run->space.layout_at == SPACE_REVIEWED;
    unsigned threads = parallel ? w->count : 1;
    w->level = level;
    w->taken = 0;
    w->stopping = false;
    w->flags = run_flags_good(run);
    w->active = threads;
    w->exact = threads == 1;
    for (unsigned i = 0; i < w->count; i++)
        worker_prepare(&w->workers[i]);
    unsigned started = 1;
    for (; started < threads; started++)
        if (pthread_create(&w->workers[started].thread, NULL, worker_run, &w->workers[started]) != 0)
            break;
    if (started < threads) {
        pthread_mutex_lock(&w->lock);
        w->active -= threads - started; /* the host gives no more threads: fewer do the same */
        pthread_mutex_unlock(&w->lock);
    }
    worker_run(&w->workers[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(w->workers[i].thread, NULL);
    for (unsigned i = 0; i < w->count; i++) {
        run_note(run, &w->workers[i].verdict);
        size_t count = w->workers[i].next.count;
        if (!next->count) { /* without a copy */
            vec_u64 old = *next;
            *next = w->workers[i].next;
            w->workers[i].next = old;
            continue;
        }
        VEC_RESERVE(next, next->count + count);
        if (count)
            memcpy(next->items + next->count, w->workers[i].next.items, count * sizeof *next->items);
        next->count += count;
    }
    run->most_states = w->most_states;
    run->most_writes = w->most_writes;
    return !w->stopping && expand_missed(w, next);
}
