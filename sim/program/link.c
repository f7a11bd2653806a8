/* See link.h. */
#include "program/link.h"

#include <llvm-c/Target.h>
#include <string.h>

/* The stronger definition wins; two of STRENGTH_STRONG are an error, of equal others the first is taken. */
enum { STRENGTH_NONE, STRENGTH_LIBC, STRENGTH_INLINE, STRENGTH_WEAK, STRENGTH_COMMON, STRENGTH_STRONG };

void link_init(struct link *k)
{
    *k = (struct link){.names = intern_create()};
    VEC_PUSH(&k->symbols, (struct link_symbol){0}); /* id 0, the empty name */
}

void link_free(struct link *k)
{
    for (size_t i = 0; i < k->modules.count; i++)
        LLVMDisposeModule(k->modules.items[i].module);
    VEC_FREE(&k->modules);
    VEC_FREE(&k->symbols);
    intern_destroy(k->names);
}

static bool is_local(LLVMValueRef value)
{
    LLVMLinkage linkage = LLVMGetLinkage(value);
    return linkage == LLVMInternalLinkage || linkage == LLVMPrivateLinkage;
}

static unsigned strength_of(LLVMValueRef value, bool libc)
{
    if (libc)
        return STRENGTH_LIBC;
    switch ((int)LLVMGetLinkage(value)) {
    case LLVMAvailableExternallyLinkage:
        return STRENGTH_INLINE;
    case LLVMLinkOnceAnyLinkage:
    case LLVMLinkOnceODRLinkage:
    case LLVMWeakAnyLinkage:
    case LLVMWeakODRLinkage:
        return STRENGTH_WEAK;
    case LLVMCommonLinkage:
        return STRENGTH_COMMON;
    default:
        return STRENGTH_STRONG;
    }
}

static struct link_symbol *symbol_of(struct link *k, LLVMValueRef value)
{
    size_t n;
    const char *name = LLVMGetValueName2(value, &n);
    uint32_t id = intern_put(k->names, name, n);
    while (k->symbols.count <= id)
        VEC_PUSH(&k->symbols, (struct link_symbol){0});
    return &k->symbols.items[id];
}

static struct diag_place definition_place(const struct link *k, uint32_t module, LLVMValueRef value)
{
    struct diag_place at = {.file = k->modules.items[module].file};
    if (LLVMGetValueKind(value) == LLVMFunctionValueKind)
        at.line = LLVMGetDebugLocLine(value);
    return at;
}

static void report_twice(const struct link *k, const struct link_symbol *first, LLVMValueRef value, uint32_t module,
                         struct diag *diag)
{
    struct diag_place before = definition_place(k, first->module, first->value);
    size_t n;
    const char *name = LLVMGetValueName2(value, &n);
    if (before.line)
        diag_error(diag, definition_place(k, module, value), "'%.*s' is already defined at %s:%u", (int)n, name,
                   before.file, before.line);
    else
        diag_error(diag, definition_place(k, module, value), "'%.*s' is already defined in %s", (int)n, name,
                   before.file);
}

static unsigned long long common_size(LLVMValueRef value)
{
    LLVMTargetDataRef layout = LLVMGetModuleDataLayout(LLVMGetGlobalParent(value));
    return LLVMABISizeOfType(layout, LLVMGlobalGetValueType(value));
}

static void define(struct link *k, uint32_t module, LLVMValueRef value, struct diag *diag)
{
    if (is_local(value))
        return;
    unsigned strength = strength_of(value, k->modules.items[module].libc);
    struct link_symbol *s = symbol_of(k, value);
    if (s->value && strength == STRENGTH_STRONG && s->strength == STRENGTH_STRONG) {
        report_twice(k, s, value, module, diag);
        return;
    }
    bool wins = !s->value || strength > s->strength;
    if (s->value && strength == STRENGTH_COMMON && s->strength == STRENGTH_COMMON)
        wins = common_size(value) > common_size(s->value);
    if (wins)
        *s = (struct link_symbol){value, strength, module};
}

void link_add(struct link *k, LLVMModuleRef module, const char *file, bool libc, struct diag *diag)
{
    uint32_t index = (uint32_t)k->modules.count;
    VEC_PUSH(&k->modules, ((struct link_module){module, file, libc}));
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f))
            define(k, index, f, diag);
    for (LLVMValueRef g = LLVMGetFirstGlobal(module); g; g = LLVMGetNextGlobal(g))
        if (!LLVMIsDeclaration(g) && LLVMGetLinkage(g) != LLVMAppendingLinkage)
            define(k, index, g, diag);
    for (LLVMValueRef a = LLVMGetFirstGlobalAlias(module); a; a = LLVMGetNextGlobalAlias(a))
        define(k, index, a, diag);
}

LLVMValueRef link_find(const struct link *k, const char *name)
{
    uint32_t id = intern_put(k->names, name, strlen(name));
    return id < k->symbols.count ? k->symbols.items[id].value : NULL;
}

LLVMValueRef link_resolve(const struct link *k, LLVMValueRef value)
{
    if (is_local(value))
        return value;
    size_t n;
    const char *name = LLVMGetValueName2(value, &n);
    uint32_t id = intern_put(k->names, name, n);
    LLVMValueRef found = id && id < k->symbols.count ? k->symbols.items[id].value : NULL;
    return found ? found : value;
}

const struct link_module *link_module_of(const struct link *k, LLVMValueRef value)
{
    LLVMModuleRef module = LLVMGetGlobalParent(value);
    for (size_t i = 0; i < k->modules.count; i++)
        if (k->modules.items[i].module == module)
            return &k->modules.items[i];
    return NULL;
}
