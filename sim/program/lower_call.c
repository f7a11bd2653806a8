/* Calls: whom, with what, and what comes back. */
#include <assert.h>
#include <string.h>

#include "program/lower.h"

/* Rows of operands that a call passes: the fixed ones first, then the variadic ones as 8-byte slots. */
struct call {
    LLVMValueRef inst;
    vec_u32 row;
    uint32_t varargs;
};

static void push_leaves(struct fn *f, struct call *call, LLVMValueRef argument)
{
    size_t n = lower_type(f->l, LLVMTypeOf(argument))->leaves.count;
    for (size_t i = 0; i < n; i++) {
        uint32_t operand = fn_operands(f, argument)[i];
        VEC_PUSH(&call->row, operand);
    }
}

/* A struct passed in memory through the dots: its bytes become slots. */
static void push_bytes(struct fn *f, struct call *call, LLVMValueRef pointer, uint64_t size)
{
    uint32_t address = fn_operand(f, pointer);
    for (uint64_t at = 0; at < size; at += 8) {
        unsigned width = (unsigned)(size - at >= 8 ? 64 : (size - at) * 8);
        uint32_t slot = fn_emit1(f, CODE_LOAD, width, fn_add_offset(f, address, at), 0, 0, 0);
        VEC_PUSH(&call->row, slot);
    }
}

/* A short vector (struct { float x, y; }) fills one slot. */
static void push_vector(struct fn *f, struct call *call, LLVMValueRef argument)
{
    const struct type_info *t = lower_type(f->l, LLVMTypeOf(argument));
    if (LLVMABISizeOfType(f->l->layout, LLVMTypeOf(argument)) > 8) {
        fn_refuse(f, "a vector as a variadic argument is not supported");
        return;
    }
    uint32_t slot = fn_constant(f, 0);
    for (size_t i = 0; i < t->leaves.count; i++) {
        uint32_t shift = fn_constant(f, t->leaves.items[i].offset * 8);
        uint32_t shifted = fn_emit1(f, CODE_SHL, 64, fn_operands(f, argument)[i], shift, 0, 0);
        slot = fn_emit1(f, CODE_OR, 64, slot, shifted, 0, 0);
    }
    VEC_PUSH(&call->row, slot);
}

/* `fixed`: how many operands stand in the row before the slots. */
static void push_vararg(struct fn *f, struct call *call, unsigned i, size_t fixed)
{
    LLVMValueRef argument = LLVMGetOperand(call->inst, i);
    unsigned byval_kind = LLVMGetEnumAttributeKindForName("byval", 5);
    LLVMAttributeRef byval = LLVMGetCallSiteEnumAttribute(call->inst, i + 1, byval_kind);
    if (!byval) {
        if (LLVMGetTypeKind(LLVMTypeOf(argument)) == LLVMVectorTypeKind)
            push_vector(f, call, argument);
        else
            push_leaves(f, call, argument);
        return;
    }
    LLVMTypeRef type = LLVMGetTypeAttributeValue(byval);
    LLVMAttributeRef align =
        LLVMGetCallSiteEnumAttribute(call->inst, i + 1, LLVMGetEnumAttributeKindForName("align", 5));
    uint64_t bytes = align ? LLVMGetEnumAttributeValue(align) : 8;
    if (bytes > 16)
        fn_refuse(f, "a variadic argument with an alignment of more than 16 is not supported");
    if (bytes > 8 && (call->row.count - fixed) % 2)
        VEC_PUSH(&call->row, fn_constant(f, 0));
    push_bytes(f, call, argument, LLVMABISizeOfType(f->l->layout, type));
}

/* `fixed`: how many of the arguments are named in the type that counts; the others are variadic. */
static void gather_arguments(struct fn *f, struct call *call, unsigned fixed)
{
    unsigned n = LLVMGetNumArgOperands(call->inst);
    for (unsigned i = 0; i < n && i < fixed; i++)
        push_leaves(f, call, LLVMGetOperand(call->inst, i));
    uint32_t before = (uint32_t)call->row.count;
    for (unsigned i = fixed; i < n; i++)
        push_vararg(f, call, i, before);
    call->varargs = (uint32_t)call->row.count - before;
}

/* A call through a wrong or missing prototype: the callee reads as many registers as it has. */
static void fit_arguments(struct fn *f, struct call *call, const struct code_function *callee)
{
    uint32_t zero = fn_constant(f, 0);
    while (call->row.count < callee->parameters)
        VEC_PUSH(&call->row, zero);
    if (!callee->varargs) {
        call->row.count = callee->parameters;
        call->varargs = 0;
    }
}

