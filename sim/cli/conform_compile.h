/* The native side's programs: compiled by the host's compiler into the folder of a comparison. */
#ifndef CLI_CONFORM_COMPILE_H
#define CLI_CONFORM_COMPILE_H

#include "cli/conform_keeper.h"
#include "cli/session.h"

/* What was compiled: folder/program is the first program, folder/bin holds what exec finds by name (PROC-25). */
struct conform_programs {
    const char *path;                     /* folder/bin, or NULL: exec is left to find nothing */
    VEC_OF(struct keeper_program) starts; /* of --with, in their order */
};

/* The same files and flags as clang gets. Strings go to `arena`, which must outlive *out. False with an error in diag:
 * bitcode, a --program with a path, or what the compiler rejects. Free with conform_programs_free either way. */
bool conform_compile(const struct cli_options *o, const char *folder, struct conform_programs *out, struct arena *arena,
                     struct diag *diag);
void conform_programs_free(struct conform_programs *p);

#endif
