/* Goal: every search says the truth about a program, and the same truth in every mode.
 * Method: hundreds of random programs (scripts of semaphore and pipe calls, from a fixed seed) against the naive search
 * of naive.h; then the models of models/, and the limits on one of them. */
#include <criterion/criterion.h>

#include "search/programs.h"
#include "search/run.h"

enum { PROGRAMS = 400 };

static struct search_result run(struct model *m, enum search_order order, unsigned properties)
{
    struct search_options o = {.order = order, .properties = properties, .reduction_off = true};
    struct search_result r;
    search_run(m, &o, &r);
    return r;
}

/* Each step of the path is a step of the model, and leads to the next state. */
static void expect_path(struct model *m, const struct search_path *p, const char *name)
{
    struct model_expansion e = {0};
    const struct model_effect *initial = model_initial(m);
    for (uint32_t i = 0; i < initial->write_count; i++)
        cr_assert_eq(p->states[initial->writes[i].slot], initial->writes[i].value, "%s: starts at the start", name);
    for (size_t i = 0; i < p->length; i++) {
        const uint32_t *from = p->states + i * p->width, *to = from + p->width;
        model_expand(m, from, p->width, &e);
        bool enabled = false;
        for (size_t s = 0; s < e.steps.count; s++)
            enabled |= e.steps.items[s].task == p->steps[i].task && e.steps.items[s].effect == p->steps[i].effect;
        cr_assert(enabled, "%s: step %zu is not enabled", name, i + 1);
        for (uint32_t slot = 0; slot < p->width; slot++) {
            uint32_t expected = from[slot];
            for (uint32_t w = 0; w < p->steps[i].effect->write_count; w++)
                if (p->steps[i].effect->writes[w].slot == slot)
                    expected = p->steps[i].effect->writes[w].value;
            cr_assert_eq(to[slot], expected, "%s: step %zu", name, i + 1);
        }
    }
    model_expansion_free(&e);
}

/* Whether the end of the path is what the verdict says, by the naive graph alone. */
static bool shows(struct naive *n, const struct search_result *r)
{
    const struct search_path *p = &r->path;
    uint32_t last = naive_number(n, p->states + p->length * p->width, p->width);
    switch (r->kind) {
    case FOUND_NOTHING: return true;
    case FOUND_DEADLOCK: return last != UINT32_MAX && n->states.items[last].deadlock; /* GEN-10 */
    case FOUND_STUCK: return last != UINT32_MAX && naive_is_stuck(n, last);
    case FOUND_CRASH: return p->length && p->steps[p->length - 1].effect->trouble == MODEL_CRASH;
    case FOUND_ASSERTION: return p->length && p->steps[p->length - 1].effect->trouble == MODEL_ASSERTION;
    case FOUND_ENDLESS: return p->length && p->steps[p->length - 1].effect->trouble == MODEL_ENDLESS;
    case FOUND_NO_PROGRESS: return last != UINT32_MAX && !naive_makes_progress(n, last);
    }
    return false;
}

static bool is_clean(const struct naive *n)
{
    return naive_distance(n, FOUND_DEADLOCK) == UINT32_MAX && naive_distance(n, FOUND_CRASH) == UINT32_MAX &&
           naive_distance(n, FOUND_ASSERTION) == UINT32_MAX && naive_distance(n, FOUND_ENDLESS) == UINT32_MAX;
}

static void expect_truth(struct naive *n, struct model *m, const struct search_result *r, const char *name)
{
    cr_assert_eq(r->complete, !n->limit, "%s", name);
    cr_assert_eq(r->states, n->states.count, "%s: %llu states, naively %zu", name, (unsigned long long)r->states, n->states.count);
    cr_assert_eq(r->transitions, n->edges.count, "%s", name);
    bool stuck = naive_distance(n, FOUND_STUCK) != UINT32_MAX, busy = naive_distance(n, FOUND_NO_PROGRESS) != UINT32_MAX;
    cr_assert_eq(r->kind == FOUND_NOTHING, is_clean(n) && !stuck && !busy, "%s: kind %d", name, r->kind);
    cr_assert(is_clean(n) || r->kind != FOUND_STUCK, "%s: a stuck task matters where nothing worse is", name);
    cr_assert((is_clean(n) && !stuck) || r->kind != FOUND_NO_PROGRESS, "%s: and so does a livelock", name);
    if (r->kind == FOUND_NOTHING)
        return;
    expect_path(m, &r->path, name);
    cr_assert(shows(n, r), "%s: the end of the path does not show kind %d", name, r->kind);
}

