/* Goal: what model.h promises to search of every state. Method: random programs (see loaded.h), with each of their states
 * looked at. */
#include <criterion/criterion.h>

#include "model/loaded.h"
#include "model_private.h"

enum { PROGRAMS = 120, STATES_MAX = 600 };

/* Calls `each` with the expansion of up to STATES_MAX states of each program. */
static void each_state(void (*each)(struct model *m, const uint32_t *vector, const struct model_expansion *e, const char *name))
{
    struct loaded l;
    loaded_text(&l, LOADED_PLAYER);
    for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
        char name[100];
        struct model *m = loaded_scripts(&l, seed);
        loaded_name(&l, name, sizeof name);
        struct intern *seen = intern_create();
        struct model_expansion e = {0};
        uint32_t vector[LOADED_SLOTS_MAX] = {0}, next[LOADED_SLOTS_MAX];
        for (uint32_t i = 0; i < model_initial(m)->write_count; i++)
            vector[model_initial(m)->writes[i].slot] = model_initial(m)->writes[i].value;
        intern_put(seen, vector, sizeof vector);
        for (uint32_t id = 1; id < intern_count(seen) && id <= STATES_MAX; id++) {
            memcpy(vector, intern_get(seen, id, NULL), sizeof vector);
            model_expand(m, vector, LOADED_SLOTS_MAX, &e);
            each(m, vector, &e, name);
            for (size_t s = 0; s < e.steps.count; s++) {
                const struct model_effect *f = e.steps.items[s].effect;
                memcpy(next, vector, sizeof next);
                for (uint32_t i = 0; i < f->write_count; i++)
                    next[f->writes[i].slot] = f->writes[i].value;
                if (f->trouble == MODEL_FINE)
                    intern_put(seen, next, sizeof next);
            }
        }
        intern_destroy(seen);
        model_expansion_free(&e);
    }
    loaded_close(&l);
}

static void steps_are_in_order(struct model *m, const uint32_t *vector, const struct model_expansion *e, const char *name)
{
    uint32_t blocked = 0, live = 0;
    for (size_t i = 0; i < e->steps.count; i++) {
        const struct model_step *s = &e->steps.items[i], *before = i ? s - 1 : NULL;
        bool same = before && before->task == s->task;
        cr_assert_eq(s->effect->outcome, same ? before->effect->outcome + 1 : 0, "%s: outcomes ascend from 0", name);
        cr_assert(!before || same || model_task_pid(m, before->task) < model_task_pid(m, s->task), "%s: tasks ascend by id", name);
        cr_assert_eq(e->status.items[s->task], TASK_ENABLED, "%s", name);
    }
    for (uint32_t t = 0; t < e->status.count; t++) {
        bool steps = false;
        for (size_t i = 0; i < e->steps.count; i++)
            steps |= e->steps.items[i].task == t;
        cr_assert_eq(steps, e->status.items[t] == TASK_ENABLED, "%s", name);
        cr_assert_eq(e->status.items[t] == TASK_ABSENT, vector[model_task_slot(m, t)] == 0, "%s", name);
        blocked += e->status.items[t] == TASK_BLOCKED;
        live += e->status.items[t] != TASK_ABSENT;
    }
    cr_assert_eq(e->blocked, blocked, "%s", name);
    cr_assert_eq(e->live, live, "%s", name);
    cr_assert_eq(model_is_deadlock(e), !e->steps.count && blocked, "%s", name);
}

Test(model_states, steps_come_in_a_fixed_order_and_agree_with_the_status_of_tasks)
{
    each_state(steps_are_in_order);
}

static void writes_are_sound(struct model *m, const uint32_t *vector, const struct model_expansion *e, const char *name)
{
    (void)vector;
    for (size_t i = 0; i < e->steps.count; i++) {
        const struct model_effect *f = e->steps.items[i].effect;
        bool own = false;
        for (uint32_t w = 0; w < f->write_count; w++) {
            cr_assert_lt(f->writes[w].slot, model_slots(m), "%s", name);
            own |= f->writes[w].slot == model_task_slot(m, e->steps.items[i].task);
            for (uint32_t v = 0; v < w; v++)
                cr_assert_neq(f->writes[v].slot, f->writes[w].slot, "%s: each slot once", name);
        }
        cr_assert(own, "%s: a step moves its own task", name);
    }
}

Test(model_states, an_effect_writes_each_slot_once_and_its_own_task_always)
{
    each_state(writes_are_sound);
}

