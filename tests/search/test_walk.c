/* Goal: a random walk is a run of the program and a function of its seed; a shortened one is a shortest way to the same.
 * Method: random programs against the naive graph; every walk is followed there step by step. */
#include <criterion/criterion.h>

#include "search/minimise.h"
#include "search/programs.h"
#include "search/walk.h"

enum { PROGRAMS = 150, SEEDS = 8 };

static unsigned met[FOUND_NO_PROGRESS + 1];

/* Follows the walk in the naive graph. Returns the last state that lies in it. */
static uint32_t follow(const struct naive *n, const struct walk *w, uint8_t *trouble, const char *name)
{
    uint32_t state = 0;
    *trouble = MODEL_FINE;
    for (size_t i = 0; i < w->steps.count; i++) {
        cr_assert_eq(*trouble, MODEL_FINE, "%s: a walk ends with its trouble", name);
        const struct naive_state *s = &n->states.items[state];
        uint32_t e = s->first;
        while (e < s->first + s->count &&
               (n->edges.items[e].task != w->steps.items[i].task || n->edges.items[e].outcome != w->steps.items[i].outcome))
            e++;
        cr_assert_lt(e, s->first + s->count, "%s: step %zu is not enabled", name, i + 1);
        *trouble = n->edges.items[e].trouble;
        if (*trouble == MODEL_FINE)
            state = n->edges.items[e].to;
    }
    return state;
}

static void walks_are_runs(struct loaded *l, struct naive *n, const char *name)
{
    struct walk w = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct walk_options o = {.seed = seed, .max_steps = 120, .properties = PROPERTY_ALL};
        uint8_t trouble;
        walk_run(l->model, &o, &w);
        cr_assert_leq(w.steps.count, o.max_steps);
        cr_assert(!w.cut || w.steps.count == o.max_steps || w.kind == FOUND_STUCK, "%s", name);
        uint32_t last = follow(n, &w, &trouble, name);
        const struct naive_state *s = &n->states.items[last];
        switch (w.kind) {
        case FOUND_NOTHING: cr_assert(w.cut || (!s->count && !s->deadlock) || trouble == MODEL_LIMIT, "%s", name); break;
        case FOUND_DEADLOCK: cr_assert(s->deadlock, "%s", name); break;
        case FOUND_STUCK: cr_assert(naive_is_stuck(n, last), "%s", name); break;
        case FOUND_CRASH: cr_assert_eq(trouble, MODEL_CRASH, "%s", name); break;
        case FOUND_ASSERTION: cr_assert_eq(trouble, MODEL_ASSERTION, "%s", name); break;
        case FOUND_ENDLESS: cr_assert_eq(trouble, MODEL_ENDLESS, "%s", name); break;
        case FOUND_NO_PROGRESS: cr_assert_not(naive_makes_progress(n, last), "%s", name); break;
        }
        met[w.kind]++;
    }
    walk_free(&w);
}

Test(walk, every_walk_is_a_run_of_the_program_and_ends_in_what_it_says)
{
    programs_each(PROGRAMS, walks_are_runs);
    for (int kind = FOUND_NOTHING; kind <= FOUND_CRASH; kind++)
        cr_assert(met[kind] >= 5 || kind == FOUND_STUCK, "kind %d was met %u times", kind, met[kind]);
}

static void walks_are_repeatable(struct loaded *l, struct naive *n, const char *name)
{
    struct walk first = {0}, again = {0};
    (void)n;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct walk_options o = {.seed = walk_random(77, seed), .max_steps = 60, .properties = PROPERTY_ALL};
        walk_run(l->model, &o, &first);
        if (seed % 2)
            loaded_again(l); /* a model that knows nothing yet */
        walk_run(l->model, &o, &again);
        cr_assert_eq(first.kind, again.kind, "%s", name);
        cr_assert_eq(first.cut, again.cut, "%s", name);
        cr_assert_eq(first.steps.count, again.steps.count, "%s", name);
        for (size_t i = 0; i < first.steps.count; i++) {
            cr_assert_eq(first.steps.items[i].task, again.steps.items[i].task, "%s: step %zu", name, i + 1);
            cr_assert_eq(first.steps.items[i].outcome, again.steps.items[i].outcome, "%s: step %zu", name, i + 1);
        }
    }
    walk_free(&first);
    walk_free(&again);
}

Test(walk, a_task_that_nobody_can_wake_is_found_though_others_go_on)
{
    struct loaded l;
    struct walk w = {0};
    loaded_text(&l, LOADED_PLAYER);
    struct walk_options o = {.seed = 1, .max_steps = 200, .properties = PROPERTY_ALL};
    walk_run(loaded_play(&l, "@02y*", "r", NULL, NULL), &o, &w);
    cr_assert_eq(w.kind, FOUND_STUCK);
    cr_assert_lt(w.steps.count, 100, "the walk is cut where it began");
    o.properties &= ~(unsigned)PROPERTY_STUCK;
    walk_run(l.model, &o, &w);
    cr_assert_eq(w.kind, FOUND_NO_PROGRESS);
    cr_assert_lt(w.steps.count, 150, "it is looked at after 64 steps without progress");
    o.properties &= ~(unsigned)PROPERTY_LIVELOCK;
    walk_run(l.model, &o, &w);
    cr_assert_eq(w.kind, FOUND_NOTHING);
    cr_assert(w.cut);
    walk_free(&w);
    loaded_close(&l);
}

