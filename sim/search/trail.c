/* Paths: the shortest one to a state, found by a second breadth-first search that remembers where each state came from.
 * The main search keeps no parents, so that a state costs it 8 bytes; most searches never need a path. */
#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "search/run.h"

struct trail_entry {
    uint32_t parent;        /* index of the entry, UINT32_MAX: the initial state */
    uint32_t task, outcome; /* the step that led here */
};

struct trail_map {
    vec_u64 keys;                       /* in breadth-first order; registered with the space */
    VEC_OF(struct trail_entry) entries; /* of the same index */
    uint32_t *index;                    /* open addressing: entry + 1, 0 = free */
    size_t index_size;
};

static size_t map_slot(const struct trail_map *t, uint64_t key)
{
    size_t mask = t->index_size - 1, i = hash_mix(key) & mask;
    while (t->index[i] && t->keys.items[t->index[i] - 1] != key)
        i = (i + 1) & mask;
    return i;
}

static void map_index(struct trail_map *t, size_t size)
{
    mem_free(t->index);
    t->index_size = size;
    t->index = mem_zero(size, sizeof *t->index);
    for (size_t i = 0; i < t->keys.count; i++)
        t->index[map_slot(t, t->keys.items[i])] = (uint32_t)i + 1;
}

static void map_add(struct trail_map *t, uint64_t key, struct trail_entry e)
{
    if ((t->keys.count + 1) * 2 > t->index_size)
        map_index(t, t->index_size ? t->index_size * 2 : 1 << 12);
    size_t slot = map_slot(t, key);
    if (t->index[slot])
        return;
    VEC_PUSH(&t->keys, key);
    VEC_PUSH(&t->entries, e);
    t->index[slot] = (uint32_t)t->keys.count;
}

static void path_from(struct space *space, const struct trail_map *t, size_t target, struct search_path *path)
{
    vec_u32 chain = {0};
    for (size_t i = target; t->entries.items[i].parent != UINT32_MAX; i = t->entries.items[i].parent)
        VEC_PUSH(&chain, (uint32_t)i);
    memset(path, 0, sizeof *path);
    struct model *m = space->model;
    path->width = model_slots(m);
    path->states = mem_zero(path->width, sizeof *path->states);
    const struct model_effect *initial = model_initial(m);
    for (uint32_t w = 0; w < initial->write_count; w++)
        path->states[initial->writes[w].slot] = initial->writes[w].value;
    for (size_t i = chain.count; i-- > 0;) {
        const struct trail_entry *e = &t->entries.items[chain.items[i]];
        bool done = trail_append(m, path, e->task, e->outcome);
        assert(done && "a path that was searched can be walked");
        (void)done;
    }
    VEC_FREE(&chain);
}

/* Makes the states of a path wider, when slots turned up. */
static void path_widen(struct search_path *path, uint32_t width)
{
    uint32_t *states = mem_zero((path->length + 1) * (size_t)width, sizeof *states);
    for (size_t i = 0; i <= path->length; i++)
        memcpy(states + i * width, path->states + i * path->width, path->width * sizeof *states);
    mem_free(path->states);
    path->states = states;
    path->width = width;
}

bool trail_append(struct model *m, struct search_path *path, uint32_t task, uint32_t outcome)
{
    struct model_expansion e = {0};
    model_expand(m, path->states + path->length * path->width, path->width, &e);
    if (model_slots(m) > path->width)
        path_widen(path, model_slots(m));
    bool found = false;
    for (size_t i = 0; i < e.steps.count && !found; i++) {
        struct model_step step = e.steps.items[i];
        if (step.task != task || step.effect->outcome != outcome)
            continue;
        found = true;
        path->steps = mem_grow(path->steps, (path->length + 1) * sizeof *path->steps);
        path->steps[path->length] = step;
        path->states = mem_grow(path->states, (path->length + 2) * path->width * sizeof *path->states);
        uint32_t *from = path->states + path->length * path->width, *to = from + path->width;
        memcpy(to, from, path->width * sizeof *to);
        for (uint32_t w = 0; w < step.effect->write_count; w++)
            to[step.effect->writes[w].slot] = step.effect->writes[w].value;
        path->length++;
    }
    model_expansion_free(&e);
    return found;
}

bool trail_shortest(struct space *space, trail_hit *hit, void *context, uint64_t max_states, struct search_path *path)
{
    struct trail_map t = {0};
    bool found = false;
    unsigned lists = space->list_count;
    space_register(space, &t.keys);
    uint64_t first = space_initial(space);
    map_add(&t, first, (struct trail_entry){.parent = UINT32_MAX});
    for (size_t i = 0; i < t.keys.count; i++) {
        uint64_t key = t.keys.items[i];
        uint32_t width = space->width;
        if ((max_states && t.keys.count > max_states) || !space_expand(space, &key))
            break;
        if (space->width != width)
            map_index(&t, t.index_size); /* new slots: all keys changed */
        if (hit(context, space, key)) {
            path_from(space, &t, i, path);
            found = true;
            break;
        }
        for (size_t s = 0; s < space->expansion.steps.count; s++) {
            struct model_step step = space->expansion.steps.items[s];
            if (run_follows(&step))
                map_add(
                    &t, space_successor(space, &step),
                    (struct trail_entry){.parent = (uint32_t)i, .task = step.task, .outcome = step.effect->outcome});
        }
    }
    space->list_count = lists;
    VEC_FREE(&t.keys);
    VEC_FREE(&t.entries);
    mem_free(t.index);
    return found;
}
