/* Goal: a search that leaves interleavings out finds what the plain one finds (spec/reduction.md).
 * Method: hundreds of random programs against the naive search: the same verdict, and exactly the same deadlocks; then
 * systems whose reduced size is known. tests/fuzz/ does the same with programs of all calls. */
#include <criterion/criterion.h>

#include "search/programs.h"
#include "search/run.h"

enum { PROGRAMS = 400 };

/* Counts the deadlocks among the states that a search visited, and checks that all of them are reachable. */
struct seen {
    struct naive *n;
    const char *name;
    uint64_t deadlocks;
};

static void look(void *context, struct space *space)
{
    struct seen *s = context;
    size_t places = store_places(space->store);
    vec_u64 keys = {0};
    for (size_t place = 0; place < places; place++)
        if (store_key_at(space->store, place))
            VEC_PUSH(&keys, store_key_at(space->store, place));
    for (size_t i = 0; i < keys.count; i++) {
        uint64_t key = keys.items[i];
        cr_assert(space_expand(space, &key));
        cr_assert_neq(naive_number(s->n, space->vector, space->width), UINT32_MAX, "%s", s->name);
        s->deadlocks += model_is_deadlock(&space->expansion);
    }
    VEC_FREE(&keys);
}

static uint64_t deadlocks_of(const struct naive *n)
{
    uint64_t count = 0;
    for (size_t i = 0; i < n->states.count; i++)
        count += n->states.items[i].deadlock;
    return count;
}

static uint64_t plain_states, reduced_states, few_states;
static unsigned kinds_met[FOUND_NO_PROGRESS + 1];

static bool is_clean(const struct naive *n)
{
    for (enum search_kind kind = FOUND_DEADLOCK; kind <= FOUND_NO_PROGRESS; kind++)
        if (naive_distance(n, kind) != UINT32_MAX)
            return false;
    return true;
}

static void reduced_agrees(struct loaded *l, struct naive *n, const char *name)
{
    for (int variant = 0; variant < 4; variant++) {
        struct seen seen = {.n = n, .name = name};
        struct search_options o = {.order = variant & 1 ? SEARCH_DEPTH : SEARCH_BREADTH,
                                   .properties = variant & 2 ? PROPERTY_DEADLOCK : PROPERTY_ALL,
                                   .visited = look,
                                   .visited_context = &seen};
        struct search_result r, plain;
        search_run(l->model, &o, &r);
        if (r.complete)
            cr_assert_eq(seen.deadlocks, deadlocks_of(n), "%s, variant %d: not the same deadlocks", name, variant);
        cr_assert_leq(r.states, n->states.count, "%s", name);
        o.reduction_off = true;
        o.visited = NULL;
        search_run(l->model, &o, &plain);
        cr_assert_eq(r.kind, plain.kind, "%s, variant %d: kind %d, plainly %d", name, variant, r.kind, plain.kind);
        cr_assert_eq(r.complete, plain.complete, "%s, variant %d", name, variant);
        cr_assert_eq(r.path.length, plain.kind && o.order == SEARCH_BREADTH ? plain.path.length : r.path.length);
        if (!(variant & 2)) {
            cr_assert_eq(r.kind == FOUND_NOTHING, is_clean(n), "%s", name);
            kinds_met[r.kind]++;
        }
        plain_states += plain.states;
        *(variant & 2 ? &few_states : &reduced_states) += r.states;
        search_result_free(&r);
        search_result_free(&plain);
    }
}

Test(reduce, random_programs_keep_their_verdicts_and_their_deadlocks) /* RED-01 */
{
    programs_each(PROGRAMS, reduced_agrees);
    for (int kind = FOUND_NOTHING; kind <= FOUND_CRASH; kind++)
        cr_expect_geq(kinds_met[kind], 5, "the programs show too little of kind %d: %u", kind, kinds_met[kind]);
    cr_expect_lt(reduced_states * 10, plain_states / 2 * 9, "%llu of %llu states: nothing was left out",
                 (unsigned long long)reduced_states, (unsigned long long)plain_states / 2);
    cr_expect_leq(few_states, reduced_states);
}

/* The player, with SIGPIPE ignored from the start: a write without a reader fails instead of killing. */
#define QUIET_PLAYER                                                                                                   \
    "#include <signal.h>\n"                                                                                            \
    "#define main player\n" LOADED_PLAYER "#undef main\n"                                                              \
    "int main(int argc, char **argv) {\n"                                                                              \
    "    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);\n"                                      \
    "    return player(argc, argv);\n"                                                                                 \
    "}\n"

Test(reduce, so_do_programs_that_only_set_signals_aside) /* RED-10 */
{
    programs_each_of(QUIET_PLAYER, PROGRAMS / 2, reduced_agrees);
    for (int kind = FOUND_NOTHING; kind <= FOUND_CRASH; kind++)
        cr_expect_geq(kinds_met[kind], 3, "the programs show too little of kind %d: %u", kind, kinds_met[kind]);
    cr_expect_lt(reduced_states * 10, plain_states / 2 * 9, "%llu of %llu states: nothing was left out",
                 (unsigned long long)reduced_states, (unsigned long long)plain_states / 2);
    cr_expect_leq(few_states, reduced_states);
}

