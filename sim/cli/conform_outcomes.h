/* What a program can come to in the simulation: the set of all its outcomes, as somebody outside could tell them apart.
 */
#ifndef CLI_CONFORM_OUTCOMES_H
#define CLI_CONFORM_OUTCOMES_H

#include "cli/session.h"

/* How a run is over. */
enum outcome_end {
    OUTCOME_ENDED,  /* every process has ended */
    OUTCOME_HANGS,  /* some process sleeps for ever */
    OUTCOME_RUNNING /* neither: it is busy for ever; natively: still when the time was up */
};

struct outcome {
    vec_char text[2]; /* what was written to standard output and standard error */
    bool main_ended;
    int32_t status; /* of main, as wait gives it; 0 if it has not ended */
    enum outcome_end end;
    uint64_t seen; /* native runs that came to it */
};

struct outcome_set {
    VEC_OF(struct outcome) items;
    bool complete;   /* there are no others */
    bool undefined;  /* some run leaves what C defines (out of bounds...): natively anything may follow */
    bool aborted;    /* by Ctrl-C */
    bool stale;      /* worthless: what was thrown away was read (model_stale_reads) */
    bool stopped;    /* the search was broken off */
    const char *why; /* it is not complete; NULL if it is */
    vec_char limit;  /* the text behind `why`, if that is a limit of the simulation */
    uint64_t states;
};

/* Explores every schedule of the model, within the limits of the options. The kernel setting console_state is on. */
void outcomes_collect(struct model *m, const struct search_options *limits, struct outcome_set *set);
void outcome_set_free(struct outcome_set *set);
void outcome_free(struct outcome *o);

/* The same outcome in the set, or NULL. */
struct outcome *outcome_find(const struct outcome_set *set, const struct outcome *o);
/* "stdout "..", stderr "..", exit 0", on one line. */
void outcome_print(const struct outcome *o, vec_char *out);
/* Appends the bytes as the inside of a C (and JSON) string. */
void outcome_escape(const char *bytes, size_t n, vec_char *out);

#endif
