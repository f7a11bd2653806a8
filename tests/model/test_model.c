/* Goal: the promises of model.h to search. Method: small programs walked by hand. What holds of every state stands in
 * test_model_states.c. */
#include <criterion/criterion.h>

#include "model/loaded.h"
#include "model_private.h"

Test(model, a_vector_may_be_as_short_as_its_last_component)
{
    struct loaded l;
    struct walker w;
    walker_begin(&w, loaded_body(&l, "int p[2]; pipe(p); if (!fork()) _exit(0); char c; read(p[0], &c, 1)"));
    for (unsigned i = 0; i < 3; i++) {
        uint32_t count = LOADED_SLOTS_MAX;
        while (!w.vector[count - 1])
            count--;
        struct model_expansion shorter = {0};
        uint32_t *exact = mem_copy(w.vector, count * sizeof *exact); /* for ASan: nothing behind it is read */
        model_expand(w.model, exact, count, &shorter);
        cr_assert_eq(shorter.steps.count, w.e.steps.count);
        for (size_t s = 0; s < shorter.steps.count; s++)
            cr_assert_eq(shorter.steps.items[s].effect, w.e.steps.items[s].effect);
        mem_free(exact);
        model_expansion_free(&shorter);
        if (i < 2)
            walker_move(&w, 0);
    }
    walker_end(&w);
    loaded_close(&l);
}

/* ---- silent calls ---- */

Test(model, silent_calls_are_made_with_the_step_before_them)
{
    struct loaded l;
    struct walker w;
    walker_begin(&w, loaded_body(&l, "write(1, \"a\", 1); getpid(); write(2, \"b\", 1); sched_yield(); write(1, \"c\", 1);"
                                     "getuid(); write(1, \"d\", 1); sched_yield(); write(1, \"e\", 1); _exit(0)"));
    cr_assert_str_eq(w.output.items, "ab", "before the first step");
    cr_assert_str_eq(walker_call(&w, 0), "sched_yield");
    walker_move(&w, 0);
    cr_assert_str_eq(w.output.items, "abcd");
    cr_assert_str_eq(walker_call(&w, 0), "sched_yield");
    walker_move(&w, 0);
    cr_assert_str_eq(w.output.items, "abcde");
    cr_assert_str_eq(walker_call(&w, 0), "_exit");
    walker_move(&w, 0);
    cr_assert_eq(w.e.live, 0);
    cr_assert_not(model_is_deadlock(&w.e), "a program that has ended is no deadlock");
    walker_end(&w);
    loaded_close(&l);
}

Test(model, a_childs_first_silent_calls_belong_to_the_fork)
{
    struct loaded l;
    struct walker w;
    walker_begin(&w, loaded_body(&l, "if (fork() == 0) { write(1, \"child\", 5); sched_yield(); _exit(0); } write(1, \"main \", 5); sched_yield()"));
    walker_move(&w, 0);
    cr_assert_str_eq(w.output.items, "main child");
    cr_assert_eq(w.e.live, 2);
    cr_assert_str_eq(walker_call(&w, 1), "sched_yield");
    walker_end(&w);
    loaded_close(&l);
}

Test(model, a_write_is_silent_only_to_the_console)
{
    struct loaded l;
    struct walker w;
    walker_begin(&w, loaded_body(&l, "int p[2]; pipe(p); dup2(p[1], 1); write(1, \"x\", 1); write(2, \"y\", 1); sched_yield()"));
    walker_move(&w, 0);
    walker_move(&w, 0);
    cr_assert_str_eq(walker_call(&w, 0), "write");
    cr_assert_str_eq(w.output.items, "");
    walker_move(&w, 0);
    cr_assert_str_eq(w.output.items, "y");
    walker_end(&w);
    loaded_close(&l);
}

/* ---- atomic sections ---- */

