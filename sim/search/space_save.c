/* A space to a blob and back. Of the model nothing is written but what taught it: see struct lessons. */
#include <string.h>

#include "search/run.h"
#include "search/space.h"

void space_save(const struct space *s, struct blob *out)
{
    blob_put_u64(out, s->width);
    blob_put_u64(out, s->layout_at);
    slot_use_save(&s->use, out);
    blob_put_array(out, s->lessons.keys.items, s->lessons.keys.count, sizeof *s->lessons.keys.items);
    blob_put_array(out, s->lessons.kinds.items, s->lessons.kinds.count, sizeof *s->lessons.kinds.items);
    blob_put_array(out, s->lessons.sums.items, s->lessons.sums.count, sizeof *s->lessons.sums.items);
    blob_put_u64(out, model_digest(s->model));
    store_save(s->store, out);
}

/* One lesson again; false if the model has learned something else from it than it should have (CKPT-04): before a
 * number is used that may mean something else. An expansion is kept for the question that follows it. */
static bool teach(struct space *s, size_t i, uint8_t **stuck)
{
    const struct lessons *l = &s->lessons;
    uint64_t key = l->keys.items[i];
    uint8_t kind = l->kinds.items[i];
    if (kind == LESSON_WALK) {
        scout_walk(s->model);
        return (uint32_t)model_digest(s->model) == l->sums.items[i];
    }
    bool again = i > 0 && kind == LESSON_STUCK && l->kinds.items[i - 1] == LESSON_EXPAND && l->keys.items[i - 1] == key;
    if (!again)
        space_look(s, key);
    if (kind == LESSON_STUCK) {
        *stuck = mem_grow(*stuck, s->expansion.status.count);
        model_stuck(s->model, s->vector, s->width, &s->expansion, *stuck);
    }
    return (uint32_t)model_digest(s->model) == l->sums.items[i] && model_slots(s->model) <= s->width;
}

static bool lessons_restore(struct space *s, struct blob *in)
{
    size_t keys, kinds;
    s->lessons.keys.items = blob_get_array(in, &keys, sizeof *s->lessons.keys.items);
    s->lessons.keys.count = s->lessons.keys.capacity = keys;
    s->lessons.kinds.items = blob_get_array(in, &kinds, sizeof *s->lessons.kinds.items);
    s->lessons.kinds.count = s->lessons.kinds.capacity = kinds;
    size_t sums;
    s->lessons.sums.items = blob_get_array(in, &sums, sizeof *s->lessons.sums.items);
    s->lessons.sums.count = s->lessons.sums.capacity = sums;
    return blob_is_good(in) && keys == kinds && keys == sums;
}

bool space_restore(struct space *s, struct model *m, size_t bytes_max, struct blob *in)
{
    enum model_reduction reduction = s->reduction;
    memset(s, 0, sizeof *s);
    s->reduction = reduction;
    s->model = m;
    s->width = (uint32_t)blob_get_u64(in);
    s->layout_at = blob_get_u64(in);
    bool good = slot_use_restore(&s->use, in) && lessons_restore(s, in);
    uint64_t digest = blob_get_u64(in);
    s->store = good ? store_restore(in, bytes_max) : NULL;
    if (!s->store || store_slots(s->store) != s->width)
        return false;
    s->vector = mem_zero(s->width, sizeof *s->vector);
    uint8_t *stuck = NULL;
    for (size_t i = 0; good && i < s->lessons.keys.count; i++)
        good = teach(s, i, &stuck);
    mem_free(stuck);
    return good && model_digest(m) == digest;
}
