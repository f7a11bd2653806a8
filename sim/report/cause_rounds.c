/* Who goes round for ever while others wait (CAUSE-02): see cause.h. Found by looking at everything that can still
 * happen. */
#include <string.h>

#include "report/cause.h"
#include "search/rounds.h"

enum {
    STATES_MAX = 10000, /* behind the state of the verdict; beyond that nothing is said */
    SAID_MAX = 3        /* different calls of a round; the first ones tell what it is */
};

static bool said_before(const struct finding_step *steps, size_t n, const struct finding_step *s)
{
    for (size_t i = 0; i < n; i++)
        if (steps[i].line == s->line && strcmp(steps[i].call, s->call) == 0 &&
            strcmp(steps[i].arguments, s->arguments) == 0 && strcmp(steps[i].result, s->result) == 0)
            return true;
    return false;
}

static const char *text_of(const struct cause *c, const vec_char *t)
{
    return arena_string(c->arena, t->items, t->count);
}

static struct finding_step describe(const struct cause *c, const struct search_graph *g, const struct graph_step *edge)
{
    struct model_operation o = {0};
    model_describe_step(c->m, g->vectors.items + (size_t)edge->from * g->width, g->width, &edge->step, &o);
    struct finding_step s = {.call = o.call,
                             .arguments = text_of(c, &o.arguments),
                             .result = text_of(c, &o.result),
                             .file = o.place.file,
                             .line = o.place.line};
    model_operation_free(&o);
    return s;
}

static bool is_end_of_file(const struct finding_step *s)
{
    return strcmp(s->call, "read") == 0 && strcmp(s->result, "0") == 0;
}

static void say_call(vec_char *out, const struct finding_step *s)
{
    text_printf(out, "%s(%s)%s%s%s", s->call, s->arguments, *s->result ? " = " : "", s->result,
                is_end_of_file(s) ? ", end-of-file," : "");
}

/* The distinct steps of a task in the component, by line: how many, the first SAID_MAX in *steps. */
static unsigned round_of(const struct cause *c, const struct search_graph *g, const struct search_rounds *r,
                         uint32_t task, struct finding_step steps[SAID_MAX])
{
    VEC_OF(struct finding_step) all = {0};
    for (size_t i = 0; i < r->edges.count; i++) {
        const struct graph_step *edge = &g->edges.items[r->edges.items[i]];
        if (edge->step.task != task)
            continue;
        struct finding_step s = describe(c, g, edge);
        if (said_before(all.items, all.count, &s))
            continue;
        VEC_PUSH(&all, s);
        size_t at = all.count - 1;
        for (; at > 0 && all.items[at - 1].line > s.line; at--)
            all.items[at] = all.items[at - 1];
        all.items[at] = s;
    }
    unsigned count = (unsigned)all.count;
    for (unsigned i = 0; i < count && i < SAID_MAX; i++)
        steps[i] = all.items[i];
    VEC_FREE(&all);
    return count;
}

static const char *sentence(const struct cause *c, const struct finding_task *who, const struct finding_step *steps,
                            unsigned count)
{
    vec_char out = {0};
    if (count == 1) {
        text_printf(&out, "%s (pid %u) repeats %s at %s:%u for ever: ", who->name, who->pid, steps[0].call,
                    steps[0].file ? steps[0].file : "?", steps[0].line);
        say_call(&out, &steps[0]);
        text_printf(&out, " each time");
    } else {
        text_printf(&out, "%s (pid %u) goes round for ever: ", who->name, who->pid);
        for (unsigned i = 0; i < count && i < SAID_MAX; i++) {
            text_printf(&out, "%s", i ? "; " : "");
            say_call(&out, &steps[i]);
            text_printf(&out, " at line %u", steps[i].line);
        }
        if (count > SAID_MAX)
            text_printf(&out, "; and %u more", count - SAID_MAX);
    }
    const char *s = text_of(c, &out);
    VEC_FREE(&out);
    return s;
}

static const char *what_never_comes(uint32_t kind)
{
    switch ((enum model_wait)kind) {
    case MODEL_WAIT_PIPE_EMPTY:
        return "data that never comes";
    case MODEL_WAIT_PIPE_FULL:
        return "a pipe that nobody empties";
    case MODEL_WAIT_SEMAPHORE:
        return "a semaphore that nobody posts";
    case MODEL_WAIT_CHILD:
        return "waiting for a child that never ends";
    case MODEL_WAIT_SIGNAL:
        return "waiting for a signal that nobody sends";
    case MODEL_WAIT_OTHER:
    case MODEL_WAIT_SPIN:
    case MODEL_WAIT_FOREVER:
    case MODEL_WAIT_STOPPED:
    case MODEL_WAIT_NAME_OPEN:
    case MODEL_WAIT_NAME_GONE:
    case MODEL_WAIT_EDGE:
    case MODEL_WAIT_ANY:
        break;
    }
    return NULL;
}

