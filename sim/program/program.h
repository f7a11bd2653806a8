/* The front end: C files, LLVM bitcode or LLVM text in, a `struct program` out.
 *
 * Several programs (images) are each compiled, linked and lowered for themselves, with globals and a libc of their own.
 *
 * C is compiled by clang in a subprocess (bitcode comes back through a pipe; nothing is written to disk), linked with
 * the simulated libc, cleaned up by LLVM (sroa, which includes mem2reg) and lowered to the code of code.h.
 */
#ifndef PROGRAM_PROGRAM_H
#define PROGRAM_PROGRAM_H

#include <stdbool.h>

#include "base/diag.h"
#include "program/code.h"

struct program_options {
    const char *const *files; /* [file_count] *.c, *.bc or *.ll, linked into one program, image 0 */
    unsigned file_count;
    const char *const *others; /* [other_count] images 1, 2, ... of one file each */
    unsigned other_count;
    const char *const *flags; /* [flag_count] passed on to clang: -I..., -D..., -W... */
    unsigned flag_count;
    const char *include_folder; /* where <impasse.h> is; NULL: none */
    /* Says whether the machine or the kernel provides a function that the bitcode leaves undefined. A call to one
     * that it does not provide is an error at the line of the call. */
    bool (*provided)(const char *name);
};

/* NULL on error, with every error in `diag` (clang's own diagnostics come through, errors counted). The caller owns
 * the result. Blocks while clang runs. */
struct program *program_load(const struct program_options *options, struct diag *diag);
void program_destroy(struct program *p);

/* A number that differs, for all practical purposes, between programs that run or report differently. */
uint64_t program_identity(const struct program *p);

/* The place (file, line, column) of an instruction; file is NULL if unknown. */
struct diag_place program_place(const struct program *p, uint32_t place);

#endif