static void emit_call(struct fn *f, const struct call *call, enum code_op op, int64_t imm)
{
    size_t results = lower_type(f->l, LLVMTypeOf(call->inst))->leaves.count;
    uint32_t arguments = fn_arguments(f, call->row.items, call->row.count);
    uint32_t first = fn_registers(f, results);
    struct code_inst *inst = fn_emit(f, op, results ? fn_width(f, call->inst) : 64, arguments,
                                     (uint32_t)call->row.count, call->varargs, imm);
    inst->results = (uint16_t)results;
    inst->d = first;
    fn_define_registers(f, call->inst, first, results);
}

/* Which commands fcntl and its like are asked for: see struct code_builtin. */
static void note_second(struct code_builtin *b, LLVMValueRef inst)
{
    LLVMValueRef second = LLVMGetNumArgOperands(inst) > 1 ? LLVMGetOperand(inst, 1) : NULL;
    if (!second || b->any_second)
        return;
    b->any_second = !LLVMIsAConstantInt(second) || LLVMGetIntTypeWidth(LLVMTypeOf(second)) > 64;
    uint64_t value = b->any_second ? 0 : LLVMConstIntGetZExtValue(second);
    bool known = b->any_second;
    for (size_t i = 0; i < b->second_values.count; i++)
        known |= b->second_values.items[i] == value;
    if (!known)
        VEC_PUSH(&b->second_values, value);
}

static void lower_direct(struct fn *f, struct call *call, LLVMValueRef callee)
{
    LLVMTypeRef type = LLVMGetCalledFunctionType(call->inst);
    unsigned fixed = LLVMCountParamTypes(type);
    if (LLVMIsDeclaration(callee)) {
        if (fixed == 0 && LLVMIsFunctionVarArg(type)) /* int f(); without a prototype: nothing is variadic */
            fixed = LLVMGetNumArgOperands(call->inst);
        gather_arguments(f, call, fixed);
        uint32_t builtin = lower_builtin_index(f->l, callee, f->place);
        note_second(&f->l->p->builtins.items[builtin], call->inst);
        emit_call(f, call, CODE_CALL_BUILTIN, builtin);
        return;
    }
    LLVMTypeRef own = LLVMGlobalGetValueType(callee);
    if (LLVMIsFunctionVarArg(own))
        fixed = LLVMCountParamTypes(own);
    else
        fixed = LLVMGetNumArgOperands(call->inst);
    gather_arguments(f, call, fixed);
    uint32_t index = lower_function_index(f->l, callee);
    fit_arguments(f, call, &f->l->p->functions.items[index]);
    emit_call(f, call, CODE_CALL, index);
}

/* int (*)(): the callee alone knows what is variadic; its arguments are passed as fixed ones. */
static void lower_indirect(struct fn *f, struct call *call, LLVMValueRef callee)
{
    LLVMTypeRef type = LLVMGetCalledFunctionType(call->inst);
    unsigned fixed = LLVMCountParamTypes(type);
    if (fixed == 0 && LLVMIsFunctionVarArg(type))
        fixed = LLVMGetNumArgOperands(call->inst);
    uint32_t address = fn_operand(f, callee);
    gather_arguments(f, call, fixed);
    emit_call(f, call, CODE_CALL_INDIRECT, address);
}

static bool check_call_types(struct fn *f, LLVMValueRef inst)
{
    const char *problem = lower_type(f->l, LLVMTypeOf(inst))->problem;
    unsigned n = LLVMGetNumArgOperands(inst);
    for (unsigned i = 0; i < n && !problem; i++)
        problem = lower_type(f->l, LLVMTypeOf(LLVMGetOperand(inst, i)))->problem;
    if (problem)
        fn_refuse(f, "%s", problem);
    return !problem;
}

void lower_call(struct fn *f, LLVMValueRef inst)
{
    LLVMValueRef called = LLVMGetCalledValue(inst);
    if (LLVMGetValueKind(called) == LLVMInlineAsmValueKind) {
        fn_refuse(f, "inline assembly is not supported");
        fn_define_zero(f, inst);
        return;
    }
    LLVMValueRef callee = lower_callee(f->l, called);
    size_t n = 0;
    const char *name = callee ? LLVMGetValueName2(callee, &n) : "";
    if (n > 5 && memcmp(name, "llvm.", 5) == 0) {
        lower_intrinsic(f, inst, name, n);
        return;
    }
    if (!check_call_types(f, inst)) {
        fn_define_zero(f, inst);
        return;
    }
    struct call call = {.inst = inst};
    if (callee)
        lower_direct(f, &call, callee);
    else
        lower_indirect(f, &call, called);
    VEC_FREE(&call.row);
}
