/*
 * What a model file can say to Impasse beyond C and POSIX. Every function also has a native meaning, so that the same
 * file compiles and runs with an ordinary compiler: `cc -I.../sim/include model.c`.
 *
 * Impasse itself compiles a model with __impasse__ defined.
 */
#ifndef IMPASSE_H
#define IMPASSE_H

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __impasse__

/*
 * Chooses one of 0..n-1 (n at least 1). In the simulation every choice is explored, each as an outcome of this step.
 * Natively it is pseudo-random, and different in every process.
 */
int impasse_choose(int n);

/*
 * Says that waiting forever in the next blocking call of this task is fine: a task that rests there, as a server does
 * in its accept loop, makes neither a deadlock nor a stuck task, nor a livelock if the call has a time-out. It holds for
 * that one call, and has no native effect.
 */
void impasse_idle(void);

/*
 * Passes a label: diagrams show it at this state, and properties may name it. It does not wait, and has no native
 * effect. The name is a string that stays the same for the whole run, as a literal does.
 */
void impasse_mark(const char *name);

/*
 * Says that the program has come forward. A program that has such marks must keep passing them: an endless run that
 * passes none any more is a livelock. It has no native effect.
 */
void impasse_progress(void);

/*
 * Between begin and end no other task runs: the steps between them are one step to the others. A task that blocks in
 * there lets the others run until it can go on, and is alone again from then on. The two do not nest, and have no
 * native effect: what is atomic in a model must be made so by the program, or must not matter to it.
 */
void impasse_atomic_begin(void);
void impasse_atomic_end(void);

#else

#include <unistd.h>

static inline int impasse_choose(int n) {
    static unsigned long state;
    static int seeded_for;
    int process = (int)getpid();
    if (seeded_for != process) {
        seeded_for = process;
        state += (unsigned long)process * 2654435761ul;
    }
    state = (state * 1103515245ul + 12345ul) & 0x7ffffffful;
    return n > 0 ? (int)((state >> 8) % (unsigned long)n) : 0;
}

static inline void impasse_idle(void) {
}

static inline void impasse_mark(const char *name) {
    (void)name;
}

static inline void impasse_progress(void) {
}

static inline void impasse_atomic_begin(void) {
}

static inline void impasse_atomic_end(void) {
}

#endif

#ifdef __cplusplus
}
#endif

#endif
