/* Endless loops: local code that comes back to the very same local state repeats itself for ever.
 *
 * Brent's algorithm (1980, "An improved Monte Carlo factorization algorithm", section 3) on the whole local state at
 * backward jumps. Deviation: nothing is compared during the first LOOP_FREE instructions, and states are compared
 * by a cheap fingerprint first (a running sum over memory, a hash of the innermost frame's registers).
 */
#ifndef MACHINE_LOOP_H
#define MACHINE_LOOP_H

#include "machine/task.h"

enum { LOOP_FREE = 10000 };

/* Called at a backward jump (the top frame's pc is its target) after LOOP_FREE instructions. False: it has stopped. */
bool loop_check(struct task *t);
/* The same at a call, where only the number of instructions is checked. */
bool loop_limit(struct task *t);
void watch_end(struct task *t);

#endif
