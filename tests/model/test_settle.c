/* Goal: what was met on the way to the next visible operation stays with the step, over calls that nobody can notice. */
#include "model/loaded.h"

Test(settle, a_mark_is_kept_over_silent_calls)
{
    struct loaded l;
    struct walker w;
    walker_begin(&w, loaded_text(&l, LOADED_PRELUDE
                                 "int main(void) { sched_yield(); impasse_mark(\"here\"); getpid(); getpid();"
                                 " sched_yield(); sched_yield(); return 0; }\n"));
    const struct model_step *step = walker_step(&w, 0, 0);
    cr_assert_not_null(step);
    cr_expect_neq(step->effect->label, 0);
    walker_apply(&w, step->effect);
    cr_expect_str_eq(walker_call(&w, 0), "sched_yield");
    step = walker_step(&w, 0, 0);
    cr_assert_not_null(step);
    cr_expect_eq(step->effect->label, 0);
    walker_end(&w);
    loaded_close(&l);
}
