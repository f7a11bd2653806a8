/* One level of a breadth-first search, by one or more threads.
 *
 * Threads expand states whose steps the model remembers, and put aside the others; those are worked out afterwards by
 * one thread, in an order that depends on the states alone. Which states a level has, what is found in it, and what the
 * model learns from it are therefore the same for every number of threads (only the order of the next level is not, and
 * nothing asks for it).
 */
#ifndef SEARCH_LEVEL_H
#define SEARCH_LEVEL_H

#include "search/run.h"

struct level_workers;

struct level_workers *level_workers_create(struct search_run *run, unsigned threads);
void level_workers_destroy(struct level_workers *w);

/* Gives back what the threads hold of the store: it is about to be saved, and they begin anew. */
void level_workers_rest(struct level_workers *w);

/* Expands all states of `level`, appends the new ones to `next`. False if it had to stop (run->result->stop is set). */
bool level_expand(struct level_workers *w, vec_u64 *level, vec_u64 *next);

#endif
