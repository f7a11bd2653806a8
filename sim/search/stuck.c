/* Second tier of `stuck`, exact: a task is stuck in a state from which no reachable state lets it move. And livelock: a
 * state is in one if no step that makes progress can be reached from it, nor an end (LIVE-01). That is told as if
 * progress were one task more, which moves where a step makes progress.
 *
 * A state is *good* if every task that lives in it can still move in some reachable state (idle ones need not). Every
 * state that reaches a good state is good, so one good successor is enough, and the search that looks for it touches
 * about one successor a state. States that find none are closed in strongly connected components (path-based: Gabow,
 * Path-based depth-first search for strong and biconnected components, 2000) with the set of tasks that can still move
 * from them; these are the stuck ones.
 *
 * The search and stuck_chase have flagged most good states already; what they left is walked here.
 *
 * Deviation: a component is declared good as soon as the tasks that can move in it cover all, before it is finished;
 * then everything on the path is good as well, and the search starts afresh.
 */
#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "search/run.h"

/* What is known of a state besides its flag, which says that it is good. */
enum { MARK_NONE, MARK_PATH, MARK_STUCK };
#define AT_STUCK UINT32_C(0x80000000) /* in stuck_states.at: stuck, with the number of its set; else on the path */
enum { MAP_MIN = 1 << 10 };

struct component {
    size_t first; /* index of its first state on the stack */
};

struct exact {
    struct space *space;
    struct stuck_states *map;            /* states on the path, states that were and are good now, and stuck ones */
    uint32_t tasks;                      /* that of progress has this number */
    uint32_t words;                      /* of a task set */
    vec_u64 keys;                        /* the stack: states that are not closed yet */
    VEC_OF(struct component) components; /* on the stack, each reaching the next */
    vec_u64 movable;     /* [components][words] tasks that can move in it or in what is closed behind it */
    vec_u32 calls, next; /* states being walked, as stack indices, and the next step of each */
    vec_u64 sets;        /* [closed components][words] */
};

/* ---- the map ---- */

static size_t map_slot(const struct stuck_states *m, uint64_t key)
{
    size_t i = hash_mix(key) & (m->size - 1);
    while (m->keys[i] && m->keys[i] != key)
        i = (i + 1) & (m->size - 1);
    return i;
}

static void map_start(struct stuck_states *m, size_t size)
{
    m->size = size;
    m->count = 0;
    m->keys = mem_zero(size, sizeof *m->keys);
    m->at = mem_zero(size, sizeof *m->at);
}

/* Makes room, after dropping the states that are good by now. */
static void map_tidy(struct exact *x)
{
    struct stuck_states *m = x->map, old = *m;
    size_t kept = 0;
    for (size_t i = 0; i < old.size; i++)
        kept += old.keys[i] && !store_has_flag(x->space->store, old.keys[i]);
    map_start(m, kept * 4 > old.size ? old.size * 2 : old.size);
    for (size_t i = 0; i < old.size; i++)
        if (old.keys[i] && !store_has_flag(x->space->store, old.keys[i])) {
            size_t slot = map_slot(m, old.keys[i]);
            m->keys[slot] = old.keys[i];
            m->at[slot] = old.at[i];
            m->count++;
        }
    stuck_states_free(&old);
}

static void map_set(struct exact *x, uint64_t key, uint32_t at)
{
    if (x->map->count * 2 >= x->map->size)
        map_tidy(x);
    size_t slot = map_slot(x->map, key);
    x->map->count += !x->map->keys[slot];
    x->map->keys[slot] = key;
    x->map->at[slot] = at;
}

/* MARK_PATH with the index on the stack, MARK_STUCK with the number of its set. The state is not flagged. */
static int map_get(const struct exact *x, uint64_t key, uint32_t *at)
{
    size_t slot = map_slot(x->map, key);
    *at = x->map->at[slot] & ~AT_STUCK;
    if (!x->map->keys[slot])
        return MARK_NONE;
    return x->map->at[slot] & AT_STUCK ? MARK_STUCK : MARK_PATH;
}

