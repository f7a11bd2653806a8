/* See conform_outcomes.h. */
#include "cli/conform_outcomes.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "cli/conform_rounds.h"

enum { OUTCOMES_MAX = 10000, CLOCK_EVERY = 256 };

void outcome_free(struct outcome *o)
{
    VEC_FREE(&o->text[0]);
    VEC_FREE(&o->text[1]);
}

void outcome_set_free(struct outcome_set *set)
{
    for (size_t i = 0; i < set->items.count; i++)
        outcome_free(&set->items.items[i]);
    VEC_FREE(&set->items);
    VEC_FREE(&set->limit);
}

static bool text_equal(const vec_char *a, const vec_char *b)
{
    return a->count == b->count && (!a->count || memcmp(a->items, b->items, a->count) == 0);
}

struct outcome *outcome_find(const struct outcome_set *set, const struct outcome *o)
{
    for (size_t i = 0; i < set->items.count; i++) {
        struct outcome *known = &set->items.items[i];
        if (known->end == o->end && known->main_ended == o->main_ended && known->status == o->status &&
            text_equal(&known->text[0], &o->text[0]) && text_equal(&known->text[1], &o->text[1]))
            return known;
    }
    return NULL;
}

/* What there is to see in the state in s->vector. */
static void keep(struct space *s, struct outcome_set *set, enum outcome_end end)
{
    struct outcome o = {.end = end};
    for (int i = 0; i < 2; i++) {
        size_t n;
        const void *text = model_console(s->model, s->vector, s->width, i + 1, &n);
        text_append(&o.text[i], text ? text : "", n);
    }
    o.main_ended = model_main_ended(s->model, s->vector, s->width, &o.status);
    if (outcome_find(set, &o))
        outcome_free(&o);
    else
        VEC_PUSH(&set->items, o);
}

/* A state without steps is the end of a run, but for those who go round in their own code. */
static void end_keep(struct space *s, struct outcome_set *set)
{
    enum outcome_end end = s->expansion.live ? OUTCOME_HANGS : OUTCOME_ENDED;
    for (uint32_t t = 0; t < model_tasks(s->model); t++)
        if (model_task_spins(s->model, s->vector, s->width, t))
            end = OUTCOME_RUNNING;
    keep(s, set, end);
}

static void round_keep(void *set, struct space *s)
{
    keep(s, set, OUTCOME_RUNNING);
}

/* The search is broken off. */
static void stop(struct outcome_set *set, const char *why)
{
    set->complete = false;
    set->stopped = true;
    if (!set->why)
        set->why = why;
}

/* A run cannot be followed any further; others can. */
static void limit_met(struct model *m, struct outcome_set *set)
{
    set->complete = false;
    if (set->why)
        return;
    const char *text = model_limit_text(m);
    text_printf(&set->limit, "a limit of the simulation was met%s%s", text ? ": " : "", text ? text : "");
    set->why = set->limit.items;
}

/* What a fault of the program's own does natively is not for us to say; SIGPIPE and abort() are. */
static void look_at_trouble(struct space *s, struct outcome_set *set)
{
    for (size_t i = 0; i < s->expansion.steps.count; i++) {
        int signal = model_task_signal(s->model, s->vector, s->width, s->expansion.steps.items[i].task);
        set->undefined |= signal && signal != SIGPIPE && signal != SIGABRT;
    }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void outcomes_collect(struct model *m, const struct search_options *limits, struct outcome_set *set)
{
    struct space s;
    struct rounds rounds;
    vec_u64 open = {0};
    double start = now();
    memset(set, 0, sizeof *set);
    set->complete = true;
    space_init(&s, m, limits->max_memory);
    space_register(&s, &open);
    rounds_init(&rounds, &s);
    uint64_t key = space_initial(&s);
    if (model_initial(m)->limit)
        limit_met(m, set);
    store_insert(s.store, key);
    VEC_PUSH(&open, key);
    while (open.count) {
        key = open.items[--open.count];
        if (!space_expand(&s, &key)) {
            stop(set, "the memory limit was reached");
            break;
        }
        const uint32_t *sources;
        set->stale = model_stale_reads(m, &sources) > 0;
        if (set->stale)
            break;
        if (!s.expansion.steps.count)
            end_keep(&s, set);
        look_at_trouble(&s, set);
        rounds_state(&rounds, key);
        for (size_t i = 0; i < s.expansion.steps.count; i++) {
            const struct model_step *step = &s.expansion.steps.items[i];
            if (step->effect->limit || step->effect->trouble == MODEL_LIMIT)
                limit_met(m, set);
            uint64_t next = space_successor(&s, step);
            rounds_step(&rounds, step->task, next);
            enum store_result result = store_insert(s.store, next);
            if (result == STORE_FULL)
                stop(set, "the memory limit was reached");
            if (result == STORE_NEW)
                VEC_PUSH(&open, next);
        }
        set->states++;
        if (limits->max_states && set->states >= limits->max_states)
            stop(set, "the limit of states was reached");
        if (set->items.count >= OUTCOMES_MAX)
            stop(set, "there are too many outcomes");
        if (set->states % CLOCK_EVERY == 0 && limits->seconds > 0 && now() - start > limits->seconds)
            stop(set, "the time was up");
        set->aborted = interrupt_seen();
        if (set->aborted || set->stopped)
            break;
    }
    if (!set->stale && !set->aborted)
        rounds_visit(&rounds, &s, round_keep, set);
    rounds_free(&rounds);
    VEC_FREE(&open);
    space_free(&s);
}

void outcome_escape(const char *bytes, size_t n, vec_char *out)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\n')
            text_printf(out, "\\n");
        else if (c == '"' || c == '\\')
            text_printf(out, "\\%c", c);
        else if (c < 32 || c > 126)
            text_printf(out, "\\u%04x", c);
        else
            text_append(out, &bytes[i], 1);
    }
    text_printf(out, "%s", "");
}

void outcome_print(const struct outcome *o, vec_char *out)
{
    text_printf(out, "stdout \"");
    outcome_escape(o->text[0].items, o->text[0].count, out);
    text_printf(out, "\", stderr \"");
    outcome_escape(o->text[1].items, o->text[1].count, out);
    text_printf(out, "\", ");
    if (!o->main_ended)
        text_printf(out, "main does not end");
    else if (WIFSIGNALED(o->status))
        text_printf(out, "killed by SIG%s", sigabbrev_np(WTERMSIG(o->status)));
    else
        text_printf(out, "exit %d", WEXITSTATUS(o->status));
    if (o->end == OUTCOME_HANGS)
        text_printf(out, ", hangs");
    else if (o->end == OUTCOME_RUNNING)
        text_printf(out, ", goes on without end");
}
