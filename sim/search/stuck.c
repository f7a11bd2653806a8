/* Second tier of `stuck`, exact: a task is stuck in a state from which no reachable state lets it move.
 *
 * A state is *good* if every task that lives in it can still move in some reachable state (idle ones need not). Every
 * state that reaches a good state is good, so one good successor is enough, and the search that looks for it touches
 * about one successor a state. States that find none are closed in strongly connected components (path-based: Gabow,
 * Path-based depth-first search for strong and biconnected components, 2000) with the set of tasks that can still move
 * from them; these are the stuck ones.
 *
 * Deviation: a component is declared good as soon as the tasks that can move in it cover all, before it is finished;
 * then everything on the path is good as well, and the search starts afresh.
 */
#include <assert.h>
#include <string.h>

#include "search/run.h"

enum { MARK_NONE, MARK_PATH, MARK_GOOD, MARK_STUCK };

struct component {
    size_t first; /* index of its first state on the stack */
};

struct exact {
    struct space *space;
    uint8_t *marks;        /* by place: MARK_... */
    uint32_t *at;          /* by place: of MARK_PATH the index on the stack, of MARK_STUCK that of its set */
    uint32_t words;        /* of a task set */
    vec_u64 keys;          /* the stack: states that are not closed yet */
    VEC_OF(size_t) places; /* of the stack's states */
    VEC_OF(struct component) components; /* on the stack, each reaching the next */
    vec_u64 movable;     /* [components][words] tasks that can move in it or in what is closed behind it */
    vec_u32 calls, next; /* states being walked, as stack indices, and the next step of each */
    vec_u64 sets;        /* [closed components][words] */
    uint64_t stuck;
};

/* The tasks that need no later move to be fine in the state just expanded, as bits. */
static void movable_now(const struct exact *x, uint64_t *set)
{
    const struct model_expansion *e = &x->space->expansion;
    for (uint32_t w = 0; w < x->words; w++)
        set[w] = UINT64_MAX;
    for (uint32_t t = 0; t < e->status.count; t++)
        if (e->status.items[t] == TASK_BLOCKED || e->status.items[t] == TASK_HELD)
            set[t / 64] &= ~(UINT64_C(1) << (t % 64));
}

static uint64_t *top_set(struct exact *x)
{
    return x->movable.items + (x->components.count - 1) * x->words;
}

static void top_add(struct exact *x, const uint64_t *set)
{
    for (uint32_t w = 0; w < x->words; w++)
        top_set(x)[w] |= set[w];
}

static bool top_covers_all(struct exact *x)
{
    for (uint32_t w = 0; w < x->words; w++)
        if (~top_set(x)[w])
            return false;
    return true;
}

static void all_good(struct exact *x)
{
    for (size_t i = 0; i < x->places.count; i++)
        x->marks[x->places.items[i]] = MARK_GOOD;
    x->keys.count = x->places.count = x->components.count = x->movable.count = x->calls.count = x->next.count = 0;
}

static void push(struct exact *x, uint64_t key, size_t place)
{
    x->marks[place] = MARK_PATH;
    x->at[place] = (uint32_t)x->keys.count;
    VEC_PUSH(&x->calls, (uint32_t)x->keys.count);
    VEC_PUSH(&x->next, 0);
    VEC_PUSH(&x->components, ((struct component){.first = x->keys.count}));
    VEC_PUSH(&x->keys, key);
    VEC_PUSH(&x->places, place);
    for (uint32_t w = 0; w < x->words; w++)
        VEC_PUSH(&x->movable, 0);
}

static void top_drop(struct exact *x)
{
    x->components.count--;
    x->movable.count -= x->words;
}

/* An edge back to a state on the stack: all components above it are one with its own. */
static void merge_down_to(struct exact *x, size_t index)
{
    while (x->components.items[x->components.count - 1].first > index) {
        const uint64_t *upper = top_set(x);
        top_drop(x);
        top_add(x, upper);
    }
}

/* The top component is finished and does not cover all tasks: its states are stuck. */
static void close_top(struct exact *x)
{
    size_t first = x->components.items[x->components.count - 1].first, set = x->sets.count;
    for (uint32_t w = 0; w < x->words; w++)
        VEC_PUSH(&x->sets, top_set(x)[w]);
    for (size_t i = first; i < x->places.count; i++) {
        x->marks[x->places.items[i]] = MARK_STUCK;
        x->at[x->places.items[i]] = (uint32_t)(set / x->words);
        x->stuck++;
    }
    x->keys.count = x->places.count = first;
    top_drop(x);
    if (!x->components.count)
        return;
    top_add(x, x->sets.items + set);
    if (top_covers_all(x)) /* each half knew what the other lacked */
        all_good(x);
}

/* Looks at one successor. True if the walk of this state ends here: a new state was entered, or all is good. */
static bool look(struct exact *x, uint64_t key)
{
    size_t place = store_place(x->space->store, key);
    assert(place != SIZE_MAX && "what is left out of a state is left out every time");
    switch (x->marks[place]) {
    case MARK_NONE:
        push(x, key, place);
        return true;
    case MARK_GOOD:
        all_good(x);
        return true;
    case MARK_PATH:
        merge_down_to(x, x->at[place]);
        break;
    default:
        top_add(x, x->sets.items + (size_t)x->at[place] * x->words);
    }
    if (!top_covers_all(x))
        return false;
    all_good(x);
    return true;
}

static void walk(struct exact *x)
{
    struct space *space = x->space;
    size_t call = x->calls.count - 1, index = x->calls.items[call];
    uint64_t key = x->keys.items[index];
    space_expand(space, &key);
    if (!x->next.items[call]) {
        movable_now(x, x->movable.items + x->movable.count - x->words);
        if (top_covers_all(x)) {
            all_good(x);
            return;
        }
    }
    const struct model_expansion *e = &space->expansion;
    for (uint32_t i = x->next.items[call]; i < e->steps.count; i++) {
        x->next.items[call] = i + 1;
        if (run_follows(&e->steps.items[i]) && look(x, space_successor(space, &e->steps.items[i])))
            return;
    }
    x->calls.count = x->next.count = call;
    if (x->components.items[x->components.count - 1].first == index)
        close_top(x);
}

uint64_t stuck_exact(struct space *space, uint8_t *marks)
{
    struct exact x = {.space = space, .marks = marks, .words = (model_tasks(space->model) + 63) / 64};
    size_t places = store_places(space->store);
    x.at = mem_zero(places, sizeof *x.at);
    for (size_t place = 0; place < places; place++) {
        uint64_t key = store_key_at(space->store, place);
        if (!key || marks[place] != MARK_NONE)
            continue;
        push(&x, key, place);
        while (x.calls.count)
            walk(&x);
    }
    for (size_t place = 0; place < places; place++)
        marks[place] = marks[place] == MARK_STUCK;
    VEC_FREE(&x.keys);
    VEC_FREE(&x.places);
    VEC_FREE(&x.components);
    VEC_FREE(&x.movable);
    VEC_FREE(&x.calls);
    VEC_FREE(&x.next);
    VEC_FREE(&x.sets);
    mem_free(x.at);
    return x.stuck;
}
