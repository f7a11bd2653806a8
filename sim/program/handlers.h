/* What signal handlers may touch: private memory that the program's other code may touch as well, so that it matters
 * on which side of an access a signal comes (SIG-06). Conservative, and without regard to who installs what. */
#ifndef PROGRAM_HANDLERS_H
#define PROGRAM_HANDLERS_H

#include "base/diag.h"
#include "program/code.h"

/* Fills in `handled` of the globals, handlers_reach_all and takes_functions. Nothing is marked in a program that
 * installs no signal handler. After live_program, which says what escapes. */
void handlers_find(struct program *p);

/* SIG-30: calls `warn` for each call, in code that a handler may run, of a function that is not async-signal-safe; in a
 * fixed order. */
void handlers_warn(const struct program *p, void (*warn)(void *context, struct diag_place at, const char *callee),
                   void *context);

#endif
