/* See ends.h. */
#include "search/ends.h"

#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_once_each(struct ends *e)
{
    size_t kept = 0;
    if (e->texts.count)
        qsort(e->texts.items, e->texts.count, sizeof *e->texts.items, by_text);
    for (size_t i = 0; i < e->texts.count; i++)
        if (kept && strcmp(e->texts.items[kept - 1], e->texts.items[i]) == 0)
            mem_free(e->texts.items[i]);
        else
            e->texts.items[kept++] = e->texts.items[i];
    e->texts.count = kept;
}

void ends_collect(struct space *space, struct ends *e)
{
    vec_u64 keys = {0}; /* apart from the store, which may be laid out anew */
    for (size_t place = 0; place < store_places(space->store); place++)
        if (store_key_at(space->store, place))
            VEC_PUSH(&keys, store_key_at(space->store, place));
    space_register(space, &keys);
    for (size_t i = 0; i < keys.count; i++) {
        uint64_t key = keys.items[i];
        if (!space_expand(space, &key) || space->expansion.steps.count)
            continue;
        vec_char text = {0};
        text_printf(&text, "%s\n", model_is_deadlock(&space->expansion) ? "deadlock" : "end");
        model_describe_exact(space->model, space->vector, space->width, &text);
        VEC_PUSH(&e->texts, text.items);
    }
    space->list_count--;
    VEC_FREE(&keys);
    sort_once_each(e);
}

void ends_free(struct ends *e)
{
    for (size_t i = 0; i < e->texts.count; i++)
        mem_free(e->texts.items[i]);
    VEC_FREE(&e->texts);
}
