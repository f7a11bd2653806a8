/* Runs a program on the host's own kernel, shut in, and says what it came to.
 *
 * A keeper process does it: as the init of a pid namespace of its own where the machine allows that, with ipc, network
 * and mount namespaces, otherwise as the subreaper of all that the program starts. Whatever happens to Impasse, the
 * keeper sees its socket close and kills all that is left; the folder's guard then removes it (conform_guard.h).
 */
#ifndef CLI_CONFORM_NATIVE_H
#define CLI_CONFORM_NATIVE_H

#include "cli/conform_outcomes.h"

struct native;

/* Compiles the files with `cc` into a temporary folder and starts the keeper. NULL with an error in diag. */
struct native *native_start(const struct cli_options *o, const char *name, struct diag *diag);
/* Ends everything and removes the folder. NULL is fine. */
void native_stop(struct native *n);

struct native_run {
    uint64_t seed;  /* of the jitter; 0: none */
    double seconds; /* after which it is still running */
    double quiet;   /* seconds in which all sleep and nobody is switched, after which it hangs; 4 looks at least */
    const char *const *arguments; /* [argument_count] */
    unsigned argument_count;
};

/* One run. False if it was interrupted or the keeper died. *out is made, and freed by the caller. */
bool native_run(struct native *n, const struct native_run *run, struct outcome *out);

/* What shuts the program in: "pid, ipc, network and mount namespaces". */
const char *native_confinement(const struct native *n);
/* What this machine does not allow, as reasons for people, NULL-ended. */
const char *const *native_missing(const struct native *n);

#endif
