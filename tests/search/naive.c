/* See naive.h. */
#include "search/naive.h"

#include <criterion/criterion.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

/* Nodes of the tree: a vector, and behind it its number. */
static int by_vector(const void *a, const void *b)
{
    return memcmp(a, b, NAIVE_WIDTH * sizeof(uint32_t));
}

static uint32_t number_of(struct naive *n, const uint32_t *vector, uint32_t depth)
{
    uint32_t *node = mem_alloc((NAIVE_WIDTH + 1) * sizeof *node);
    memcpy(node, vector, NAIVE_WIDTH * sizeof *node);
    node[NAIVE_WIDTH] = (uint32_t)n->states.count;
    const uint32_t *found = *(uint32_t **)tsearch(node, &n->tree, by_vector);
    if (found != node) {
        mem_free(node);
        return found[NAIVE_WIDTH];
    }
    VEC_PUSH(&n->states, ((struct naive_state){.depth = depth}));
    for (uint32_t i = 0; i < NAIVE_WIDTH; i++)
        VEC_PUSH(&n->vectors, vector[i]);
    return found[NAIVE_WIDTH];
}

uint32_t naive_number(struct naive *n, const uint32_t *vector, uint32_t width)
{
    uint32_t padded[NAIVE_WIDTH] = {0};
    for (uint32_t i = 0; i < width; i++) {
        if (i < NAIVE_WIDTH)
            padded[i] = vector[i];
        else if (vector[i])
            return UINT32_MAX;
    }
    void *found = tfind(padded, &n->tree, by_vector);
    return found ? (*(uint32_t **)found)[NAIVE_WIDTH] : UINT32_MAX;
}

static void apply(uint32_t *vector, const struct model_effect *e)
{
    for (uint32_t i = 0; i < e->write_count; i++) {
        cr_assert_lt(e->writes[i].slot, NAIVE_WIDTH);
        vector[e->writes[i].slot] = e->writes[i].value;
    }
}

static void expand(struct naive *n, struct model *m, uint32_t number, struct model_expansion *e)
{
    uint32_t vector[NAIVE_WIDTH], next[NAIVE_WIDTH];
    memcpy(vector, n->vectors.items + (size_t)number * NAIVE_WIDTH, sizeof vector);
    model_expand(m, vector, NAIVE_WIDTH, e);
    cr_assert_leq(e->status.count, NAIVE_TASKS);
    n->states.items[number].first = (uint32_t)n->edges.count;
    n->states.items[number].count = (uint32_t)e->steps.count;
    bool waits = false, moves = e->steps.count > 0;
    for (uint32_t t = 0; t < e->status.count; t++) {
        n->states.items[number].status[t] = e->status.items[t];
        waits |= e->status.items[t] == TASK_BLOCKED;
    }
    n->states.items[number].deadlock = waits && !moves;
    for (size_t i = 0; i < e->steps.count; i++) {
        const struct model_step *s = &e->steps.items[i];
        struct naive_edge edge = {number, UINT32_MAX, s->task, s->effect->outcome, s->effect->trouble, true};
        n->limit |= s->effect->limit || s->effect->trouble == MODEL_LIMIT;
        if (s->effect->trouble == MODEL_FINE) {
            memcpy(next, vector, sizeof next);
            apply(next, s->effect);
            edge.progress = s->effect->output != 0;
            for (uint32_t slot = 0; slot < NAIVE_WIDTH; slot++)
                edge.progress |= slot != model_task_slot(m, s->task) && next[slot] != vector[slot];
            edge.to = number_of(n, next, n->states.items[number].depth + 1);
        }
        VEC_PUSH(&n->edges, edge);
    }
}

static void close_movable(struct naive *n)
{
    for (uint32_t s = 0; s < n->states.count; s++) {
        n->states.items[s].movable = UINT64_MAX;
        for (uint32_t t = 0; t < NAIVE_TASKS; t++)
            if (n->states.items[s].status[t] == TASK_BLOCKED || n->states.items[s].status[t] == TASK_HELD)
                n->states.items[s].movable &= ~(UINT64_C(1) << t);
    }
    for (bool again = true; again;) {
        again = false;
        for (size_t i = n->edges.count; i-- > 0;) {
            const struct naive_edge *e = &n->edges.items[i];
            if (e->to == UINT32_MAX || !(n->states.items[e->to].movable & ~n->states.items[e->from].movable))
                continue;
            n->states.items[e->from].movable |= n->states.items[e->to].movable;
            again = true;
        }
    }
}