Test(model, an_atomic_section_holds_all_others_until_its_end)
{
    struct loaded l;
    struct walker w;
    walker_begin(&w, loaded_body(&l, "fork(); fork(); sched_yield(); impasse_atomic_begin(); sched_yield(); sched_yield();"
                                     "impasse_atomic_end(); sched_yield()"));
    walker_move(&w, 0);
    walker_move(&w, 0);
    walker_move(&w, 1);
    cr_assert_eq(w.e.live, 4);
    cr_assert_eq(w.e.steps.count, 4);
    walker_move(&w, 2); /* past its first yield: inside */
    for (unsigned i = 0; i < 2; i++) {
        cr_assert_eq(w.e.steps.count, 1);
        cr_assert_eq(w.e.steps.items[0].task, 2);
        cr_assert_eq(w.e.blocked, 0);
        for (uint32_t t = 0; t < 4; t++)
            cr_assert_eq(w.e.status.items[t], t == 2 ? TASK_ENABLED : TASK_HELD);
        walker_move(&w, 2);
    }
    cr_assert_eq(w.e.steps.count, 4, "after the end all can move");
    walker_end(&w);
    loaded_close(&l);
}

Test(model, a_task_that_blocks_in_an_atomic_section_lets_the_others_run_and_then_is_alone_again)
{
    struct loaded l;
    struct walker w;
    walker_begin(&w, loaded_body(&l, "int p[2]; char c = 0; pipe(p); if (fork() == 0) {"
                                     " sched_yield(); write(p[1], &c, 1); sched_yield(); _exit(0); }"
                                     "impasse_atomic_begin(); read(p[0], &c, 1); sched_yield(); impasse_atomic_end(); sched_yield()"));
    walker_move(&w, 0);
    walker_move(&w, 0);
    cr_assert_str_eq(walker_call(&w, 0), "read");
    cr_assert_eq(w.e.status.items[0], TASK_BLOCKED);
    cr_assert_eq(w.e.status.items[1], TASK_ENABLED);
    walker_move(&w, 1);
    cr_assert_eq(w.e.status.items[1], TASK_ENABLED);
    walker_move(&w, 1); /* the write: main can go on, and holds the child again */
    cr_assert_eq(w.e.status.items[0], TASK_ENABLED);
    cr_assert_eq(w.e.status.items[1], TASK_HELD);
    walker_move(&w, 0);
    cr_assert_eq(w.e.status.items[1], TASK_HELD);
    walker_move(&w, 0);
    cr_assert_eq(w.e.status.items[1], TASK_ENABLED);
    walker_end(&w);
    loaded_close(&l);
}

/* ---- waiting ---- */

Test(model, idle_waiting_is_no_deadlock_and_holds_for_one_call)
{
    struct loaded l;
    struct walker w;
    walker_begin(&w, loaded_body(&l, "int p[2]; char c = 0; pipe(p); if (fork() == 0) { write(p[1], &c, 1); _exit(0); }"
                                     "impasse_idle(); read(p[0], &c, 1); read(p[0], &c, 1)"));
    walker_move(&w, 0);
    walker_move(&w, 0);
    cr_assert_eq(w.e.status.items[0], TASK_IDLE);
    cr_assert_eq(w.e.blocked, 0);
    cr_assert_eq(w.e.live, 2);
    walker_move(&w, 1);
    cr_assert_eq(w.e.status.items[0], TASK_ENABLED, "idle is not blocked for ever");
    walker_move(&w, 0);
    walker_move(&w, 1);
    cr_assert_eq(w.e.status.items[0], TASK_BLOCKED, "the second read was not said to be idle");
    cr_assert(model_is_deadlock(&w.e));
    walker_end(&w);
    loaded_close(&l);
}

Test(model, all_idle_is_an_end_and_one_who_waits_among_them_is_a_deadlock)
{
    struct loaded l;
    struct walker w;
    loaded_text(&l, LOADED_PLAYER);
    walker_begin(&w, loaded_play(&l, "@iW", "ib", NULL, NULL));
    walker_until(&w, 0, "wait");
    cr_assert_eq(w.e.steps.count, 0);
    cr_assert_eq(w.e.live, 2);
    cr_assert_not(model_is_deadlock(&w.e));
    walker_end(&w);
    walker_begin(&w, loaded_play(&l, "@iW", "b", NULL, NULL));
    walker_until(&w, 0, "wait");
    cr_assert(model_is_deadlock(&w.e));
    walker_end(&w);
    loaded_close(&l);
}

static uint32_t stuck_now(struct walker *w, uint8_t *stuck)
{
    memset(stuck, 0xff, 8);
    return model_stuck(w->model, w->vector, LOADED_SLOTS_MAX, &w->e, stuck);
}

static bool waits(const struct walker *w, uint32_t task)
{
    return task < w->e.status.count && w->e.status.items[task] == TASK_BLOCKED;
}

