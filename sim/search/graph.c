/* See graph.h. States are kept as whole vectors: the graphs that people look at are small. */
#include "search/graph.h"

#include <string.h>

#include "base/intern.h"
#include "search/run.h"

/* Vectors are numbered by interning them, shortened by trailing zeros so that later slots do not matter. */
static uint32_t number_of(struct intern *numbers, const uint32_t *vector, uint32_t width)
{
    while (width > 1 && !vector[width - 1])
        width--;
    return intern_put(numbers, vector, width * sizeof *vector) - 1;
}

static void state_add(struct search_graph *g, uint32_t depth, uint32_t marks)
{
    VEC_PUSH(&g->states, ((struct graph_state){.depth = depth, .marks = marks}));
}

static void state_judge(struct model *m, const uint32_t *vector, uint32_t width, const struct model_expansion *e,
                        struct graph_state *s, vec_u32 *scratch)
{
    if (model_is_deadlock(e))
        s->marks |= STATE_DEADLOCK;
    else if (!e->steps.count)
        s->marks |= STATE_FINAL;
    else if (e->blocked) {
        VEC_RESERVE(scratch, e->status.count);
        if (model_stuck(m, vector, width, e, (uint8_t *)scratch->items))
            s->marks |= STATE_STUCK;
    }
}

/* Second tier of stuck, and livelock, on a complete graph without worse: by sweeps from the last states to the first,
 * until nothing changes, the tasks that can still move from each state, and as if it were one more, progress (stuck.c).
 */
static void mark_stuck(struct model *m, struct search_graph *g)
{
    uint32_t tasks = model_tasks(m), words = movable_words(tasks);
    uint64_t *movable = mem_zero(g->states.count * words, sizeof *movable);
    struct model_expansion e = {0};
    for (uint32_t n = 0; n < g->states.count; n++) {
        model_expand(m, g->vectors.items + (size_t)n * g->width, g->width, &e);
        movable_now(&e, tasks, movable + (size_t)n * words);
    }
    for (bool again = true; again;) {
        again = false;
        for (size_t i = g->edges.count; i-- > 0;) {
            const struct graph_step *step = &g->edges.items[i];
            for (uint32_t w = 0; w < words; w++) {
                uint64_t *from = &movable[(size_t)step->from * words + w], to = movable[(size_t)step->to * words + w];
                again |= (to & ~*from) != 0;
                *from |= to;
            }
        }
    }
    for (uint32_t n = 0; n < g->states.count; n++) {
        unsigned lacks = movable_lacks(movable + (size_t)n * words, tasks);
        g->states.items[n].marks |= lacks & PROPERTY_STUCK ? STATE_STUCK : 0;
        g->states.items[n].marks |= lacks & PROPERTY_LIVELOCK ? STATE_LIVELOCK : 0;
    }
    model_expansion_free(&e);
    mem_free(movable);
}

static bool has_bad_state(const struct search_graph *g)
{
    for (uint32_t n = 0; n < g->states.count; n++)
        if (g->states.items[n].marks & (STATE_DEADLOCK | STATE_STUCK | STATE_TROUBLE))
            return true;
    return false;
}

/* All states from vector[0..count) on, numbered from 0. */
static void explore(struct model *m, const uint32_t *vector, uint32_t count_first, uint32_t marks, uint64_t max_states,
                    struct search_graph *g)
{
    memset(g, 0, sizeof *g);
    struct intern *numbers = intern_create();
    struct model_expansion e = {0};
    vec_u32 next = {0}, scratch = {0};
    number_of(numbers, vector, count_first);
    state_add(g, 0, marks);
    g->complete = true;
    for (uint32_t n = 0; n < g->states.count; n++) {
        g->states.items[n].first = (uint32_t)g->edges.count;
        if (g->states.items[n].marks & STATE_TROUBLE)
            continue;
        if (g->states.count >= max_states) {
            g->states.items[n].marks |= STATE_OPEN;
            g->complete = false;
            continue;
        }
        const uint32_t *sources;
        if (model_stale_reads(m, &sources)) {
            g->complete = false;
            break; /* nothing here counts */
        }
        size_t bytes;
        const uint32_t *kept = intern_get(numbers, n + 1, &bytes);
        uint32_t count = (uint32_t)(bytes / sizeof *kept);
        model_expand(m, kept, count, &e);
        state_judge(m, kept, count, &e, &g->states.items[n], &scratch);
        uint32_t width = model_slots(m);
        VEC_RESERVE(&next, width);
        for (size_t i = 0; i < e.steps.count; i++) {
            const struct model_effect *effect = e.steps.items[i].effect;
            memset(next.items, 0, width * sizeof *next.items);
            memcpy(next.items, kept, bytes);
            for (uint32_t w = 0; w < effect->write_count; w++)
                next.items[effect->writes[w].slot] = effect->writes[w].value;
            uint32_t to = number_of(numbers, next.items, width);
            if (to == g->states.count)
                state_add(g, g->states.items[n].depth + 1, effect->trouble != MODEL_FINE ? STATE_TROUBLE : 0);
            VEC_PUSH(&g->edges, ((struct graph_step){.from = n, .to = to, .step = e.steps.items[i]}));
            g->states.items[n].edge_count++;
        }
    }
    g->width = model_slots(m);
    VEC_RESERVE(&g->vectors, g->states.count * g->width);
    g->vectors.count = g->states.count * g->width;
    memset(g->vectors.items, 0, g->vectors.count * sizeof *g->vectors.items);
    for (uint32_t n = 0; n < g->states.count; n++) {
        size_t bytes;
        const uint32_t *kept = intern_get(numbers, n + 1, &bytes);
        memcpy(g->vectors.items + (size_t)n * g->width, kept, bytes);
    }
    intern_destroy(numbers);
    model_expansion_free(&e);
    VEC_FREE(&next);
    VEC_FREE(&scratch);
}

void search_graph_build(struct model *m, uint64_t max_states, struct search_graph *g)
{
    vec_u32 vector = {0};
    const struct model_effect *initial = model_initial(m);
    VEC_RESERVE(&vector, model_slots(m));
    memset(vector.items, 0, model_slots(m) * sizeof *vector.items);
    for (uint32_t i = 0; i < initial->write_count; i++)
        vector.items[initial->writes[i].slot] = initial->writes[i].value;
    explore(m, vector.items, model_slots(m), initial->trouble != MODEL_FINE ? STATE_TROUBLE : 0, max_states, g);
    if (g->complete && !has_bad_state(g))
        mark_stuck(m, g);
    VEC_FREE(&vector);
}

void search_graph_from(struct model *m, const uint32_t *vector, uint32_t width, uint64_t max_states,
                       struct search_graph *g)
{
    explore(m, vector, width, 0, max_states, g);
}

void search_graph_free(struct search_graph *g)
{
    VEC_FREE(&g->states);
    VEC_FREE(&g->edges);
    VEC_FREE(&g->vectors);
}
