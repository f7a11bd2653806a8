/* See minimise.h. As states can be searched, the shortest path needs no guessing: breadth first from the start. */
#include "search/minimise.h"

#include <string.h>

#include "search/run.h"

struct candidate {
    struct model *model;
    minimise_same *same;
    void *context;
    struct model_step step; /* that led into trouble */
    bool by_step;
};

/* Judges a state, or a state and a step in trouble, as a path of one or two states. */
static bool accepts(struct candidate *c, const struct space *space, const struct model_step *step)
{
    uint32_t width = space->width, *states = mem_zero(2 * (size_t)width, sizeof *states);
    memcpy(states, space->vector, width * sizeof *states);
    struct model_step steps[1];
    struct search_path path = {.states = states, .width = width, .steps = steps};
    if (step) {
        steps[0] = *step;
        memcpy(states + width, states, width * sizeof *states);
        for (uint32_t i = 0; i < step->effect->write_count; i++)
            states[width + step->effect->writes[i].slot] = step->effect->writes[i].value;
        path.length = 1;
    }
    bool same = c->same(c->context, &path);
    mem_free(states);
    return same;
}

static bool hit(void *context, struct space *space, uint64_t key)
{
    struct candidate *c = context;
    (void)key;
    c->by_step = false;
    for (size_t i = 0; i < space->expansion.steps.count; i++) {
        struct model_step step = space->expansion.steps.items[i];
        if (!run_follows(&step) && accepts(c, space, &step)) {
            c->step = step;
            c->by_step = true;
            return true;
        }
    }
    return (space->expansion.blocked || !model_makes_progress(&space->expansion)) && accepts(c, space, NULL);
}

bool minimise_path(struct model *m, struct search_path *path, minimise_same *same, void *context, uint64_t max_states)
{
    struct space space;
    struct candidate c = {.model = m, .same = same, .context = context};
    struct search_path shortest;
    space_init(&space, m, 0);
    bool found = trail_shortest(&space, hit, &c, max_states, &shortest);
    space_free(&space);
    if (!found)
        return false;
    if (c.by_step)
        trail_append(m, &shortest, c.step.task, c.step.effect->outcome);
    mem_free(path->states);
    mem_free(path->steps);
    *path = shortest;
    return true;
}