static uint64_t redone;

/* The handler run afresh, in a state that the memo answered for, must do what the memo said: else a handler looked at
 * something that is not in its footprint. Task slots are the machine's; calls made silently behind the step may write
 * nothing that the kernel holds. */
static void effects_are_what_running_again_gives(struct model *m, const uint32_t *vector, const struct model_expansion *e,
                                                 const char *name)
{
    for (size_t i = 0; i < e->steps.count; i++) {
        const struct model_step *s = &e->steps.items[i];
        cr_assert(model_redo(m, vector, LOADED_SLOTS_MAX, s->task, s->effect->outcome), "%s", name);
        const struct kstep *k = &m->step;
        uint32_t after[LOADED_SLOTS_MAX], again[LOADED_SLOTS_MAX];
        memcpy(after, vector, sizeof after);
        memcpy(again, vector, sizeof again);
        for (uint32_t w = 0; w < s->effect->write_count; w++)
            if (slots_name(m->slots, s->effect->writes[w].slot).kind != SLOT_TASK)
                after[s->effect->writes[w].slot] = s->effect->writes[w].value;
        for (size_t w = 0; w < k->writes.count; w++)
            again[k->writes.items[w].slot] = k->writes.items[w].value;
        cr_assert(memcmp(after, again, sizeof after) == 0, "%s: step %zu", name, i);
        cr_assert_eq(s->effect->limit, k->outcome.limit, "%s", name);
        redone++;
    }
    for (uint32_t t = 0; t < e->status.count; t++)
        if (e->status.items[t] == TASK_BLOCKED || e->status.items[t] == TASK_IDLE)
            cr_assert_not(model_redo(m, vector, LOADED_SLOTS_MAX, t, 0), "%s: task %u is not blocked", name, t);
}

Test(model_states, the_remembered_effect_of_a_step_is_what_executing_it_again_gives)
{
    each_state(effects_are_what_running_again_gives);
    cr_assert_geq(redone, 10000);
}

static struct model_expansion second;

static void expanding_again_is_the_same(struct model *m, const uint32_t *vector, const struct model_expansion *e, const char *name)
{
    model_expand(m, vector, LOADED_SLOTS_MAX, &second);
    cr_assert_eq(second.steps.count, e->steps.count, "%s", name);
    for (size_t i = 0; i < e->steps.count; i++) {
        cr_assert_eq(second.steps.items[i].task, e->steps.items[i].task);
        cr_assert_eq(second.steps.items[i].effect, e->steps.items[i].effect, "%s: one effect, one address", name);
    }
    for (uint32_t t = 0; t < e->status.count; t++)
        cr_assert_eq(second.status.items[t], e->status.items[t], "%s", name);
}

Test(model_states, a_second_expansion_returns_the_very_same_effects)
{
    each_state(expanding_again_is_the_same);
    model_expansion_free(&second);
}

static uint64_t free_glances, step_glances;

static bool waits_or_is_held(const struct model_expansion *e)
{
    for (uint32_t t = 0; t < e->status.count; t++)
        if (e->status.items[t] == TASK_BLOCKED || e->status.items[t] == TASK_HELD)
            return true;
    return false;
}

static void a_glance_agrees(struct model *m, const uint32_t *vector, const struct model_expansion *e, const char *name)
{
    for (uint32_t first = 0; first < model_tasks(m) + 2; first++) {
        struct model_step step;
        bool among = false;
        switch (model_glance(m, vector, LOADED_SLOTS_MAX, first, &step)) {
        case GLANCE_UNKNOWN:
            continue;
        case GLANCE_FREE:
            cr_assert(!waits_or_is_held(e) && model_makes_progress(e), "%s", name);
            free_glances++;
            break;
        case GLANCE_STEP:
            cr_assert(waits_or_is_held(e) || !model_makes_progress(e), "%s", name);
            for (size_t i = 0; i < e->steps.count; i++)
                among |= e->steps.items[i].task == step.task && e->steps.items[i].effect == step.effect;
            cr_assert(among && step.effect->trouble == MODEL_FINE, "%s", name);
            step_glances++;
            break;
        }
    }
}

Test(model_states, a_glance_tells_what_the_expansion_tells)
{
    each_state(a_glance_agrees);
    cr_assert_gt(free_glances, 1000);
    cr_assert_gt(step_glances, 1000);
}
