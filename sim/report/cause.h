/* The name of a hang, its wait-for cycle, and what would cure it. */
#ifndef REPORT_CAUSE_H
#define REPORT_CAUSE_H

#include "base/arena.h"
#include "model.h"
#include "report/report.h"

struct cause_task {
    uint32_t index;               /* in finding.tasks */
    struct model_explanation why; /* of a blocked task; empty otherwise */
};

/* For a task that waits for a semaphore: who took it last and has not posted it since becomes the one it waits for. */
void cause_holder(const struct finding *f, struct finding_task *t, struct arena *arena);
/* Fills f->cycle with a shortest-first found cycle of the wait-for graph among the culprits, if there is one. */
void cause_cycle(struct finding *f);
/* Fills f->cause and f->help. */
void cause_name(struct model *m, struct finding *f, const struct cause_task *tasks, size_t count, struct arena *arena);

#endif
