/* Goal: both tiers of `stuck`: the exact one is exact, the first one never wrong.
 * Method: random programs; the tasks that move in no reachable state, by a fixpoint over the naive graph. */
#include <criterion/criterion.h>

#include "search/programs.h"
#include "search/run.h"

enum { PROGRAMS = 500 };

/* Inserts every reachable state, in a plain breadth-first order. */
static void fill(struct space *space, struct model *m)
{
    vec_u64 queue = {0};
    space_init(space, m, 0);
    space_register(space, &queue);
    VEC_PUSH(&queue, space_initial(space));
    store_insert(space->store, queue.items[0]);
    for (size_t i = 0; i < queue.count; i++) {
        uint64_t key = queue.items[i];
        cr_assert(space_expand(space, &key));
        for (size_t s = 0; s < space->expansion.steps.count; s++) {
            if (!run_follows(&space->expansion.steps.items[s]))
                continue;
            uint64_t to = space_successor(space, &space->expansion.steps.items[s]);
            if (store_insert(space->store, to) == STORE_NEW)
                VEC_PUSH(&queue, to);
        }
    }
    space->list_count = 0;
    VEC_FREE(&queue);
}

static unsigned programs_stuck, programs_partly, programs_busy;

static void exact_is_exact(struct loaded *l, struct naive *n, const char *name)
{
    struct space space;
    uint32_t vector[NAIVE_WIDTH];
    unsigned found = 0, stuck_states = 0;
    fill(&space, l->model);
    cr_assert_leq(space.width, NAIVE_WIDTH);
    cr_assert_eq(store_count(space.store), n->states.count, "%s", name);
    struct stuck_states stuck;
    stuck_exact(&space, 2, &stuck);
    for (size_t place = 0; place < store_places(space.store); place++) {
        uint64_t key = store_key_at(space.store, place);
        if (!key)
            continue;
        unsigned mark = stuck_properties(&stuck, key);
        found |= mark;
        stuck_states += mark & PROPERTY_STUCK ? 1 : 0;
        cr_assert_eq(mark != 0, !store_has_flag(space.store, key), "each state is good, or stuck, or in a livelock");
        store_load(space.store, key, vector);
        uint32_t state = naive_number(n, vector, space.width);
        cr_assert_neq(state, UINT32_MAX, "%s", name);
        unsigned expected = (naive_is_stuck(n, state) ? PROPERTY_STUCK : 0) |
                            (naive_makes_progress(n, state) ? 0 : PROPERTY_LIVELOCK);
        cr_assert_eq(mark, expected, "%s: state %u at depth %u: marked %u", name, state, n->states.items[state].depth, mark);
    }
    cr_assert_eq(stuck.found, found, "%s", name);
    programs_stuck += stuck_states > 0;
    programs_partly += stuck_states > 0 && stuck_states < n->states.count;
    programs_busy += found & PROPERTY_LIVELOCK ? 1 : 0;
    stuck_states_free(&stuck);
    space_free(&space);
}

/* LIVE-01 */
Test(stuck, the_second_tier_marks_exactly_the_states_from_which_a_task_or_nobody_gets_any_further)
{
    programs_each(PROGRAMS, exact_is_exact);
    cr_assert_geq(programs_stuck, 50);
    cr_assert_geq(programs_partly, 30);
    cr_assert_geq(programs_busy, 30);
    cr_assert_leq(programs_stuck, PROGRAMS - 30, "some programs have no stuck state");
}

static unsigned chased, left;

static void chase_is_sound(struct loaded *l, struct naive *n, const char *name)
{
    struct space space;
    uint32_t vector[NAIVE_WIDTH];
    fill(&space, l->model);
    stuck_chase(&space, 3);
    for (size_t place = 0; place < store_places(space.store); place++) {
        uint64_t key = store_key_at(space.store, place);
        if (!key)
            continue;
        store_load(space.store, key, vector);
        uint32_t state = naive_number(n, vector, space.width);
        bool flagged = store_has_flag(space.store, key);
        cr_assert(!flagged || !naive_is_stuck(n, state), "%s: state %u is called good", name, state);
        chased += flagged;
        left += !flagged && !naive_is_stuck(n, state);
    }
    space_free(&space);
}

Test(stuck, what_the_chase_flags_is_good)
{
    programs_each(PROGRAMS, chase_is_sound);
    cr_assert_geq(chased, 10 * left, "%u states were flagged, %u good ones left", chased, left);
}

static unsigned tasks_marked, tasks_stuck;

static void first_tier_is_sound(struct loaded *l, struct naive *n, const char *name)
{
    struct model_expansion e = {0};
    uint8_t stuck[NAIVE_TASKS];
    for (uint32_t s = 0; s < n->states.count; s++) {
        const uint32_t *vector = n->vectors.items + (size_t)s * NAIVE_WIDTH;
        model_expand(l->model, vector, NAIVE_WIDTH, &e);
        memset(stuck, 0xff, sizeof stuck);
        uint32_t count = model_stuck(l->model, vector, NAIVE_WIDTH, &e, stuck), marked = 0;
        for (uint32_t t = 0; t < e.status.count; t++) {
            cr_assert_leq(stuck[t], 1, "every task gets an answer");
            marked += stuck[t];
            bool really = !(n->states.items[s].movable >> t & 1);
            cr_assert(!stuck[t] || really, "%s: task %u is called stuck in state %u, but moves again", name, t, s);
            tasks_stuck += really && e.status.items[t] == TASK_BLOCKED;
        }
        cr_assert_eq(count, marked);
        tasks_marked += marked;
    }
    model_expansion_free(&e);
}

Test(stuck, the_first_tier_never_calls_a_task_stuck_that_moves_again)
{
    programs_each(PROGRAMS, first_tier_is_sound);
    cr_assert_geq(tasks_marked, tasks_stuck / 20, "%u of %u: too weak to be of use", tasks_marked, tasks_stuck);
}

Test(stuck, two_branches_that_each_free_another_task_make_no_stuck_state)
{
    struct loaded l;
    loaded_text(&l, LOADED_PLAYER);
    /* Main posts either b or c (taken by the first child before); the exact walk meets the branches one by one. */
    struct model *m = loaded_play(&l, "?BBB", "b", "b", NULL);
    struct space space;
    fill(&space, m);
    struct naive n;
    cr_assert(naive_explore(&n, m, PROGRAMS_STATES_MAX));
    struct stuck_states stuck;
    uint64_t expected = 0, marked = 0;
    for (uint32_t s = 0; s < n.states.count; s++)
        expected += naive_is_stuck(&n, s);
    stuck_exact(&space, 2, &stuck);
    for (size_t slot = 0; slot < stuck.size; slot++)
        marked += stuck.keys[slot] && stuck.at[slot] & PROPERTY_STUCK;
    cr_assert_eq(marked, expected);
    stuck_states_free(&stuck);
    naive_free(&n);
    space_free(&space);
    loaded_close(&l);
}