static const char *cure(const struct finding_step *s)
{
    if (is_end_of_file(s))
        return "end the loop when read returns 0";
    if (strstr(s->result, "EAGAIN"))
        return "close what nobody uses any more, and sleep in poll until there is something, or the end";
    if (strncmp(s->result, "-1", 2) == 0)
        return "end the loop when the call fails so";
    if (strstr(s->arguments, "POLLHUP") || strstr(s->arguments, "POLLERR") || strstr(s->arguments, "POLLNVAL"))
        return "look for POLLHUP, POLLERR and POLLNVAL, too: poll reports them whether they are asked for or not";
    return NULL;
}

/* One of those who could help, if it goes round. */
static bool name_round(const struct cause *c, const struct search_graph *g, const struct search_rounds *r,
                       const struct cause_task *waiting, const struct finding_task *who, uint32_t task)
{
    struct finding_step steps[SAID_MAX];
    unsigned count = round_of(c, g, r, task, steps);
    const char *what = r->still ? "busy wait" : what_never_comes(waiting->why.kind);
    if (!count || !what)
        return false;
    c->found->cause = arena_printf(c->arena, "%s: %s", what, sentence(c, who, steps, count));
    c->found->help = r->still && count == 1 ? cure(&steps[0]) : NULL;
    return true;
}

static bool runs_on(const struct finding_task *t)
{
    return t && !t->culprit && strcmp(t->status, "running") == 0;
}

/* Those who opened what is waited for themselves come before those who inherited it. */
static bool name_helper(const struct cause *c, const struct search_graph *g, const struct search_rounds *r,
                        const struct cause_task *waiting)
{
    for (int inherited = 0; inherited < 2; inherited++)
        for (size_t i = 0; i < waiting->why.wakers.count; i++) {
            const struct model_waker *w = &waiting->why.wakers.items[i];
            const struct finding_task *who = cause_task_of(c->found, model_task_pid(c->m, w->task));
            bool heir = w->how.count && strncmp(w->how.items, "inherited", 9) == 0;
            if (heir == (inherited == 1) && runs_on(who) && name_round(c, g, r, waiting, who, w->task))
                return true;
        }
    return false;
}

static bool has_helper(const struct cause *c, const struct cause_task *waiting)
{
    if (!cause_found(c, waiting)->culprit)
        return false;
    for (size_t i = 0; i < waiting->why.wakers.count; i++)
        if (runs_on(cause_task_of(c->found, model_task_pid(c->m, waiting->why.wakers.items[i].task))))
            return true;
    return false;
}

static void look(const struct cause *c, struct search_graph *g, struct search_rounds *r)
{
    search_graph_from(c->m, c->path->states + c->path->length * c->path->width, c->path->width, STATES_MAX, g);
    search_rounds_find(g, r);
}

bool cause_rounds(const struct cause *c)
{
    bool any = false, named = false;
    for (size_t i = 0; i < c->count; i++)
        any |= has_helper(c, &c->tasks[i]);
    if (!any)
        return false;
    struct search_graph g;
    struct search_rounds r;
    look(c, &g, &r);
    for (size_t i = 0; i < c->count && !named; i++)
        named = has_helper(c, &c->tasks[i]) && name_helper(c, &g, &r, &c->tasks[i]);
    search_rounds_free(&r);
    search_graph_free(&g);
    return named;
}

void cause_no_progress(const struct cause *c)
{
    struct search_graph g;
    struct search_rounds r;
    look(c, &g, &r);
    for (size_t i = 0; i < c->count && r.edges.count; i++) {
        struct finding_task *who = cause_found(c, &c->tasks[i]);
        struct finding_step steps[SAID_MAX];
        unsigned count = round_of(c, &g, &r, model_task_of_pid(c->m, who->pid), steps);
        who->culprit = count > 0;
        if (!count || c->found->cause)
            continue;
        const char *help = r.still && count == 1 ? cure(&steps[0]) : NULL;
        c->found->cause =
            arena_printf(c->arena, "%s: %s", r.still ? "busy wait" : "no progress", sentence(c, who, steps, count));
        c->found->help = help || model_has_marks(c->m)
                             ? help
                             : "if it is meant to run so for ever, call impasse_progress() where it gets on";
    }
    search_rounds_free(&r);
    search_graph_free(&g);
}
