/* Structs, arrays and short vectors as values: only their rows of operands are rearranged. And select. */
#include "program/lower.h"

static void lower_select(struct fn *f, LLVMValueRef select)
{
    LLVMValueRef condition = LLVMGetOperand(select, 0), yes = LLVMGetOperand(select, 1), no = LLVMGetOperand(select, 2);
    const struct type_info *t = lower_type(f->l, LLVMTypeOf(select));
    if (LLVMGetTypeKind(LLVMTypeOf(condition)) == LLVMVectorTypeKind) {
        fn_refuse(f, "vector arithmetic is not supported");
        fn_define_zero(f, select);
        return;
    }
    uint32_t c = fn_operand(f, condition);
    uint32_t first = fn_registers(f, t->leaves.count);
    for (size_t i = 0; i < t->leaves.count; i++) {
        uint32_t a = fn_operands(f, yes)[i], b = fn_operands(f, no)[i];
        struct code_inst *inst = fn_emit(f, CODE_SELECT, t->leaves.items[i].width, c, a, b, 0);
        inst->results = 1;
        inst->d = first + (uint32_t)i;
    }
    fn_define_registers(f, select, first, t->leaves.count);
}

static void define_part(struct fn *f, LLVMValueRef inst, LLVMValueRef whole, uint32_t leaf)
{
    size_t n = lower_type(f->l, LLVMTypeOf(inst))->leaves.count;
    vec_u32 row = {0};
    for (size_t i = 0; i < n; i++)
        VEC_PUSH(&row, fn_operands(f, whole)[leaf + i]);
    fn_define(f, inst, row.items, row.count);
    VEC_FREE(&row);
}

static void define_with_part(struct fn *f, LLVMValueRef inst, LLVMValueRef whole, LLVMValueRef part, uint32_t leaf)
{
    size_t n = lower_type(f->l, LLVMTypeOf(inst))->leaves.count, m = lower_type(f->l, LLVMTypeOf(part))->leaves.count;
    vec_u32 row = {0};
    for (size_t i = 0; i < n; i++)
        VEC_PUSH(&row, fn_operands(f, whole)[i]);
    for (size_t i = 0; i < m; i++)
        row.items[leaf + i] = fn_operands(f, part)[i];
    fn_define(f, inst, row.items, row.count);
    VEC_FREE(&row);
}

/* The constant element number, or false: out of range and computed ones are refused. */
static bool element_number(struct fn *f, LLVMValueRef index, LLVMValueRef vector, uint32_t *out)
{
    if (LLVMGetValueKind(index) != LLVMConstantIntValueKind ||
        LLVMConstIntGetZExtValue(index) >= LLVMGetVectorSize(LLVMTypeOf(vector))) {
        fn_refuse(f, "a computed index into a vector is not supported");
        return false;
    }
    *out = (uint32_t)LLVMConstIntGetZExtValue(index);
    return true;
}

static void lower_element_of(struct fn *f, LLVMValueRef inst, LLVMOpcode op)
{
    LLVMValueRef vector = LLVMGetOperand(inst, 0);
    uint32_t number;
    if (!element_number(f, LLVMGetOperand(inst, op == LLVMExtractElement ? 1 : 2), vector, &number))
        fn_define_zero(f, inst);
    else if (op == LLVMExtractElement)
        define_part(f, inst, vector, number);
    else
        define_with_part(f, inst, vector, LLVMGetOperand(inst, 1), number);
}

static void lower_shuffle(struct fn *f, LLVMValueRef inst)
{
    LLVMValueRef a = LLVMGetOperand(inst, 0), b = LLVMGetOperand(inst, 1);
    unsigned n = LLVMGetNumMaskElements(inst), width = LLVMGetVectorSize(LLVMTypeOf(a));
    vec_u32 row = {0};
    for (unsigned i = 0; i < n; i++) {
        int from = LLVMGetMaskValue(inst, i);
        if (from < 0)
            VEC_PUSH(&row, fn_constant(f, 0));
        else if ((unsigned)from < width)
            VEC_PUSH(&row, fn_operands(f, a)[from]);
        else
            VEC_PUSH(&row, fn_operands(f, b)[(unsigned)from - width]);
    }
    fn_define(f, inst, row.items, row.count);
    VEC_FREE(&row);
}

bool lower_aggregate(struct fn *f, LLVMValueRef inst, LLVMOpcode op)
{
    switch ((int)op) {
    case LLVMSelect:
        lower_select(f, inst);
        return true;
    case LLVMExtractValue:
    case LLVMInsertValue: {
        LLVMValueRef whole = LLVMGetOperand(inst, 0);
        uint32_t leaf = lower_leaf_index(f->l, LLVMTypeOf(whole), LLVMGetIndices(inst), LLVMGetNumIndices(inst));
        if (op == LLVMExtractValue)
            define_part(f, inst, whole, leaf);
        else
            define_with_part(f, inst, whole, LLVMGetOperand(inst, 1), leaf);
        return true;
    }
    case LLVMExtractElement:
    case LLVMInsertElement:
        lower_element_of(f, inst, op);
        return true;
    case LLVMShuffleVector:
        lower_shuffle(f, inst);
        return true;
    default:
        return false;
    }
}