unsigned stuck_properties(const struct stuck_states *s, uint64_t key)
{
    size_t slot = map_slot(s, key);
    return s->keys[slot] ? s->at[slot] : 0;
}

void stuck_states_free(struct stuck_states *s)
{
    mem_free(s->keys);
    mem_free(s->at);
}

/* ---- the walk ---- */

uint32_t movable_words(uint32_t tasks)
{
    return tasks / 64 + 1;
}

void movable_now(const struct model_expansion *e, uint32_t tasks, uint64_t *set)
{
    memset(set, 0xff, movable_words(tasks) * sizeof *set);
    for (uint32_t t = 0; t < e->status.count; t++)
        if (e->status.items[t] == TASK_BLOCKED || e->status.items[t] == TASK_HELD)
            set[t / 64] &= ~(UINT64_C(1) << (t % 64));
    if (!model_makes_progress(e))
        set[tasks / 64] &= ~(UINT64_C(1) << (tasks % 64));
}

unsigned movable_lacks(const uint64_t *set, uint32_t tasks)
{
    bool progress = set[tasks / 64] >> (tasks % 64) & 1, all = true;
    for (uint32_t t = 0; t < tasks; t++)
        all &= set[t / 64] >> (t % 64) & 1;
    return (all ? 0 : PROPERTY_STUCK) | (progress ? 0 : PROPERTY_LIVELOCK);
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
    for (size_t i = 0; i < x->keys.count; i++)
        store_raise_flag(x->space->store, x->keys.items[i]);
    x->keys.count = x->components.count = x->movable.count = x->calls.count = x->next.count = 0;
}

static void push(struct exact *x, uint64_t key)
{
    map_set(x, key, (uint32_t)x->keys.count);
    VEC_PUSH(&x->calls, (uint32_t)x->keys.count);
    VEC_PUSH(&x->next, 0);
    VEC_PUSH(&x->components, ((struct component){.first = x->keys.count}));
    VEC_PUSH(&x->keys, key);
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
    for (size_t i = first; i < x->keys.count; i++)
        map_set(x, x->keys.items[i], (uint32_t)(set / x->words) | AT_STUCK);
    x->keys.count = first;
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
    uint32_t at;
    if (store_has_flag(x->space->store, key)) {
        all_good(x);
        return true;
    }
    switch (map_get(x, key, &at)) {
    case MARK_NONE:
        assert(store_contains(x->space->store, key) && "what is left out of a state is left out every time");
        push(x, key);
        return true;
    case MARK_PATH:
        merge_down_to(x, at);
        break;
    default:
        top_add(x, x->sets.items + (size_t)at * x->words);
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
        movable_now(&space->expansion, x->tasks, x->movable.items + x->movable.count - x->words);
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

/* What is left in the map is stuck, or in a livelock. */
static void map_conclude(struct exact *x)
{
    struct stuck_states *m = x->map;
    map_tidy(x);
    for (size_t slot = 0; slot < m->size; slot++)
        if (m->keys[slot]) {
            m->at[slot] = movable_lacks(x->sets.items + (size_t)(m->at[slot] & ~AT_STUCK) * x->words, x->tasks);
            m->found |= m->at[slot];
        }
}

void stuck_exact(struct space *space, unsigned threads, struct stuck_states *out)
{
    stuck_chase(space, threads);
    uint32_t tasks = model_tasks(space->model);
    struct exact x = {.space = space, .map = out, .tasks = tasks, .words = movable_words(tasks)};
    *out = (struct stuck_states){0};
    map_start(out, MAP_MIN);
    for (size_t place = 0; place < store_places(space->store); place++) {
        uint64_t key = store_key_at(space->store, place);
        uint32_t at;
        if (!key || store_has_flag(space->store, key) || map_get(&x, key, &at) != MARK_NONE)
            continue;
        push(&x, key);
        while (x.calls.count)
            walk(&x);
    }
    map_conclude(&x);
    VEC_FREE(&x.keys);
    VEC_FREE(&x.components);
    VEC_FREE(&x.movable);
    VEC_FREE(&x.calls);
    VEC_FREE(&x.next);
    VEC_FREE(&x.sets);
}
