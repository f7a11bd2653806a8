/* What the code of a program says of the calls that it can ever make, before anything runs. */
#ifndef PROGRAM_CALLS_H
#define PROGRAM_CALLS_H

#include "program/code.h"

enum { CALL_ARGUMENTS_MAX = 6 };

/* A place in the code that calls a builtin. */
struct program_call {
    const char *name;
    uint64_t arguments[CALL_ARGUMENTS_MAX]; /* those that are constants, zero-extended; else 0 */
    uint32_t constant;                      /* bit i: arguments[i] is one */
};

/* Calls `visit` for each, the simulated libc's included, in a fixed order. */
void program_each_call(const struct program *p, void (*visit)(void *context, const struct program_call *call),
                       void *context);

#endif