static unsigned kinds_met[FOUND_NO_PROGRESS + 1];

static void both_orders_are_right(struct loaded *l, struct naive *n, const char *name)
{
    struct search_result broad = run(l->model, SEARCH_BREADTH, PROPERTY_ALL), deep = run(l->model, SEARCH_DEPTH, PROPERTY_ALL);
    expect_truth(n, l->model, &broad, name);
    expect_truth(n, l->model, &deep, name);
    cr_assert_eq(broad.depth, n->states.items[n->states.count - 1].depth, "%s", name);
    kinds_met[broad.kind]++;
    search_result_free(&broad);
    search_result_free(&deep);
}

Test(search, random_programs_get_the_counts_and_the_truth_in_both_orders)
{
    programs_each(PROGRAMS, both_orders_are_right);
    for (int kind = FOUND_NOTHING; kind <= FOUND_CRASH; kind++)
        cr_assert_geq(kinds_met[kind], 5, "the programs show too little of kind %d: %u", kind, kinds_met[kind]);
    cr_assert_geq(kinds_met[FOUND_NO_PROGRESS], 5, "too few livelocks: %u", kinds_met[FOUND_NO_PROGRESS]);
}

static void kinds_agree(struct loaded *l, struct naive *n, const char *name)
{
    (void)n;
    struct search_result broad = run(l->model, SEARCH_BREADTH, PROPERTY_ALL), deep = run(l->model, SEARCH_DEPTH, PROPERTY_ALL);
    cr_expect_eq(broad.kind, deep.kind, "%s: breadth first finds kind %d, depth first %d", name, broad.kind, deep.kind);
    search_result_free(&broad);
    search_result_free(&deep);
}

Test(search, depth_first_and_breadth_first_have_one_verdict)
{
    programs_each(PROGRAMS, kinds_agree);
}

static void shortest_is_shortest(struct loaded *l, struct naive *n, const char *name)
{
    for (enum search_order order = SEARCH_BREADTH; order <= SEARCH_DEPTH; order++) {
        struct search_result r = run(l->model, order, PROPERTY_ALL);
        if (r.kind != FOUND_NOTHING && r.shortest)
            cr_expect_eq(r.path.length, naive_distance(n, r.kind), "%s: order %d kind %d: %zu steps, naively %u", name, order,
                         r.kind, r.path.length, naive_distance(n, r.kind));
        cr_expect(r.kind == FOUND_NOTHING || r.shortest || order == SEARCH_DEPTH || r.kind == FOUND_STUCK);
        search_result_free(&r);
    }
}

Test(search, a_path_that_is_called_shortest_has_the_naive_length)
{
    programs_each(PROGRAMS, shortest_is_shortest);
}

Test(search, a_stuck_task_that_was_noticed_late_has_no_shortest_path)
{
    struct loaded l;
    struct naive n;
    loaded_text(&l, LOADED_PLAYER);
    /* The reader can never move again from its start, but that shows only when main has closed both ends. */
    struct model *m = loaded_play(&l, "@yyy0yy2y*", "r", NULL, NULL);
    cr_assert(naive_explore(&n, m, PROGRAMS_STATES_MAX));
    struct search_result r = run(m, SEARCH_BREADTH, PROPERTY_ALL);
    cr_assert_eq(r.kind, FOUND_STUCK);
    cr_assert(!r.shortest || r.path.length == naive_distance(&n, FOUND_STUCK), "%zu steps, naively %u", r.path.length,
              naive_distance(&n, FOUND_STUCK));
    search_result_free(&r);
    naive_free(&n);
    loaded_close(&l);
}

