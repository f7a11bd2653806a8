/* Makes the plain data of a report (report.h) out of a path through a model. */
#ifndef REPORT_FINDING_H
#define REPORT_FINDING_H

#include "base/arena.h"
#include "model.h"
#include "report/report.h"
#include "search/search.h"

/* Strings go to `arena`, which must outlive the finding. culprits[task] != 0: the verdict is about that task. */
struct finding finding_make(struct model *m, enum search_kind kind, const struct model_path *path,
                            const uint8_t *culprits, uint32_t culprit_count, struct arena *arena);
/* Frees the lists, not the strings. */
void finding_free(struct finding *f);

/* Fills a report's verdict, counts and violation from a finished search. */
void report_from_search(struct report *r, struct model *m, const struct search_result *s,
                        const struct search_options *o, struct arena *arena);
void report_free(struct report *r);

enum verdict finding_verdict(enum search_kind kind);

/* One string per failure that is equal for the same failure: kind, and who waits where. */
const char *finding_signature(const struct finding *f, struct arena *arena);

#endif