Test(model, a_reader_is_stuck_when_nobody_who_can_move_has_the_pipe)
{
    struct loaded l;
    struct walker w;
    uint8_t stuck[8];
    loaded_text(&l, LOADED_PLAYER);
    /* Main closes the read end, then the write end: from then on the reader has the pipe alone. */
    walker_begin(&w, loaded_play(&l, "@y0y2y*", "r", NULL, NULL));
    while (!waits(&w, 1))
        walker_move(&w, 0);
    for (unsigned end = 0; end < 2; end++) {
        cr_assert_eq(stuck_now(&w, stuck), 0, "main still has an end of it");
        cr_assert_eq(stuck[1], 0);
        walker_until(&w, 0, "close");
        walker_move(&w, 0);
    }
    cr_assert_eq(stuck_now(&w, stuck), 1);
    cr_assert_eq(stuck[0], 0);
    cr_assert_eq(stuck[1], 1);
    walker_end(&w);
    loaded_close(&l);
}

Test(model, a_chain_of_waiters_is_as_alive_as_its_end)
{
    struct loaded l;
    struct walker w;
    uint8_t stuck[8];
    loaded_text(&l, LOADED_PLAYER);
    /* 1 reads pipe 0, which 1 and 2 have; 2 reads pipe 1, which 2 and main have, until main closes it. */
    walker_begin(&w, loaded_play(&l, "@02y1y3y*", "13r", "s", NULL));
    for (unsigned closed = 0; closed < 3; closed++) {
        walker_until(&w, 0, "close");
        walker_move(&w, 0);
    }
    while (!waits(&w, 1))
        walker_move(&w, 1);
    cr_assert(waits(&w, 2));
    cr_assert_eq(stuck_now(&w, stuck), 0, "main can wake 2, and 2 can wake 1");
    walker_until(&w, 0, "close");
    walker_move(&w, 0);
    cr_assert_eq(stuck_now(&w, stuck), 2);
    cr_assert(stuck[1] && stuck[2] && !stuck[0]);
    walker_end(&w);
    loaded_close(&l);
}

Test(model, an_idle_waiter_is_never_called_stuck)
{
    struct loaded l;
    struct walker w;
    uint8_t stuck[8];
    loaded_text(&l, LOADED_PLAYER);
    walker_begin(&w, loaded_play(&l, "@02y*", "ir", NULL, NULL));
    walker_until(&w, 0, "sched_yield");
    cr_assert_eq(w.e.status.items[1], TASK_IDLE);
    cr_assert_eq(stuck_now(&w, stuck), 0);
    cr_assert_eq(stuck[1], 0);
    walker_end(&w);
    loaded_close(&l);
}

/* ---- trouble, names, limits ---- */

Test(model, trouble_is_told_with_its_place_and_who)
{
    static const struct { char body[100]; enum model_trouble trouble; char word[16]; } ROWS[] = {
        {"sched_yield();\n*(volatile int *)16 = 1", MODEL_CRASH, ""},
        {"sched_yield();\nassert(1 == 2)", MODEL_ASSERTION, "1 == 2"},
        {"sched_yield();\nfor (;;) continue", MODEL_ENDLESS, ""},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct loaded l;
        struct walker w;
        walker_begin(&w, loaded_body(&l, ROWS[i].body));
        cr_assert_eq(model_task_trouble(w.model, w.vector, LOADED_SLOTS_MAX, 0), MODEL_FINE);
        cr_assert_eq(w.e.steps.items[0].effect->trouble, ROWS[i].trouble);
        walker_move(&w, 0);
        cr_assert_eq(model_task_trouble(w.model, w.vector, LOADED_SLOTS_MAX, 0), ROWS[i].trouble);
        vec_char text = {0};
        struct model_place place = {0};
        text_append(&text, "", 0);
        model_describe_trouble(w.model, w.vector, LOADED_SLOTS_MAX, 0, &text, &place);
        cr_assert_not_null(strstr(text.items, ROWS[i].word), "%s", text.items);
        cr_assert_geq(text.count, 5);
        unsigned prelude = 0;
        for (const char *p = LOADED_PRELUDE; *p; p++)
            prelude += *p == '\n';
        cr_assert_eq(place.line, prelude + 2, "line %u", place.line);
        VEC_FREE(&text);
        walker_end(&w);
        loaded_close(&l);
    }
}