static void one_property_at_a_time(struct loaded *l, struct naive *n, const char *name)
{
    static const struct { unsigned property; enum search_kind kind; } ALL[] = {
        {PROPERTY_DEADLOCK, FOUND_DEADLOCK}, {PROPERTY_CRASH, FOUND_CRASH}, {PROPERTY_ASSERTION, FOUND_ASSERTION},
        {PROPERTY_STUCK, FOUND_STUCK},       {PROPERTY_LIVELOCK, FOUND_ENDLESS}};
    for (size_t i = 0; i < sizeof ALL / sizeof *ALL; i++)
        for (enum search_order order = SEARCH_BREADTH; order <= SEARCH_DEPTH; order++) {
            struct search_result r = run(l->model, order, ALL[i].property);
            bool there = naive_distance(n, ALL[i].kind) != UINT32_MAX;
            bool busy = ALL[i].property == PROPERTY_LIVELOCK && naive_distance(n, FOUND_NO_PROGRESS) != UINT32_MAX;
            cr_assert_eq(r.kind, there ? ALL[i].kind : busy ? FOUND_NO_PROGRESS : FOUND_NOTHING, "%s: property %u, order %d: kind %d", name,
                         ALL[i].property, order, r.kind);
            search_result_free(&r);
        }
}

Test(search, each_property_alone_is_decided_exactly)
{
    programs_each(PROGRAMS, one_property_at_a_time);
}

/* ---- who is to blame, and since when ---- */

static void culprits_are_right(struct loaded *l, struct naive *n, const char *name)
{
    for (unsigned property = 0; property < 2; property++) {
        struct search_result r = run(l->model, SEARCH_BREADTH, property ? PROPERTY_STUCK : PROPERTY_ALL);
        unsigned culprits = 0;
        uint32_t last = r.kind ? naive_number(n, r.path.states + r.path.length * r.path.width, r.path.width) : UINT32_MAX;
        for (uint32_t t = 0; t < r.culprit_count; t++) {
            culprits += r.culprits[t] != 0;
            if (r.kind == FOUND_DEADLOCK)
                cr_assert_eq(r.culprits[t] != 0, n->states.items[last].status[t] == TASK_BLOCKED, "%s: task %u", name, t);
            if (r.kind == FOUND_STUCK && r.culprits[t])
                cr_assert_not(n->states.items[last].movable >> t & 1, "%s: task %u can move again", name, t);
        }
        cr_expect(r.kind == FOUND_NOTHING || culprits, "%s: kind %d, and nobody is to blame", name, r.kind);
        search_result_free(&r);
    }
}

Test(search, culprits_are_those_who_wait_for_ever)
{
    programs_each(PROGRAMS, culprits_are_right);
}

Test(search, a_stuck_task_is_to_blame_though_others_hold_it_now_and_then)
{
    struct loaded l;
    loaded_text(&l, LOADED_PLAYER);
    /* Main may still write to the pipe, for all that its descriptors say, but never does. */
    struct model *m = loaded_play(&l, "@(yy)*", "r", NULL, NULL);
    struct search_result r = run(m, SEARCH_BREADTH, PROPERTY_ALL);
    cr_assert_eq(r.kind, FOUND_STUCK);
    cr_assert_eq(r.culprits[0], 0);
    cr_assert_eq(r.culprits[1], 1);
    search_result_free(&r);
    loaded_close(&l);
}

static unsigned returns_checked, returns_late;

static void no_return_is_right(struct loaded *l, struct naive *n, const char *name)
{
    struct search_result r = run(l->model, SEARCH_BREADTH, PROPERTY_ALL);
    if (r.kind != FOUND_NOTHING && r.no_return_known) {
        bool by_step = r.kind != FOUND_DEADLOCK;
        size_t judged = r.path.length - by_step; /* states 0..judged of the path are states of the graph */
        uint32_t expected = (uint32_t)r.path.length;
        for (size_t i = judged + 1; i-- > 0;) {
            uint32_t state = naive_number(n, r.path.states + i * r.path.width, r.path.width);
            cr_assert_neq(state, UINT32_MAX);
            if (!n->states.items[state].doomed)
                break;
            expected = (uint32_t)i;
        }
        cr_assert_eq(r.no_return, expected, "%s: %u, by brute force %u", name, r.no_return, expected);
        returns_checked++;
        returns_late += expected > 0;
    }
    search_result_free(&r);
}

