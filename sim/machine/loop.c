/* See loop.h. */
#include "machine/loop.h"

#include <inttypes.h>
#include <string.h>

#include "base/hash.h"
#include "machine/fault.h"
#include "machine/image.h"

struct watch {
    uint64_t jumps, power; /* since the state was saved; when to save the next one */
    uint64_t fingerprint;
    vec_u32 saved;
};

void watch_end(struct task *t)
{
    if (!t->watch)
        return;
    VEC_FREE(&t->watch->saved);
    mem_free(t->watch);
    t->watch = NULL;
    t->memory_sum = 0;
}

static uint64_t fingerprint(const struct task *t)
{
    const struct frame *f = &t->frames.items[t->frames.count - 1];
    uint64_t h = hash_mix(((uint64_t)f->function << 32 | f->pc) ^ hash_mix(t->frames.count));
    for (size_t i = f->registers; i < t->registers.count; i++)
        h = hash_mix(h ^ t->registers.items[i]);
    return hash_mix(h ^ t->memory_sum);
}

static void save(struct task *t, struct watch *w, uint64_t print)
{
    image_snapshot(t);
    w->saved.count = 0;
    VEC_RESERVE(&w->saved, t->packed.count);
    memcpy(w->saved.items, t->packed.items, t->packed.count * sizeof *t->packed.items);
    w->saved.count = t->packed.count;
    w->fingerprint = print;
    w->jumps = 0;
    w->power *= 2;
}

static bool same_as_saved(struct task *t, const struct watch *w)
{
    image_snapshot(t);
    return t->packed.count == w->saved.count &&
           memcmp(t->packed.items, w->saved.items, w->saved.count * sizeof *w->saved.items) == 0;
}

bool loop_limit(struct task *t)
{
    if (t->steps < t->steps_max)
        return true;
    task_trouble(t, TROUBLE_LIMIT, 0, "%" PRIu64 " instructions without a call that another process could see",
                 t->steps_max);
    return false;
}

bool loop_check(struct task *t)
{
    if (!loop_limit(t))
        return false;
    if (!t->watch) {
        t->watch = mem_zero(1, sizeof *t->watch);
        t->watch->power = 1;
    }
    struct watch *w = t->watch;
    uint64_t print = fingerprint(t);
    if (w->saved.count && print == w->fingerprint && same_as_saved(t, w)) {
        if (t->signals) { /* GEN-16 */
            task_post(t, KCALL_SPIN, NULL, 0);
            t->faulting = t->frames.count;
        } else {
            task_trouble(t, TROUBLE_ENDLESS, 0, "endless loop: it repeats itself without ever waiting or ending");
        }
        return false;
    }
    if (++w->jumps >= w->power)
        save(t, w, print);
    return true;
}
