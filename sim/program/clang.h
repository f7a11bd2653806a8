/* Runs clang on one C file and collects the bitcode. */
#ifndef PROGRAM_CLANG_H
#define PROGRAM_CLANG_H

#include <stdbool.h>

#include "base/diag.h"
#include "program/program.h"

/* A clang that runs. Between start and finish the caller may do other work. */
struct clang_job {
    const char *file;
    int pid;      /* 0: it could not be started */
    int out, err; /* read ends of its pipes */
};

/* False on failure, with one error in diag; then clang_finish must not be called. */
bool clang_start(const struct program_options *options, const char *file, struct clang_job *job, struct diag *diag);

/* Appends the bitcode to `bitcode`. What clang printed goes to diag->text unchanged, and its errors are counted. False
 * on failure, with at least one error counted. Blocks while clang runs. */
bool clang_finish(struct clang_job *job, vec_char *bitcode, struct diag *diag);

#endif
