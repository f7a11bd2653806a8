/* Names to definitions, over all the modules of a program. Modules are not merged: what is reachable is looked up here
 * as the lowering meets it, so that the simulated libc costs only what is used of it.
 *
 * A definition in a file of the user wins over the simulated libc; two strong ones in files of the user are an error;
 * weak, common and available_externally behave as with ld.
 */
#ifndef PROGRAM_LINK_H
#define PROGRAM_LINK_H

#include <llvm-c/Core.h>
#include <stdbool.h>

#include "base/diag.h"
#include "base/intern.h"

struct link_module {
    LLVMModuleRef module;
    const char *file; /* as the user named it; "libc" for the simulated libc */
    bool libc;
};

struct link_symbol {
    LLVMValueRef value; /* NULL: the name is only used */
    unsigned strength;  /* enum in link.c */
    uint32_t module;
};

struct link {
    VEC_OF(struct link_module) modules;
    struct intern *names; /* id = index into symbols */
    VEC_OF(struct link_symbol) symbols;
};

void link_init(struct link *k);
/* Takes the module. Its definitions are entered; duplicates are errors in diag. */
void link_add(struct link *k, LLVMModuleRef module, const char *file, bool libc, struct diag *diag);
void link_free(struct link *k);

/* The definition that a global value stands for: itself if it is local or defined nowhere. */
LLVMValueRef link_resolve(const struct link *k, LLVMValueRef value);
/* The definition of a name, or NULL. */
LLVMValueRef link_find(const struct link *k, const char *name);
/* The module that a definition comes from. */
const struct link_module *link_module_of(const struct link *k, LLVMValueRef value);

#endif