Test(search, the_point_of_no_return_is_the_first_doomed_state_of_the_path)
{
    programs_each(PROGRAMS, no_return_is_right);
    cr_assert_geq(returns_checked, 50);
    cr_assert_geq(returns_late, 10, "%u of %u", returns_late, returns_checked);
}

/* ---- model files ---- */

struct file_row {
    char path[60], flag[12];
};

static const struct file_row FILES[] = {
    {"models/pipe/forgotten_close.c", ""},        {"models/pipe/forgotten_close_fixed.c", ""},
    {"models/pipe/wrong_address.c", ""},          {"models/pipe/both_read_first.c", ""},
    {"models/pipe/second_child_inherits.c", ""},  {"models/pipe/partial_record.c", ""},
    {"models/semaphore/philosophers.c", "-DN=3"}, {"models/semaphore/philosophers_lefty.c", "-DN=4"},
    {"models/semaphore/abba.c", ""},              {"models/semaphore/lost_counter.c", ""},
    {"models/process/wait_never_returns.c", ""},  {"models/process/orphan.c", ""},
};

Test(search, model_files_get_the_naive_counts_and_shortest_paths_in_both_orders)
{
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        struct loaded l;
        struct naive n;
        loaded_file(&l, FILES[i].path, *FILES[i].flag ? FILES[i].flag : NULL);
        cr_assert(naive_explore(&n, l.model, 20000), "%s is too large", FILES[i].path);
        struct search_result broad = run(l.model, SEARCH_BREADTH, PROPERTY_ALL), deep = run(l.model, SEARCH_DEPTH, PROPERTY_ALL);
        expect_truth(&n, l.model, &broad, FILES[i].path);
        expect_truth(&n, l.model, &deep, FILES[i].path);
        cr_expect_eq(broad.kind, deep.kind, "%s", FILES[i].path);
        if (broad.kind != FOUND_NOTHING)
            cr_expect_eq(broad.path.length, naive_distance(&n, broad.kind), "%s", FILES[i].path);
        search_result_free(&broad);
        search_result_free(&deep);
        naive_free(&n);
        loaded_close(&l);
    }
}

Test(search, a_search_on_a_model_that_was_searched_before_is_the_same)
{
    struct loaded l;
    loaded_file(&l, "models/semaphore/philosophers_lefty.c", "-DN=4");
    struct search_result deep = run(l.model, SEARCH_DEPTH, PROPERTY_ALL), broad = run(l.model, SEARCH_BREADTH, PROPERTY_ALL);
    struct search_result fresh = run(loaded_again(&l), SEARCH_BREADTH, PROPERTY_ALL);
    cr_assert_eq(deep.states, broad.states);
    cr_assert_eq(broad.states, fresh.states);
    cr_assert_eq(broad.transitions, fresh.transitions);
    cr_assert_eq(broad.depth, fresh.depth);
    search_result_free(&deep);
    search_result_free(&broad);
    search_result_free(&fresh);
    loaded_close(&l);
}

/* ---- limits ---- */

static bool refuse(void *context, const struct search_progress *p)
{
    unsigned *calls = context;
    cr_assert_geq(p->states, 1);
    return ++*calls < 3;
}

static bool refuse_at_once(void *context, const struct search_progress *p)
{
    (void)context;
    (void)p;
    return false;
}