static void expect_name(struct model *m, uint32_t pid, const char *expected)
{
    vec_char name = {0};
    uint32_t task = model_task_of_pid(m, pid);
    cr_assert_neq(task, UINT32_MAX);
    cr_assert_eq(model_task_pid(m, task), pid);
    model_task_name(m, task, &name);
    cr_assert_str_eq(name.items, expected);
    VEC_FREE(&name);
}

Test(model, tasks_are_named_by_their_place_in_the_tree_of_forks)
{
    struct loaded l;
    struct walker w;
    walker_begin(&w, loaded_body(&l, "if (fork() == 0) { fork(); sched_yield(); _exit(0); } sched_yield(); fork(); sched_yield()"));
    walker_move(&w, 0);
    expect_name(w.model, KERNEL_MAIN_PID, "main");
    expect_name(w.model, model_task_pid(w.model, 1), "child");
    walker_move(&w, 1);
    walker_move(&w, 0);
    walker_move(&w, 0);
    expect_name(w.model, model_task_pid(w.model, 1), "child 1");
    expect_name(w.model, model_task_pid(w.model, 2), "child 1.1");
    expect_name(w.model, model_task_pid(w.model, 3), "child 2");
    cr_assert_eq(model_task_of_pid(w.model, 9999), UINT32_MAX);
    walker_end(&w);
    loaded_close(&l);
}

Test(model, names_and_ids_do_not_depend_on_the_order_of_independent_steps)
{
    static const char BODY[] = "if (fork() == 0) { int p[2]; pipe(p); fork(); sched_yield(); _exit(0); }"
                               "if (fork() == 0) { int p[2]; pipe(p); fork(); sched_yield(); _exit(0); } sched_yield()";
    struct loaded l;
    struct walker a, b;
    loaded_body(&l, BODY);
    walker_begin(&a, l.model);
    walker_begin(&b, l.model);
    for (unsigned i = 0; i < 2; i++) {
        walker_move(&a, 0);
        walker_move(&b, 0);
    }
    for (unsigned i = 0; i < 2; i++) {
        walker_move(&a, 1);
        walker_move(&b, 2);
    }
    cr_assert(memcmp(a.vector, b.vector, sizeof a.vector) != 0);
    for (unsigned i = 0; i < 2; i++) {
        walker_move(&a, 2);
        walker_move(&b, 1);
    }
    cr_assert(memcmp(a.vector, b.vector, sizeof a.vector) == 0, "the same situation, the same state");
    walker_end(&a);
    walker_end(&b);
    loaded_close(&l);
}

Test(model, a_limit_that_was_met_shows_in_the_effect)
{
    struct loaded l;
    struct walker w;
    loaded_body(&l, "fork() == 0 ? pause() : 0; if (fork() < 0) sched_yield()");
    l.settings.processes = 2;
    walker_begin(&w, loaded_again(&l));
    cr_assert_not(w.e.steps.items[0].effect->limit);
    walker_move(&w, 0);
    cr_assert(w.e.steps.items[0].effect->limit, "the second fork fails at the limit");
    walker_move(&w, 0);
    cr_assert_str_eq(walker_call(&w, 0), "sched_yield");
    walker_end(&w);
    loaded_close(&l);
}

Test(model, the_end_of_a_process_is_told_with_its_status)
{
    static const struct { char body[60]; int32_t status; } ROWS[] = {
        {"_exit(3)", 3 << 8}, {"_exit(256 + 7)", 7 << 8}, {"sched_yield(); return 1", 1 << 8}, {"sched_yield(); abort()", 6}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct loaded l;
        struct walker w;
        uint32_t pid = 0;
        int32_t status = -1;
        bool ended = false;
        walker_begin(&w, loaded_body(&l, ROWS[i].body));
        while (w.e.steps.count && !ended) {
            ended = model_step_ends_process(w.model, w.vector, LOADED_SLOTS_MAX, &w.e.steps.items[0], &pid, &status);
            walker_move(&w, 0);
        }
        cr_assert(ended, "%s", ROWS[i].body);
        cr_assert_eq(pid, KERNEL_MAIN_PID);
        cr_assert_eq(status, ROWS[i].status, "%s: %d", ROWS[i].body, status);
        cr_assert_eq(w.e.live, 0);
        walker_end(&w);
        loaded_close(&l);
    }
}