/* Whether there is a reader yet is up to the others. */
Test(reduce, a_write_that_fails_has_a_future_too) /* RED-10 */
{
    static const struct { const char *main, *a, *b; } ROWS[] = {
        {"@0W", "0w", "0w"}, {"@0W", "0wA", "0yw"}, {"@0aW", "0ywa", "0wAw"}, {"02W", "0w^", "0w!"}, {"0W", "?0w", "0wc"}};
    struct loaded l;
    loaded_text(&l, QUIET_PLAYER);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct naive n;
        loaded_play(&l, ROWS[i].main, ROWS[i].a, ROWS[i].b, NULL);
        cr_assert(naive_explore(&n, l.model, PROGRAMS_STATES_MAX));
        reduced_agrees(&l, &n, ROWS[i].a);
        naive_free(&n);
    }
    cr_assert_lt(reduced_states, plain_states / 2);
    loaded_close(&l);
}

static uint64_t states_of(const char *file, const char *flag, unsigned properties, bool plain, struct search_result *r)
{
    struct loaded l;
    struct search_options o = {.properties = properties, .reduction_off = plain};
    const uint32_t *sources;
    loaded_file(&l, file, flag);
    l.options.clear = true;
    search_run(loaded_again(&l), &o, r);
    cr_assert_eq(model_stale_reads(l.model, &sources), 0, "%s", file);
    uint64_t states = r->states;
    search_result_free(r);
    loaded_close(&l);
    return states;
}

/* N philosophers of whom one is left-handed need 5/2 N^2 + N/2 + 1 + ... states: the numbers are LTSmin's best, which it
 * reaches when every fork is a constant of the model; to each come the 2 N + 1 states in which main starts them. */
Test(reduce, philosophers_are_left_with_the_agreed_states) /* RED-04, RED-05 */
{
    static const struct { const char *flag; uint64_t table, start; } ROWS[] = {
        {"-DN=3", 16, 7}, {"-DN=5", 52, 11}, {"-DN=8", 151, 17}, {"-DN=12", 367, 25}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct search_result r;
        uint64_t states = states_of("models/semaphore/philosophers_lefty.c", ROWS[i].flag, PROPERTY_DEADLOCK, false, &r);
        cr_assert_eq(states, ROWS[i].table + ROWS[i].start, "%s: %llu states", ROWS[i].flag, (unsigned long long)states);
    }
}

Test(reduce, all_properties_cost_more_than_deadlocks_and_less_than_everything) /* RED-07 */
{
    struct search_result r;
    const char *file = "models/semaphore/philosophers_lefty.c";
    uint64_t few = states_of(file, "-DN=6", PROPERTY_DEADLOCK, false, &r), all = states_of(file, "-DN=6", PROPERTY_ALL, false, &r),
             plain = states_of(file, "-DN=6", PROPERTY_ALL, true, &r);
    cr_assert_lt(few, all);
    cr_assert_lt(all * 3, plain);
}

/* Messages of one size are followed through a pipe, and an end that cannot come is not expected (RED-08). Were the
 * machine to believe what is only foreseen, it would keep the buffers, and the states would be more than without
 * reduction (RED-09). */
Test(reduce, records_of_a_pipe_are_known)
{
    struct search_result r;
    const char *file = "models/pipe/producers_consumers.c";
    uint64_t few = states_of(file, NULL, PROPERTY_DEADLOCK, false, &r), all = states_of(file, NULL, PROPERTY_ALL, false, &r);
    cr_assert_lt(few, 7000, "%llu", (unsigned long long)few);
    cr_assert_lt(all, 16913, "%llu", (unsigned long long)all);
}

/* A task that runs for ever by itself must not hide the trouble of others. */
Test(reduce, nobody_is_put_off_for_ever) /* RED-07 */
{
    static const struct { const char *main, *a, *b; enum search_kind kind; } ROWS[] = {
        {"x", "y*", "^!", FOUND_ASSERTION}, {"x", "Aa*", "^k", FOUND_CRASH}, {"@W", "aA*", "b", FOUND_STUCK}, {"@W", "wr*", "bb", FOUND_STUCK}};
    struct loaded l;
    loaded_text(&l, LOADED_PLAYER);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct search_options o = {.properties = PROPERTY_ALL};
        struct search_result r;
        search_run(loaded_play(&l, ROWS[i].main, ROWS[i].a, ROWS[i].b, NULL), &o, &r);
        cr_assert_eq(r.kind, ROWS[i].kind, "row %zu: kind %d", i, r.kind);
        search_result_free(&r);
    }
    loaded_close(&l);
}

/* A step into an atomic section stops everybody: it is never made alone (RED-06). */
Test(reduce, atomic_sections_are_entered_at_every_moment)
{
    struct loaded l;
    loaded_text(&l, LOADED_PLAYER);
    for (int plain = 0; plain < 2; plain++) {
        struct search_options o = {.properties = PROPERTY_ALL, .reduction_off = plain};
        struct search_result r;
        search_run(loaded_play(&l, "@W", "(^^)", "!", NULL), &o, &r);
        cr_assert_eq(r.kind, FOUND_NOTHING, "inside, the cell is never seen changed");
        search_result_free(&r);
        search_run(loaded_play(&l, "@W", "(^)^", "!", NULL), &o, &r);
        cr_assert_eq(r.kind, FOUND_ASSERTION);
        search_result_free(&r);
    }
    loaded_close(&l);
}
