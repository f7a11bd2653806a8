/* Runs without end: which texts are out when a program goes round for ever, without sleeping for ever. */
#ifndef CLI_CONFORM_ROUNDS_H
#define CLI_CONFORM_ROUNDS_H

#include "search/space.h"

/* The steps between the states of a space, in the order in which they were expanded. */
struct rounds {
    vec_u64 states; /* expanded; this list and the next are registered with the space */
    vec_u64 to;     /* [steps] */
    vec_u32 first;  /* [states] the state's steps begin here */
    vec_u32 tasks;  /* [steps] who makes it */
};

void rounds_init(struct rounds *r, struct space *s);
void rounds_free(struct rounds *r);
/* A state was expanded: key, with the steps of s->expansion, whose states rounds_step tells in their order. */
void rounds_state(struct rounds *r, uint64_t key);
void rounds_step(struct rounds *r, uint32_t task, uint64_t to);

/* Calls `visit` for one state of each component in which the program can go round for ever under a fair scheduler: who
 * can make a step in all of its states makes one. The state is loaded into s->vector. */
void rounds_visit(const struct rounds *r, struct space *s, void (*visit)(void *context, struct space *s),
                  void *context);

#endif
