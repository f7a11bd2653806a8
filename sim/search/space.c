/* See space.h. */
#include "search/space.h"

#include <assert.h>
#include <string.h>

enum {
    LAYOUT_FIRST = 256,
    LAYOUT_FACTOR = 8,
    LAYOUT_LAST = 1 << 14,
    SAMPLES_MAX = 256,
    LAYOUT_DEAR = 4096 /* states: from then on as much room again */,
    PAIRS_WORTH = 4 << 20 /* bytes */
};

void space_init(struct space *s, struct model *m, size_t bytes_max)
{
    memset(s, 0, sizeof *s);
    s->model = m;
    s->store = store_create(bytes_max);
    s->width = store_slots(s->store);
    s->vector = mem_zero(s->width, sizeof *s->vector);
    s->layout_at = LAYOUT_FIRST;
}

void space_free(struct space *s)
{
    store_destroy(s->store);
    store_cursor_free(&s->cursor);
    slot_use_free(&s->use);
    VEC_FREE(&s->lessons.keys);
    VEC_FREE(&s->lessons.kinds);
    VEC_FREE(&s->lessons.sums);
    mem_free(s->vector);
    model_expansion_free(&s->expansion);
}

void space_register(struct space *s, vec_u64 *list)
{
    assert(s->list_count < SPACE_LISTS_MAX);
    s->lists[s->list_count++] = list;
}

/* Lays the store out for all slots met, some to come, in the order that s->use asks for. Translates *key too. */
static bool lay_out(struct space *s, uint64_t *key)
{
    uint32_t met = model_slots(s->model), count = s->width;
    if (met > count)
        count = met + (store_count(s->store) > LAYOUT_DEAR ? met : met / 4 > 8 ? met / 4 : 8);
    uint32_t *order = mem_zero(count, sizeof *order), *weight = mem_zero(count, sizeof *weight);
    order_slots(&s->use, count, order, weight);
    struct store_keys lists[SPACE_LISTS_MAX + 2];
    size_t n = 0;
    for (unsigned i = 0; i < s->list_count; i++)
        lists[n++] = (struct store_keys){s->lists[i]->items, s->lists[i]->count};
    lists[n++] = (struct store_keys){s->lessons.keys.items, s->lessons.keys.count};
    if (key)
        lists[n++] = (struct store_keys){key, 1};
    bool done = store_layout(s->store, order, weight, count, lists, n);
    mem_free(order);
    mem_free(weight);
    if (!done) {
        s->full = true;
        return false;
    }
    s->vector = mem_grow(s->vector, count * sizeof *s->vector);
    s->width = count;
    return true;
}

uint64_t space_initial(struct space *s)
{
    if (model_slots(s->model) > s->width && !lay_out(s, NULL))
        return 0;
    memset(s->vector, 0, s->width * sizeof *s->vector);
    const struct model_effect *e = model_initial(s->model);
    for (uint32_t i = 0; i < e->write_count; i++)
        s->vector[e->writes[i].slot] = e->writes[i].value;
    return store_encode(s->store, s->vector, s->width);
}

void space_begin(struct space *s, uint64_t key)
{
    store_insert_encoded(s->store, key);
}

bool space_insert(struct space *s, uint64_t key)
{
    bool fresh = store_insert_at(s->store, store_mark(s->store, &s->cursor, key));
    store_added(s->store, fresh);
    return fresh;
}

size_t space_writes(const struct model_expansion *e)
{
    size_t writes = 0;
    for (size_t i = 0; i < e->steps.count; i++)
        writes += e->steps.items[i].effect->write_count;
    return writes;
}

/* Room for all successors of the state just expanded. */
static bool make_room(struct space *s)
{
    if (store_grow(s->store, s->expansion.steps.count, space_writes(&s->expansion)))
        return true;
    s->full = true;
    return false;
}

bool space_widen(struct space *s)
{
    return model_slots(s->model) <= s->width || lay_out(s, NULL);
}

void space_lesson(struct space *s, enum lesson kind, uint64_t key, uint64_t before)
{
    if (model_learned(s->model) == before)
        return;
    VEC_PUSH(&s->lessons.keys, key);
    VEC_PUSH(&s->lessons.kinds, (uint8_t)kind);
    VEC_PUSH(&s->lessons.sums, (uint32_t)model_digest(s->model));
}

void space_look(struct space *s, uint64_t key)
{
    store_load_at(s->store, &s->cursor, key, s->vector);
    model_expand(s->model, s->vector, s->width, &s->expansion);
    model_reduce(s->model, s->reduction, s->vector, s->width, &s->expansion);
}

bool space_expand_known(const struct space *s, const uint32_t *vector, struct model_expansion *e)
{
    return model_expand_known(s->model, vector, s->width, e) &&
           model_reduce_known(s->model, s->reduction, vector, s->width, e);
}

bool space_expand(struct space *s, uint64_t *key)
{
    uint64_t learned = model_learned(s->model);
    space_look(s, *key);
    space_lesson(s, LESSON_EXPAND, *key, learned);
    if (model_slots(s->model) > s->width) {
        if (!lay_out(s, key))
            return false;
        store_load_at(s->store, &s->cursor, *key, s->vector);
    }
    return make_room(s);
}

_Static_assert(sizeof(struct store_write) == sizeof(struct model_write), "a step's writes are the store's writes");

uint64_t space_successor_at(struct space *s, struct store_cursor *c, const struct model_step *step)
{
    const struct model_effect *e = step->effect;
    /* Both are a slot and a value, in this order. */
    return store_successor_at(s->store, c, e->write_set, (const struct store_write *)(const void *)e->writes,
                              e->write_count);
}

uint64_t space_successor(struct space *s, const struct model_step *step)
{
    return space_successor_at(s, &s->cursor, step);
}

/* A partial search keeps no keys but those of the frontier: a new layout drops the pairs of all others. */
static void drop_pairs(struct space *s)
{
    if (!store_sieve(s->store) || store_pairs_bytes(s->store) <= s->pairs_kept * 4 + PAIRS_WORTH)
        return;
    lay_out(s, NULL);
    s->pairs_kept = store_pairs_bytes(s->store);
}

void space_review(struct space *s, const vec_u64 *frontier)
{
    if (store_count(s->store) < s->layout_at) {
        drop_pairs(s);
        return;
    }
    s->layout_at = s->layout_at < LAYOUT_LAST ? s->layout_at * LAYOUT_FACTOR : SPACE_REVIEWED;
    slot_use_free(&s->use);
    slot_use_init(&s->use, s->width);
    size_t stride = frontier->count / SAMPLES_MAX + 1;
    for (size_t i = 0; i < frontier->count; i += stride) {
        uint64_t learned = model_learned(s->model);
        space_look(s, frontier->items[i]);
        space_lesson(s, LESSON_EXPAND, frontier->items[i], learned);
        if (model_slots(s->model) > s->width)
            break; /* new slots: the next expansion lays out for them */
        for (size_t j = 0; j < s->expansion.steps.count; j++)
            slot_use_count(&s->use, s->expansion.steps.items[j].effect);
    }
    bool was_full = s->full;
    lay_out(s, NULL);
    s->full = was_full; /* a better layout is welcome, not needed */
}
