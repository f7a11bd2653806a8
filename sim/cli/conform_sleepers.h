/* What the descendants of this process are doing, from /proc. */
#ifndef CLI_CONFORM_SLEEPERS_H
#define CLI_CONFORM_SLEEPERS_H

#include "base/vec.h"
#include <stdbool.h>

/* The children of this process, added. */
void sleepers_children(vec_u32 *pids);
/* Whether every thread of every descendant sleeps (or is a zombie). *moves: how often they have been switched, mixed
 * with who they are: while it stays the same, none of them has run. */
bool sleepers_all(uint64_t *moves);
void sleepers_kill(void);

#endif