Test(search, every_limit_makes_it_incomplete_and_never_ok)
{
    struct loaded l;
    unsigned calls = 0;
    loaded_file(&l, "models/semaphore/philosophers_lefty.c", "-DN=8");
    struct { struct search_options o; enum search_stop stop; } rows[] = {
        {{.max_states = 1000}, STOP_STATES},  {{.max_depth = 12}, STOP_DEPTH},
        {{.max_memory = 100000}, STOP_MEMORY}, {{.seconds = 1e-6}, STOP_TIME},
        {{.progress = refuse, .context = &calls}, STOP_INTERRUPTED}, {{.progress = refuse_at_once}, STOP_INTERRUPTED}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (enum search_order order = SEARCH_BREADTH; order <= SEARCH_DEPTH; order++) {
            struct search_result r;
            rows[i].o.order = order;
            rows[i].o.properties = PROPERTY_ALL;
            rows[i].o.reduction_off = true;
            calls = 0;
            search_run(loaded_again(&l), &rows[i].o, &r);
            cr_assert_not(r.complete, "row %zu order %d", i, order);
            cr_assert_eq(r.stop, rows[i].stop, "row %zu order %d: %d", i, order, r.stop);
            cr_assert_eq(r.kind, FOUND_NOTHING);
            cr_assert_geq(r.states, 1);
            search_result_free(&r);
        }
    loaded_close(&l);
}

Test(search, limits_are_kept_closely)
{
    struct loaded l;
    loaded_file(&l, "models/semaphore/philosophers_lefty.c", "-DN=10");
    for (uint64_t limit = 1; limit < 3000; limit = limit * 3 + 1) {
        struct search_options o = {.properties = PROPERTY_ALL, .reduction_off = true, .max_states = limit};
        struct search_result r;
        search_run(l.model, &o, &r);
        cr_assert_geq(r.states, limit);
        cr_assert_leq(r.states, limit * 4, "a level more at most: %llu", (unsigned long long)r.states);
        search_result_free(&r);
        o.order = SEARCH_DEPTH;
        search_run(l.model, &o, &r);
        cr_assert_geq(r.states, limit);
        cr_assert_leq(r.states, limit + 1);
        search_result_free(&r);
    }
    loaded_close(&l);
    loaded_file(&l, "models/semaphore/philosophers_lefty.c", "-DN=11");
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        struct search_options o = {.properties = PROPERTY_ALL, .reduction_off = true, .max_memory = 3 << 20, .threads = threads};
        struct search_result r;
        search_run(loaded_again(&l), &o, &r);
        cr_assert_eq(r.stop, STOP_MEMORY);
        cr_assert_not(r.complete);
        cr_assert_leq(r.peak_bytes, 4 << 20, "%zu bytes", r.peak_bytes);
        search_result_free(&r);
    }
    loaded_close(&l);
}

/* ---- threads ---- */

static void expect_same(const struct search_result *a, const struct search_result *b, const char *name, unsigned threads)
{
    cr_assert_eq(a->kind, b->kind, "%s with %u threads", name, threads);
    cr_assert_eq(a->stop, b->stop, "%s with %u threads", name, threads);
    cr_assert_eq(a->complete, b->complete, "%s with %u threads", name, threads);
    cr_assert_eq(a->states, b->states, "%s with %u threads", name, threads);
    cr_assert_eq(a->transitions, b->transitions, "%s with %u threads", name, threads);
    cr_assert_eq(a->depth, b->depth, "%s with %u threads", name, threads);
    cr_assert_eq(a->no_return, b->no_return, "%s with %u threads", name, threads);
    cr_assert_eq(a->store_bytes_used, b->store_bytes_used, "%s with %u threads", name, threads);
    cr_assert_eq(a->path.length, b->path.length, "%s with %u threads", name, threads);
    for (size_t i = 0; i < a->path.length; i++) {
        cr_assert_eq(a->path.steps[i].task, b->path.steps[i].task, "%s: step %zu with %u threads", name, i + 1, threads);
        cr_assert_eq(a->path.steps[i].effect->outcome, b->path.steps[i].effect->outcome, "%s with %u threads", name, threads);
    }
}

