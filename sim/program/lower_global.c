/* Global variables: addresses and initial bytes. */
#include "program/lower.h"

#include <assert.h>
#include <string.h>

static uint32_t global_index(struct lower *l, LLVMValueRef g)
{
    uint32_t index = map_get(&l->globals, map_key(g));
    if (index != MAP_NONE)
        return index;
    index = (uint32_t)l->global_values.count;
    map_put(&l->globals, map_key(g), index);
    VEC_PUSH(&l->global_values, g);
    VEC_PUSH(&l->global_places, l->place);
    VEC_PUSH(&l->p->globals, (struct code_global){0});
    return index;
}

uint64_t lower_global_address(struct lower *l, LLVMValueRef definition)
{
    switch ((int)LLVMGetValueKind(definition)) {
    case LLVMFunctionValueKind:
        if (LLVMIsDeclaration(definition) && LLVMGetLinkage(definition) == LLVMExternalWeakLinkage)
            return 0;
        return (uint64_t)(OBJECT_FUNCTION + lower_function_index(l, definition)) << 32;
    case LLVMGlobalAliasValueKind:
        return lower_constant(l, LLVMAliasGetAliasee(definition));
    default:
        if (LLVMIsDeclaration(definition) && LLVMGetLinkage(definition) == LLVMExternalWeakLinkage)
            return 0;
        return (uint64_t)(OBJECT_GLOBAL + global_index(l, definition)) << 32;
    }
}

static void store_bytes(unsigned char *at, uint64_t value, unsigned width)
{
    for (unsigned i = 0; i < (width + 7) / 8; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static void store_constant(struct lower *l, LLVMValueRef c, unsigned char *at);

static void store_sequence(struct lower *l, LLVMValueRef c, unsigned char *at)
{
    LLVMTypeRef type = LLVMTypeOf(c);
    bool is_array = LLVMGetTypeKind(type) == LLVMArrayTypeKind;
    uint64_t n = is_array ? (uint64_t)LLVMGetArrayLength(type) : LLVMGetVectorSize(type);
    uint64_t stride = LLVMABISizeOfType(l->layout, LLVMGetElementType(type));
    for (unsigned i = 0; i < n; i++)
        store_constant(l, lower_element(c, i), at + i * stride);
}

static void store_struct(struct lower *l, LLVMValueRef c, unsigned char *at)
{
    LLVMTypeRef type = LLVMTypeOf(c);
    unsigned n = LLVMCountStructElementTypes(type);
    for (unsigned i = 0; i < n; i++)
        store_constant(l, lower_element(c, i), at + LLVMOffsetOfElement(l->layout, type, i));
}

static void store_constant(struct lower *l, LLVMValueRef c, unsigned char *at)
{
    switch ((int)LLVMGetValueKind(c)) {
    case LLVMConstantAggregateZeroValueKind:
    case LLVMUndefValueValueKind:
    case LLVMPoisonValueValueKind:
    case LLVMConstantPointerNullValueKind:
        return;
    case LLVMConstantDataArrayValueKind:
        if (LLVMIsConstantString(c)) {
            size_t n;
            const char *s = LLVMGetAsString(c, &n);
            memcpy(at, s, n);
            return;
        }
        store_sequence(l, c, at);
        return;
    case LLVMConstantArrayValueKind:
    case LLVMConstantVectorValueKind:
    case LLVMConstantDataVectorValueKind:
        store_sequence(l, c, at);
        return;
    case LLVMConstantStructValueKind:
        store_struct(l, c, at);
        return;
    default: {
        const struct type_info *t = lower_type(l, LLVMTypeOf(c));
        if (t->problem)
            l->problem = t->problem;
        else
            store_bytes(at, lower_constant(l, c), t->leaves.items[0].width);
    }
    }
}

/* At its first use if that is known, else in its file. */
static void report(struct lower *l, uint32_t index, const char *what)
{
    LLVMValueRef g = l->global_values.items[index];
    struct diag_place at = program_place(l->p, l->global_places.items[index]);
    if (!at.file)
        at.file = link_module_of(&l->link, g)->file;
    size_t n;
    const char *name = LLVMGetValueName2(g, &n);
    diag_error(l->diag, at, "variable '%.*s': %s", (int)n, name, what);
}

void lower_global(struct lower *l, uint32_t index)
{
    LLVMValueRef g = l->global_values.items[index];
    LLVMTypeRef type = LLVMGlobalGetValueType(g);
    l->place = 0;
    size_t n;
    const char *name = LLVMGetValueName2(g, &n);
    struct code_global out = {
        .name = lower_keep_string(l, name, n),
        .size = LLVMTypeIsSized(type) ? LLVMABISizeOfType(l->layout, type) : 0,
        .align = LLVMGetAlignment(g),
        .constant = LLVMIsGlobalConstant(g),
    };
    if (!out.align && out.size)
        out.align = LLVMABIAlignmentOfType(l->layout, type);
    if (out.size > UINT32_MAX) {
        report(l, index, "it is larger than 4 GiB");
        out.size = 0;
    } else if (LLVMIsDeclaration(g)) {
        report(l, index, "it is declared and used, but nobody defines it");
    } else if (out.size && !LLVMIsNull(LLVMGetInitializer(g)) && !LLVMIsUndef(LLVMGetInitializer(g))) {
        unsigned char *bytes = lower_keep(l, mem_zero(1, (size_t)out.size));
        l->problem = NULL;
        store_constant(l, LLVMGetInitializer(g), bytes);
        if (l->problem)
            report(l, index, l->problem);
        out.bytes = bytes;
    }
    l->p->globals.items[index] = out;
}
