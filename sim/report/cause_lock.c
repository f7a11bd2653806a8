/* Who holds a semaphore that others wait for: see cause.h. */
#include <string.h>

#include "report/cause.h"

/* The last successful wait for a semaphore, named by the arguments of the call, without a later post; NULL: none. */
static const struct finding_step *last_taker(const struct finding *f, const char *arguments)
{
    unsigned posts = 0;
    for (size_t i = f->trace.count; i-- > 0;) {
        const struct finding_step *s = &f->trace.items[i];
        if (strcmp(s->arguments, arguments) != 0 || strcmp(s->result, "0") != 0)
            continue;
        if (strcmp(s->call, "sem_post") == 0) {
            posts++;
        } else if (strcmp(s->call, "sem_wait") == 0 || strcmp(s->call, "sem_trywait") == 0) {
            if (!posts)
                return s;
            posts--;
        }
    }
    return NULL;
}

static bool waits_for_semaphore(const struct cause_task *t)
{
    return t->why.kind == MODEL_WAIT_SEMAPHORE && t->why.needs.count;
}

/* Whether somebody who maps the semaphore that `t` waits for is held up by another one that `t` has taken: then t is no
 * holder that waits for itself, but one of those who take slots of a buffer, with a lock in hand. */
static bool holds_up_another(const struct cause *c, const struct finding_task *t)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct finding_task *other = cause_found(c, &c->tasks[i]);
        if (other == t || !other->culprit || !waits_for_semaphore(&c->tasks[i]) ||
            strcmp(other->arguments, t->arguments) == 0)
            continue;
        const struct finding_step *taken = last_taker(c->found, other->arguments);
        for (size_t w = 0; w < t->waits_for.count; w++)
            if (taken && taken->pid == t->pid && t->waits_for.items[w] == other->pid)
                return true;
    }
    return false;
}

void cause_holders(const struct cause *c)
{
    struct finding *f = c->found;
    for (size_t i = 0; i < c->count; i++) {
        struct finding_task *t = cause_found(c, &c->tasks[i]);
        const struct finding_step *taken = waits_for_semaphore(&c->tasks[i]) ? last_taker(f, t->arguments) : NULL;
        if (!taken)
            continue;
        const struct finding_task *holder = cause_task_of(f, taken->pid);
        bool itself = taken->pid == t->pid;
        VEC_PUSH(&t->enablers, arena_printf(c->arena, "taken by %s at line %u%s", itself ? "itself" : taken->name,
                                            taken->line, holder ? "" : ", which is gone"));
        if (itself && holds_up_another(c, t))
            continue;
        t->waits_for.count = 0;
        if (holder)
            VEC_PUSH(&t->waits_for, taken->pid);
    }
}

bool cause_own_lock(const struct cause *c)
{
    struct finding *f = c->found;
    for (size_t i = 0; i < c->count; i++) {
        const struct finding_task *t = cause_found(c, &c->tasks[i]);
        const struct finding_step *taken = NULL, *last = NULL;
        if (!t->culprit || !waits_for_semaphore(&c->tasks[i]) || t->waits_for.count != 1 ||
            t->waits_for.items[0] != t->pid || !(taken = last_taker(f, t->arguments)))
            continue;
        for (size_t s = 0; s < f->trace.count; s++)
            if (f->trace.items[s].pid == t->pid)
                last = &f->trace.items[s];
        bool handler = last && strcmp(last->call, "deliver") == 0;
        f->cause = handler ? arena_printf(c->arena,
                                          "a semaphore that its own holder waits for, in a handler of %s that "
                                          "interrupted it",
                                          last->arguments)
                           : "a semaphore that its own holder waits for";
        f->help = handler ? arena_printf(c->arena, "block %s while the semaphore is held, or take none in a handler",
                                         last->arguments)
                          : "post it before taking it again";
        return true;
    }
    return false;
}
