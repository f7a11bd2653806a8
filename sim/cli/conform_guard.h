/* A process that removes a folder when nobody who was there when it started is left: whatever ends them, and before the
 * keeper is there, too. */
#ifndef CLI_CONFORM_GUARD_H
#define CLI_CONFORM_GUARD_H

#include <stdbool.h>
#include <sys/types.h>

struct guard {
    pid_t pid;
    int held; /* closed by exec; while somebody has it open the folder stays */
};

/* Makes the folder, whose name ends in XXXXXX (mkdtemp), and starts its guard. No signal comes in between. False, with
 * errno: there is neither. */
bool guard_start(struct guard *g, char *folder);
/* Lets go of the folder, and returns when it is removed. */
void guard_stop(const struct guard *g);

#endif
