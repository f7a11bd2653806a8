/* The quick part of the second tier of stuck: see stuck_chase in run.h.
 *
 * Most states are good, and one good successor shows it. Each thread follows several chains of states at once, by
 * turns, so that the place of the next state of one is fetched while the others go on. A chain grows by a successor
 * that no chain has been to (a note in the store says so), ends well at a state that is good, and then so are all
 * states on it; it shrinks where a state has no such successor. What is left without a flag has been on a chain that
 * ended nowhere, or beside the way of another: stuck.c decides.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "search/run.h"

enum { CHAINS = 8, BLOCK_PLACES = 4096 };

struct link {
    uint64_t key;
    size_t place;
    uint32_t tried; /* steps */
    bool known;     /* it was glanced at, which was not enough */
};

struct chain {
    VEC_OF(struct link) links; /* none: the chain is free */
    uint64_t next;             /* the key to look at; 0: none yet */
};

struct chaser {
    struct chase *all;
    pthread_t thread;
    struct store_cursor cursor;
    uint32_t *vector;
    struct model_expansion e;
    struct chain chains[CHAINS];
    size_t at, end; /* places to begin at */
    char apart[CACHE_LINE];
};

struct chase {
    struct space *space;
    _Atomic size_t taken; /* places */
};

static void chain_is_good(struct chaser *c, struct chain *chain)
{
    for (size_t i = 0; i < chain->links.count; i++)
        store_raise_flag_at(c->all->space->store, chain->links.items[i].place);
    chain->links.count = 0;
}

static void chain_follow(struct chaser *c, struct chain *chain, const struct model_step *step)
{
    struct space *space = c->all->space;
    chain->next = space_successor_at(space, &c->cursor, step);
    store_prefetch(space->store, chain->next);
}

/* Whether a glance at the last state of a chain was enough, the first time it is looked at. */
static bool chain_glance(struct chaser *c, struct chain *chain)
{
    struct space *space = c->all->space;
    struct link *last = &chain->links.items[chain->links.count - 1];
    struct model_step step;
    if (last->known || space->reduction != MODEL_REDUCE_NOTHING)
        return false;
    last->known = true;
    switch (model_glance(space->model, c->vector, space->width, (uint32_t)chain->links.count, &step)) {
    case GLANCE_FREE:
        chain_is_good(c, chain);
        return true;
    case GLANCE_STEP:
        chain_follow(c, chain, &step);
        return true;
    case GLANCE_UNKNOWN:
        break;
    }
    return false;
}

/* Looks for a way on from the last state of a chain; without one the chain loses it. */
static void chain_expand(struct chaser *c, struct chain *chain)
{
    struct space *space = c->all->space;
    struct link *last = &chain->links.items[chain->links.count - 1];
    chain->next = 0;
    store_load_at(space->store, &c->cursor, last->key, c->vector);
    if (chain_glance(c, chain))
        return;
    if (!space_expand_known(space, c->vector, &c->e)) {
        chain->links.count--; /* cannot be on a complete space */
        return;
    }
    if (expansion_is_good(&c->e)) {
        chain_is_good(c, chain);
        return;
    }
    uint32_t steps = (uint32_t)c->e.steps.count;
    while (last->tried < steps) {
        /* Another task each time: who follows one task alone goes in circles. */
        const struct model_step *step = &c->e.steps.items[(chain->links.count + last->tried++) % steps];
        if (!run_follows(step))
            continue;
        chain_follow(c, chain, step);
        return;
    }
    chain->links.count--;
}

static void chain_enter(struct chaser *c, struct chain *chain, uint64_t key, size_t place)
{
    VEC_PUSH(&chain->links, ((struct link){.key = key, .place = place}));
    chain_expand(c, chain);
}

/* A state to begin at; false if there is none left. */
static bool begin(struct chaser *c, struct chain *chain)
{
    struct store *store = c->all->space->store;
    size_t places = store_places(store);
    for (;; c->at++) {
        if (c->at == c->end) {
            c->at = atomic_fetch_add(&c->all->taken, BLOCK_PLACES);
            c->end = c->at + BLOCK_PLACES < places ? c->at + BLOCK_PLACES : places;
            if (c->at >= places) {
                c->at = c->end = places;
                return false;
            }
        }
        uint64_t key = store_key_at(store, c->at);
        if (key && !store_has_flag_at(store, c->at) && store_note_at(store, c->at)) {
            chain_enter(c, chain, key, c->at++);
            return true;
        }
    }
}

/* One turn of a chain; false if it is at its end, and nothing is left to begin. */
static bool turn(struct chaser *c, struct chain *chain)
{
    struct store *store = c->all->space->store;
    if (!chain->links.count)
        return begin(c, chain);
    if (!chain->next) {
        chain_expand(c, chain);
        return true;
    }
    size_t place = store_place(store, chain->next);
    if (store_has_flag_at(store, place))
        chain_is_good(c, chain);
    else if (store_note_at(store, place))
        chain_enter(c, chain, chain->next, place);
    else
        chain_expand(c, chain);
    return true;
}

static void *chaser_run(void *argument)
{
    struct chaser *c = argument;
    for (bool more = true; more;) {
        more = false;
        for (unsigned i = 0; i < CHAINS; i++)
            more |= turn(c, &c->chains[i]);
    }
    return NULL;
}

void stuck_chase(struct space *space, unsigned threads)
{
    struct chase all = {.space = space};
    struct chaser *chasers = mem_zero(threads, sizeof *chasers);
    unsigned started = 1;
    for (unsigned i = 0; i < threads; i++) {
        chasers[i].all = &all;
        chasers[i].vector = mem_zero(space->width, sizeof(uint32_t));
    }
    for (; started < threads; started++)
        if (pthread_create(&chasers[started].thread, NULL, chaser_run, &chasers[started]) != 0)
            break;
    chaser_run(&chasers[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(chasers[i].thread, NULL);
    for (unsigned i = 0; i < threads; i++) {
        store_retire(space->store, &chasers[i].cursor);
        store_cursor_free(&chasers[i].cursor);
        mem_free(chasers[i].vector);
        model_expansion_free(&chasers[i].e);
        for (unsigned j = 0; j < CHAINS; j++)
            VEC_FREE(&chasers[i].chains[j].links);
    }
    mem_free(chasers);
}
