/* The work list of lowering, and the tables that all functions share. See lower.h. */
#include "program/lower.h"

#include <assert.h>
#include <string.h>

void *lower_keep(struct lower *l, void *owned)
{
    VEC_PUSH(&l->p->owned, (uint64_t)(uintptr_t)owned);
    return owned;
}

const char *lower_keep_string(struct lower *l, const char *s, size_t n)
{
    char *copy = mem_alloc(n + 1);
    memcpy(copy, s, n);
    copy[n] = '\0';
    return lower_keep(l, copy);
}

bool lower_is_libc(const struct lower *l, LLVMValueRef global)
{
    const struct link_module *m = link_module_of(&l->link, global);
    return m && m->libc;
}

uint32_t lower_function_index(struct lower *l, LLVMValueRef definition)
{
    uint32_t index = map_get(&l->functions, map_key(definition));
    if (index != MAP_NONE)
        return index;
    size_t n;
    const char *name = LLVMGetValueName2(definition, &n);
    index = (uint32_t)l->function_values.count;
    map_put(&l->functions, map_key(definition), index);
    VEC_PUSH(&l->function_values, definition);
    VEC_PUSH(&l->function_places, l->place);
    /* Callers need its shape before its body is lowered. */
    struct code_function f = {
        .name = lower_keep_string(l, name, n), .image = l->image, .libc = lower_is_libc(l, definition)};
    LLVMTypeRef type = LLVMGlobalGetValueType(definition);
    unsigned parameters = LLVMCountParams(definition);
    for (unsigned i = 0; i < parameters; i++)
        f.parameters += (uint32_t)lower_type(l, LLVMTypeOf(LLVMGetParam(definition, i)))->leaves.count;
    f.registers = f.parameters;
    f.results = (uint32_t)lower_type(l, LLVMGetReturnType(type))->leaves.count;
    f.varargs = LLVMIsFunctionVarArg(type);
    VEC_PUSH(&l->p->functions, f);
    return index;
}

/* Why a function that nobody defines cannot be called, in words, or NULL for the general one. */
static const char *undefined_reason(const char *name)
{
    static const char *const contexts[] = {"getcontext", "swapcontext", "makecontext", "setcontext"};
    for (size_t i = 0; i < sizeof contexts / sizeof *contexts; i++)
        if (strcmp(name, contexts[i]) == 0)
            return "a second stack (getcontext, makecontext, swapcontext) is not supported";
    return NULL;
}

uint32_t lower_builtin_index(struct lower *l, LLVMValueRef declaration, uint32_t place)
{
    size_t n;
    const char *name = LLVMGetValueName2(declaration, &n);
    uint32_t id = intern_put(l->names, name, n);
    uint32_t index = map_get(&l->builtins, id);
    if (index != MAP_NONE)
        return index;
    index = (uint32_t)l->p->builtins.count;
    map_put(&l->builtins, id, index);
    VEC_PUSH(&l->p->builtins, ((struct code_builtin){lower_keep_string(l, name, n), place}));
    name = l->p->builtins.items[index].name;
    if (!l->options->provided || !l->options->provided(name)) {
        const char *reason = undefined_reason(name);
        struct diag_place at = program_place(l->p, place);
        if (reason)
            diag_error(l->diag, at, "%s", reason);
        else
            diag_error(l->diag, at, "call to '%s', which nobody defines and which is not simulated", name);
    }
    return index;
}

/* Files of the libc are named libc/..., wherever they were compiled. */
static void shown_name(const char *name, size_t n, bool libc, vec_char *out)
{
    vec_char plain = {0};
    text_append(&plain, name, n);
    const char *base = libc ? strrchr(plain.items, '/') : NULL;
    text_printf(out, "%s%s", libc ? "libc/" : "", base ? base + 1 : plain.items);
    VEC_FREE(&plain);
}

uint32_t lower_file_index(struct lower *l, const char *name, size_t n, bool libc)
{
    vec_char shown = {0};
    shown_name(name, n, libc, &shown);
    uint32_t id = intern_put(l->names, shown.items, shown.count);
    uint32_t index = map_get(&l->files, id);
    if (index == MAP_NONE) {
        index = (uint32_t)l->p->files.count;
        map_put(&l->files, id, index);
        VEC_PUSH(&l->p->files, lower_keep_string(l, shown.items, shown.count));
    }
    VEC_FREE(&shown);
    return index;
}

static void report(struct lower *l, const char *file, const char *what)
{
    diag_error(l->diag, (struct diag_place){.file = file}, "%s", what);
}

/* What a module holds outside its functions and is not modelled. */
static void check_module(struct lower *l, const struct link_module *m)
{
    size_t n;
    LLVMGetModuleInlineAsm(m->module, &n);
    if (n)
        report(l, m->file, "inline assembly is not supported (outside a function)");
    if (LLVMGetNamedGlobal(m->module, "llvm.global_ctors") || LLVMGetNamedGlobal(m->module, "llvm.global_dtors"))
        report(l, m->file, "functions with the attribute constructor or destructor are not supported");
}

/* The index of the definition of `name`, in the user's files or in libc. */
static bool check_roots(struct lower *l, LLVMValueRef *entry, LLVMValueRef *errno_global)
{
    LLVMValueRef main_function = link_find(&l->link, "main");
    if (!main_function || LLVMGetValueKind(main_function) != LLVMFunctionValueKind) {
        report(l, l->link.modules.items[0].file, "there is no function main");
        return false;
    }
    *entry = link_find(&l->link, "__impasse_start");
    *errno_global = link_find(&l->link, "__impasse_errno");
    if (*entry && *errno_global)
        return true;
    report(l, "libc", "the simulated libc of this build lacks __impasse_start or __impasse_errno");
    return false;
}

static void lower_all(struct lower *l)
{
    while (l->functions_done < l->function_values.count || l->globals_done < l->global_values.count) {
        if (l->functions_done < l->function_values.count) {
            uint32_t index = (uint32_t)l->functions_done++;
            if (LLVMIsDeclaration(l->function_values.items[index]))
                lower_thunk(l, index);
            else
                lower_function(l, index);
        } else {
            lower_global(l, (uint32_t)l->globals_done++);
        }
    }
}

void lower_image(struct lower *l)
{
    LLVMValueRef entry, errno_global;
    l->layout = LLVMGetModuleDataLayout(l->link.modules.items[0].module);
    for (size_t i = 0; i < l->link.modules.count; i++)
        check_module(l, &l->link.modules.items[i]);
    const char *first = l->link.modules.items[0].file;
    struct code_image image = {.name = lower_keep_string(l, first, strlen(first)), .streams_global = UINT32_MAX};
    size_t globals = l->p->globals.count;
    l->image = (uint32_t)l->p->images.count;
    if (check_roots(l, &entry, &errno_global)) {
        image.entry = lower_function_index(l, entry);
        image.errno_global = (uint32_t)((lower_global_address(l, errno_global) >> 32) - OBJECT_GLOBAL);
        lower_all(l);
    }
    for (size_t i = globals; i < l->p->globals.count; i++)
        if (l->p->globals.items[i].name && strcmp(l->p->globals.items[i].name, "__impasse_streams") == 0)
            image.streams_global = (uint32_t)i;
    VEC_PUSH(&l->p->images, image);
}
