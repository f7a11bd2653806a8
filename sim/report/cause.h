/* The name of a hang or of a failed assertion, the wait-for cycle, and what would cure it (spec/verdicts.md, "The
 * cause"). */
#ifndef REPORT_CAUSE_H
#define REPORT_CAUSE_H

#include "base/arena.h"
#include "model.h"
#include "report/report.h"

struct cause_task {
    uint32_t index;               /* in finding.tasks */
    struct model_explanation why; /* of a blocked task; empty otherwise */
};

/* What a cause is found from. All borrowed; `found` has its tasks and its trace. */
struct cause {
    struct model *m;
    struct finding *found;
    const struct model_path *path;
    const struct cause_task *tasks; /* [count] as found->tasks */
    size_t count;
    struct arena *arena; /* of the strings of `found` */
};

/* For a deadlock or a stuck process: fills found->cycle, ->cause and ->help, and makes whoever took a semaphore last
 * the one that its sleepers wait for. */
void cause_of_hang(const struct cause *c);
/* For processes that run for ever without progress: who of them goes round becomes the culprit; the calls that the
 * first one repeats, and a cure. Nothing where that is too large to see. */
void cause_no_progress(const struct cause *c);
/* For a failed assertion, once it is known whether there is a point of no return: fills f->cause. */
void cause_of_failure(struct finding *f, struct arena *arena);

/* ---- between the cause_*.c ---- */

const struct finding_task *cause_task_of(const struct finding *f, uint32_t pid); /* NULL: gone */
/* The first culprit that waits for this, or NULL. */
const struct cause_task *cause_waiting(const struct cause *c, enum model_wait kind);
bool cause_waits_for_child(const struct finding_task *t); /* t may be NULL: false */
/* Whether a process has ignored SIGCHLD on the trace, with signal() (PROC-11). */
bool cause_ignores_children(const struct finding *f, uint32_t pid);
static inline struct finding_task *cause_found(const struct cause *c, const struct cause_task *t)
{
    return &c->found->tasks.items[t->index];
}

/* Each names a cause and says true, or says false and changes nothing. */
bool cause_readiness_gone(const struct cause *c);
bool cause_unflushed(const struct cause *c);
bool cause_end_of_file(const struct cause *c);
bool cause_signal(const struct cause *c);
bool cause_rounds(const struct cause *c);
bool cause_own_lock(const struct cause *c);

/* For each task that waits for a semaphore: who took it last and has not posted it since becomes the one it waits for.
 */
void cause_holders(const struct cause *c);

#endif
