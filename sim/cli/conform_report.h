/* What `impasse conform` says of one comparison: as text, as JSON (spec/conform.schema.json), as a line of a batch. */
#ifndef CLI_CONFORM_REPORT_H
#define CLI_CONFORM_REPORT_H

#include "cli/conform_outcomes.h"
#include "cli/options.h"

/* What holding one program with one list of arguments against the kernel came to. */
enum agreement { AGREES, DIFFERS, UNKNOWN, INTERRUPTED };

struct comparison {
    enum agreement verdict;
    const char *why; /* of UNKNOWN */
    struct outcome_set simulated;
    struct outcome native; /* of the run that decided, if there is one */
    uint64_t runs, seed;   /* made; of that run */
};

/* In the simulation no run ever comes to an end. */
bool comparison_is_endless(const struct comparison *r);

/* `confinement`: what the native runs were shut in; `missing`: what this machine does not allow, NULL-ended. */
void comparison_report(const struct comparison *r, const char *confinement);
void comparison_report_json(const struct comparison *r, const struct cli_options *o, const char *confinement,
                            const char *const *missing);
/* What is not simply the same, as one JSON object on a line: for tests/conform. */
void comparison_report_line(const struct comparison *r, unsigned long long number);
/* The exit status: 0 agrees, 1 differs, 3 unknown or incomplete, 130 interrupted. */
int comparison_status(const struct comparison *r);

#endif
