/* See space.h. */
#include "search/space.h"

#include <assert.h>
#include <string.h>

#include "search/order.h"

enum { LAYOUT_FIRST = 256, LAYOUT_FACTOR = 8, LAYOUT_LAST = 1 << 18, SAMPLES_MAX = 256 };

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
    mem_free(s->vector);
    model_expansion_free(&s->expansion);
}

void space_register(struct space *s, vec_u64 *list)
{
    assert(s->list_count < SPACE_LISTS_MAX);
    s->lists[s->list_count++] = list;
}

/* Lays the store out for all slots met, some to come, in the order that `use` asks for. Translates *key too. */
static bool lay_out(struct space *s, const struct slot_use *use, uint64_t *key)
{
    uint32_t met = model_slots(s->model), count = s->width;
    if (met > count)
        count = met + (met / 4 > 8 ? met / 4 : 8);
    uint32_t *order = mem_zero(count, sizeof *order), *weight = mem_zero(count, sizeof *weight);
    order_slots(use, count, order, weight);
    struct store_keys lists[SPACE_LISTS_MAX + 1];
    size_t n = 0;
    for (unsigned i = 0; i < s->list_count; i++)
        lists[n++] = (struct store_keys){s->lists[i]->items, s->lists[i]->count};
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
    struct slot_use use = {0};
    if (model_slots(s->model) > s->width && !lay_out(s, &use, NULL))
        return 0;
    memset(s->vector, 0, s->width * sizeof *s->vector);
    const struct model_effect *e = model_initial(s->model);
    for (uint32_t i = 0; i < e->write_count; i++)
        s->vector[e->writes[i].slot] = e->writes[i].value;
    return store_encode(s->store, s->vector, s->width);
}

bool space_expand(struct space *s, uint64_t *key)
{
    store_load(s->store, *key, s->vector);
    model_expand(s->model, s->vector, s->width, &s->expansion);
    if (model_slots(s->model) <= s->width)
        return true;
    struct slot_use use = {0};
    bool done = lay_out(s, &use, key);
    if (done)
        store_load(s->store, *key, s->vector);
    return done;
}

_Static_assert(sizeof(struct store_write) == sizeof(struct model_write), "a step's writes are the store's writes");

uint64_t space_successor(struct space *s, const struct model_step *step)
{
    /* Both structs are a slot and a value; the copy is what the compiler makes nothing of. */
    struct store_write writes[32];
    const struct model_effect *e = step->effect;
    if (e->write_count <= 32) {
        memcpy(writes, e->writes, e->write_count * sizeof *writes);
        return store_successor(s->store, writes, e->write_count);
    }
    struct store_write *many = mem_copy(e->writes, e->write_count * sizeof *many);
    uint64_t key = store_successor(s->store, many, e->write_count);
    mem_free(many);
    return key;
}

void space_review(struct space *s, const vec_u64 *frontier)
{
    if (store_count(s->store) < s->layout_at)
        return;
    s->layout_at = s->layout_at < LAYOUT_LAST ? s->layout_at * LAYOUT_FACTOR : UINT64_MAX;
    struct slot_use use;
    slot_use_init(&use, s->width);
    size_t stride = frontier->count / SAMPLES_MAX + 1;
    for (size_t i = 0; i < frontier->count; i += stride) {
        store_load(s->store, frontier->items[i], s->vector);
        model_expand(s->model, s->vector, s->width, &s->expansion);
        if (model_slots(s->model) > s->width)
            break; /* new slots: the next expansion lays out for them */
        for (size_t j = 0; j < s->expansion.steps.count; j++)
            slot_use_count(&use, s->expansion.steps.items[j].effect);
    }
    bool was_full = s->full;
    lay_out(s, &use, NULL);
    s->full = was_full; /* a better layout is welcome, not needed */
    slot_use_free(&use);
}
