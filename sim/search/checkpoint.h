/* Checkpoints: a search on the disk, from which another process can go on to the same result.
 *
 * CKPT-01: one is written between two levels (depth first: between two states) when the time has come, so that what is
 * in it is the whole of a search that stands still; when it was written shows in no result. The set of states is
 * written as it is. The model is not: it is taught again, see struct lessons in space.h.
 */
#ifndef SEARCH_CHECKPOINT_H
#define SEARCH_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

struct checkpoint;
struct search_run;

/* Opens one to resume from. identity: of the program and of all options that results depend on, as the search that
 * wrote it had it in its options; so is what is appended to *kept. NULL with the reason in `why`. */
struct checkpoint *checkpoint_open(const char *file, uint64_t identity, vec_u32 *kept, vec_char *why);
void checkpoint_close(struct checkpoint *c);
/* How many searches came to nothing before the one that was written: they have to be made again first (search.c). */
unsigned checkpoint_restarts(const struct checkpoint *c);

/* ---- of the search ---- */

/* What else an order of search has to keep: keys that are registered with the space, and numbers that go with them. */
struct checkpoint_extra {
    const vec_u64 *keys;
    const vec_u32 *next; /* NULL: none */
    bool cut;
};

bool checkpoint_is_due(const struct search_run *run);
void checkpoint_write(struct search_run *run, const struct checkpoint_extra *extra);
/* Makes run->space and the figures of the run what they were; the lists follow, in the order of checkpoint_extra. False
 * if that cannot be: run->result->stop is then STOP_UNRESUMED. */
bool checkpoint_restore(struct search_run *run);
bool checkpoint_list(struct search_run *run, vec_u64 *keys);
bool checkpoint_next(struct search_run *run, vec_u32 *next, bool *cut);

#endif