Test(search, results_do_not_depend_on_the_number_of_threads)
{
    /* Large enough for levels that are worth several threads. */
    static const struct { struct file_row file; uint64_t max_states; } ROWS[] = {
        {{"models/semaphore/philosophers_lefty.c", "-DN=10"}, 0}, {{"models/semaphore/philosophers.c", "-DN=9"}, 0},
        {{"models/semaphore/philosophers_lefty.c", "-DN=11"}, 60000}, {{"models/pipe/producers_consumers.c", ""}, 0},
        {{"models/pipe/writer_without_reader.c", ""}, 0}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct loaded l;
        struct search_result one = {0};
        struct search_options o = {.properties = PROPERTY_ALL, .reduction_off = true, .max_states = ROWS[i].max_states};
        loaded_file(&l, ROWS[i].file.path, *ROWS[i].file.flag ? ROWS[i].file.flag : NULL);
        for (o.threads = 1; o.threads <= 4; o.threads++) {
            struct search_result r;
            struct model *old = l.model; /* paths hold effects of their model */
            l.model = NULL;
            search_run(loaded_again(&l), &o, &r);
            if (o.threads == 1) {
                one = r;
                model_destroy(old);
                continue;
            }
            expect_same(&one, &r, ROWS[i].file.path, o.threads);
            search_result_free(&r);
            model_destroy(l.model);
            l.model = old;
        }
        search_result_free(&one);
        loaded_close(&l);
    }
}

Test(search, a_limit_that_is_not_met_changes_nothing)
{
    struct loaded l;
    loaded_file(&l, "models/semaphore/philosophers_lefty.c", "-DN=3");
    struct search_result free_run = run(l.model, SEARCH_BREADTH, PROPERTY_ALL);
    struct search_options o = {.properties = PROPERTY_ALL, .reduction_off = true, .max_states = free_run.states + 1, .max_depth = free_run.depth + 1,
                               .max_memory = 1 << 30, .seconds = 3600};
    for (o.order = SEARCH_BREADTH; o.order <= SEARCH_DEPTH; o.order++) {
        struct search_result r;
        if (o.order == SEARCH_DEPTH)
            o.max_depth = 0;
        search_run(l.model, &o, &r);
        cr_assert(r.complete);
        cr_assert_eq(r.states, free_run.states);
        search_result_free(&r);
    }
    search_result_free(&free_run);
    loaded_close(&l);
}

Test(search, a_violation_within_the_limit_is_found)
{
    struct loaded l;
    loaded_file(&l, "models/semaphore/philosophers.c", "-DN=6");
    struct search_result whole = run(l.model, SEARCH_BREADTH, PROPERTY_ALL);
    cr_assert_eq(whole.kind, FOUND_DEADLOCK);
    struct search_options o = {.properties = PROPERTY_ALL, .reduction_off = true, .max_depth = whole.path.length + 1};
    struct search_result r;
    search_run(l.model, &o, &r);
    cr_assert_eq(r.kind, FOUND_DEADLOCK);
    cr_assert_eq(r.path.length, whole.path.length);
    cr_assert_not(r.complete);
    search_result_free(&r);
    search_result_free(&whole);
    loaded_close(&l);
}

Test(search, trouble_before_the_first_step_is_found_with_an_empty_path)
{
    static const struct { char body[60]; enum search_kind kind; } ROWS[] = {
        {"assert(!\"now\")", FOUND_ASSERTION}, {"*(volatile int *)8 = 1", FOUND_CRASH}, {"for (;;) continue", FOUND_ENDLESS}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct loaded l;
        struct search_result r = run(loaded_body(&l, ROWS[i].body), SEARCH_BREADTH, PROPERTY_ALL);
        cr_assert_eq(r.kind, ROWS[i].kind);
        cr_assert_eq(r.path.length, 0);
        cr_assert_eq(r.states, 1);
        cr_assert_eq(r.culprits[0], 1);
        cr_assert(r.no_return_known);
        cr_assert_eq(r.no_return, 0);
        search_result_free(&r);
        loaded_close(&l);
    }
}

Test(search, a_limit_of_the_simulation_is_no_ok)
{
    struct loaded l;
    loaded_body(&l, "for (int i = 0; i < 8; i++) if (fork() == 0) _exit(0)");
    l.settings.processes = 3;
    struct search_result r = run(loaded_again(&l), SEARCH_BREADTH, PROPERTY_ALL);
    cr_assert_eq(r.kind, FOUND_NOTHING);
    cr_assert(r.limit_met);
    cr_assert_not(r.complete);
    cr_assert_eq(r.stop, STOP_LIMIT);
    search_result_free(&r);
    loaded_close(&l);
}
