/* Reads a file given by the user into an LLVM module, whatever it is; and the embedded simulated libc. */
#ifndef PROGRAM_BITCODE_H
#define PROGRAM_BITCODE_H

#include <llvm-c/Core.h>
#include <stdbool.h>

#include "base/diag.h"
#include "program/clang.h"
#include "program/program.h"

/* A file on its way to a module: clang runs while other work is done. */
struct bitcode_job {
    const char *file;
    enum { BITCODE_REFUSED, BITCODE_C, BITCODE_BINARY, BITCODE_TEXT } kind;
    struct clang_job clang;
};

/* Every job that is started must be finished. Errors go to diag now or at the end. */
void bitcode_start(struct bitcode_job *job, const struct program_options *options, const char *file, struct diag *diag);
/* The module, or NULL with one error or more in diag. The caller disposes of it. */
LLVMModuleRef bitcode_finish(struct bitcode_job *job, LLVMContextRef context, struct diag *diag);

/* The simulated libc that is part of this executable. Its locals are already in registers.
 * NULL with an error if it is broken. */
LLVMModuleRef bitcode_load_libc(LLVMContextRef context, struct diag *diag);

/* Promotes local variables to registers (mem2reg). SROA would do more, but it also deletes accesses out of bounds,
 * and those must be found. False with an error in diag. */
bool bitcode_promote(LLVMModuleRef module, const char *file, struct diag *diag);

#endif