Test(walk, the_same_seed_gives_the_same_steps_also_in_a_fresh_model)
{
    programs_each(PROGRAMS / 3, walks_are_repeatable);
}

Test(walk, different_seeds_give_different_walks)
{
    struct loaded l;
    struct walk w = {0};
    loaded_file(&l, "models/semaphore/philosophers_lefty.c", "-DN=4");
    uint64_t hashes[20];
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct walk_options o = {.seed = seed, .max_steps = 50, .properties = PROPERTY_ALL};
        walk_run(l.model, &o, &w);
        cr_assert(w.cut);
        hashes[seed] = 0;
        for (size_t i = 0; i < w.steps.count; i++)
            hashes[seed] = hashes[seed] * 31 + w.steps.items[i].task;
        for (uint64_t other = 0; other < seed; other++)
            cr_assert_neq(hashes[other], hashes[seed]);
    }
    walk_free(&w);
    loaded_close(&l);
}

Test(walk, every_outcome_of_a_choice_is_drawn)
{
    struct loaded l;
    struct walk w = {0};
    loaded_body(&l, "_exit(impasse_choose(5))");
    unsigned drawn[5] = {0};
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct walk_options o = {.seed = walk_random(1, seed), .max_steps = 50, .properties = PROPERTY_ALL};
        walk_run(l.model, &o, &w);
        cr_assert_lt(w.steps.items[0].outcome, 5);
        drawn[w.steps.items[0].outcome]++;
    }
    for (unsigned i = 0; i < 5; i++)
        cr_assert(drawn[i] >= 60 && drawn[i] <= 140, "outcome %u: %u of 500", i, drawn[i]);
    walk_free(&w);
    loaded_close(&l);
}

/* ---- shortening ---- */

struct same {
    struct model *model;
    enum search_kind kind;
    uint8_t culprits[NAIVE_TASKS];
};

static bool is_same(void *context, const struct search_path *path)
{
    struct same *s = context;
    return walk_judge(s->model, path, PROPERTY_ALL, s->culprits) == s->kind;
}

static unsigned shortened;

static void minimised_is_shortest(struct loaded *l, struct naive *n, const char *name)
{
    struct walk w = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct walk_options o = {.seed = seed, .max_steps = 100, .properties = PROPERTY_ALL};
        walk_run(l->model, &o, &w);
        if (w.kind == FOUND_NOTHING || w.kind == FOUND_STUCK)
            continue;
        struct search_path path;
        cr_assert(walk_path(l->model, w.steps.items, w.steps.count, &path));
        struct same same = {.model = l->model, .kind = w.kind};
        cr_assert_eq(walk_judge(l->model, &path, PROPERTY_ALL, same.culprits), w.kind, "%s: judged apart from the walk", name);
        size_t before = path.length;
        cr_assert(minimise_path(l->model, &path, is_same, &same, 0), "%s", name);
        cr_assert_eq(walk_judge(l->model, &path, PROPERTY_ALL, same.culprits), w.kind, "%s", name);
        cr_assert_leq(path.length, before);
        cr_assert_eq(path.length, naive_distance(n, w.kind), "%s: kind %d: %zu steps, naively %u", name, w.kind, path.length,
                     naive_distance(n, w.kind));
        shortened += path.length < before;
        mem_free(path.states);
        mem_free(path.steps);
    }
    walk_free(&w);
}

Test(minimise, the_path_becomes_a_shortest_one_to_the_same_kind_of_failure)
{
    programs_each(PROGRAMS, minimised_is_shortest);
    cr_assert_geq(shortened, 100, "only %u paths became shorter", shortened);
}

Test(minimise, a_path_stays_as_it_is_when_the_search_is_given_up)
{
    struct loaded l;
    struct walk w = {0};
    loaded_file(&l, "models/semaphore/philosophers.c", "-DN=3");
    struct walk_options o = {.max_steps = 10000, .properties = PROPERTY_ALL};
    do {
        o.seed++;
        walk_run(l.model, &o, &w);
    } while (w.kind != FOUND_DEADLOCK);
    struct search_path path;
    cr_assert(walk_path(l.model, w.steps.items, w.steps.count, &path));
    struct same same = {.model = l.model, .kind = FOUND_DEADLOCK};
    cr_assert_not(minimise_path(l.model, &path, is_same, &same, 3));
    cr_assert_eq(path.length, w.steps.count);
    cr_assert_eq(walk_judge(l.model, &path, PROPERTY_ALL, same.culprits), FOUND_DEADLOCK);
    mem_free(path.states);
    mem_free(path.steps);
    walk_free(&w);
    loaded_close(&l);
}

Test(walk, steps_of_another_program_are_refused)
{
    struct loaded l;
    loaded_body(&l, "sched_yield(); sched_yield()");
    static const struct walk_step WRONG[] = {{0, 0}, {0, 7}};
    struct search_path path;
    cr_assert_not(walk_path(l.model, WRONG, 2, &path));
    cr_assert_eq(path.length, 1);
    mem_free(path.states);
    mem_free(path.steps);
    loaded_close(&l);
}