/* The least set that holds ends, and every state with a step that makes progress, or leads to the set. */
static void close_progress(struct naive *n)
{
    for (uint32_t s = 0; s < n->states.count; s++)
        n->states.items[s].progress = !n->states.items[s].count;
    for (bool again = true; again;) {
        again = false;
        for (size_t i = n->edges.count; i-- > 0;) {
            const struct naive_edge *e = &n->edges.items[i];
            bool progress = e->progress || (e->to != UINT32_MAX && n->states.items[e->to].progress);
            again |= progress && !n->states.items[e->from].progress;
            n->states.items[e->from].progress |= progress;
        }
    }
}

/* The least set that holds deadlocks, and every state that has steps, all of them into trouble or the set. */
static void close_doomed(struct naive *n)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = n->states.count; i-- > 0;) {
            struct naive_state *s = &n->states.items[i];
            bool doomed = s->deadlock || s->count > 0;
            for (uint32_t e = s->first; e < s->first + s->count; e++)
                if (n->edges.items[e].to != UINT32_MAX && !n->states.items[n->edges.items[e].to].doomed)
                    doomed = false;
            again |= doomed && !s->doomed;
            s->doomed |= doomed;
        }
    }
}

bool naive_explore(struct naive *n, struct model *m, uint32_t max_states)
{
    memset(n, 0, sizeof *n);
    struct model_expansion e = {0};
    uint32_t vector[NAIVE_WIDTH] = {0};
    cr_assert_eq(model_initial(m)->trouble, MODEL_FINE);
    n->limit = model_initial(m)->limit;
    apply(vector, model_initial(m));
    number_of(n, vector, 0);
    for (uint32_t i = 0; i < n->states.count && n->states.count <= max_states; i++)
        expand(n, m, i, &e);
    model_expansion_free(&e);
    if (n->states.count > max_states)
        return false;
    close_movable(n);
    close_progress(n);
    close_doomed(n);
    return true;
}

void naive_free(struct naive *n)
{
    VEC_FREE(&n->states);
    VEC_FREE(&n->edges);
    VEC_FREE(&n->vectors);
    tdestroy(n->tree, free);
    memset(n, 0, sizeof *n);
}

bool naive_is_stuck(const struct naive *n, uint32_t state)
{
    return ~n->states.items[state].movable != 0;
}

bool naive_makes_progress(const struct naive *n, uint32_t state)
{
    return n->states.items[state].progress;
}

static enum search_kind kind_of(uint8_t trouble)
{
    static const enum search_kind KINDS[] = {[MODEL_CRASH] = FOUND_CRASH, [MODEL_ASSERTION] = FOUND_ASSERTION,
                                             [MODEL_ENDLESS] = FOUND_ENDLESS, [MODEL_FINE] = FOUND_NOTHING,
                                             [MODEL_LIMIT] = FOUND_NOTHING};
    return KINDS[trouble];
}

uint32_t naive_distance(const struct naive *n, enum search_kind kind)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t s = 0; s < n->states.count; s++) {
        const struct naive_state *state = &n->states.items[s];
        if ((kind == FOUND_DEADLOCK && state->deadlock) || (kind == FOUND_STUCK && naive_is_stuck(n, s)) ||
            (kind == FOUND_NO_PROGRESS && !naive_makes_progress(n, s)))
            best = state->depth < best ? state->depth : best;
    }
    for (size_t i = 0; i < n->edges.count; i++) {
        uint32_t length = n->states.items[n->edges.items[i].from].depth + 1;
        if (kind != FOUND_NOTHING && kind_of(n->edges.items[i].trouble) == kind)
            best = length < best ? length : best;
    }
    return best;
}
