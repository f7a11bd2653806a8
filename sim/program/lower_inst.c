/* Instructions that compute: integers, floats, comparisons, casts. And the one place where all instructions are
 * handed out to those who lower them. */
#include "program/lower.h"

static int binary_code(LLVMOpcode op)
{
    switch ((int)op) {
    case LLVMAdd:
        return CODE_ADD;
    case LLVMSub:
        return CODE_SUB;
    case LLVMMul:
        return CODE_MUL;
    case LLVMUDiv:
        return CODE_UDIV;
    case LLVMSDiv:
        return CODE_SDIV;
    case LLVMURem:
        return CODE_UREM;
    case LLVMSRem:
        return CODE_SREM;
    case LLVMShl:
        return CODE_SHL;
    case LLVMLShr:
        return CODE_LSHR;
    case LLVMAShr:
        return CODE_ASHR;
    case LLVMAnd:
        return CODE_AND;
    case LLVMOr:
        return CODE_OR;
    case LLVMXor:
        return CODE_XOR;
    case LLVMFAdd:
        return CODE_FADD;
    case LLVMFSub:
        return CODE_FSUB;
    case LLVMFMul:
        return CODE_FMUL;
    case LLVMFDiv:
        return CODE_FDIV;
    case LLVMFRem:
        return CODE_FREM;
    default:
        return -1;
    }
}

static bool is_vector(LLVMValueRef value)
{
    return LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind;
}

static void lower_icmp(struct fn *f, LLVMValueRef inst)
{
    uint32_t a = fn_operand(f, LLVMGetOperand(inst, 0)), b = fn_operand(f, LLVMGetOperand(inst, 1));
    unsigned width = fn_width(f, LLVMGetOperand(inst, 0));
    enum code_op op = CODE_EQ;
    bool swap = false;
    switch (LLVMGetICmpPredicate(inst)) {
    case LLVMIntEQ:
        break;
    case LLVMIntNE:
        op = CODE_NE;
        break;
    case LLVMIntUGT:
    case LLVMIntULT:
        op = CODE_ULT;
        swap = LLVMGetICmpPredicate(inst) == LLVMIntUGT;
        break;
    case LLVMIntUGE:
    case LLVMIntULE:
        op = CODE_ULE;
        swap = LLVMGetICmpPredicate(inst) == LLVMIntUGE;
        break;
    case LLVMIntSGT:
    case LLVMIntSLT:
        op = CODE_SLT;
        swap = LLVMGetICmpPredicate(inst) == LLVMIntSGT;
        break;
    case LLVMIntSGE:
    case LLVMIntSLE:
        op = CODE_SLE;
        swap = LLVMGetICmpPredicate(inst) == LLVMIntSGE;
        break;
    }
    fn_define1(f, inst, fn_emit1(f, op, width, swap ? b : a, swap ? a : b, 0, 0));
}

/* A conversion that computes: its code, else -1. */
static int conversion_code(LLVMOpcode op)
{
    switch ((int)op) {
    case LLVMSExt:
        return CODE_SEXT;
    case LLVMFPToUI:
        return CODE_FPTOUI;
    case LLVMFPToSI:
        return CODE_FPTOSI;
    case LLVMUIToFP:
        return CODE_UITOFP;
    case LLVMSIToFP:
        return CODE_SITOFP;
    case LLVMFPTrunc:
    case LLVMFPExt:
        return CODE_FPCAST;
    default:
        return -1;
    }
}

/* Bits are kept, but the leaves may be cut differently: <2 x float> and double. */
static void lower_bitcast(struct fn *f, LLVMValueRef inst)
{
    LLVMValueRef from = LLVMGetOperand(inst, 0);
    const struct type_info *t = lower_type(f->l, LLVMTypeOf(inst)), *s = lower_type(f->l, LLVMTypeOf(from));
    if (t->leaves.count == s->leaves.count) {
        fn_define(f, inst, fn_operands(f, from), t->leaves.count);
        return;
    }
    if (s->leaves.count == 1) { /* take apart */
        vec_u32 parts = {0};
        uint32_t whole = fn_operand(f, from);
        for (size_t i = 0; i < t->leaves.count; i++) {
            uint32_t shift = fn_constant(f, t->leaves.items[i].offset * 8);
            uint32_t shifted = fn_emit1(f, CODE_LSHR, 64, whole, shift, 0, 0);
            VEC_PUSH(&parts, fn_emit1(f, CODE_TRUNC, t->leaves.items[i].width, shifted, 0, 0, 0));
        }
        fn_define(f, inst, parts.items, parts.count);
        VEC_FREE(&parts);
    } else if (t->leaves.count == 1) { /* put together */
        uint32_t whole = fn_constant(f, 0);
        for (size_t i = 0; i < s->leaves.count; i++) {
            uint32_t shift = fn_constant(f, s->leaves.items[i].offset * 8);
            uint32_t shifted = fn_emit1(f, CODE_SHL, 64, fn_operands(f, from)[i], shift, 0, 0);
            whole = fn_emit1(f, CODE_OR, 64, whole, shifted, 0, 0);
        }
        fn_define1(f, inst, whole);
    } else {
        fn_refuse(f, "a cast between these vector types is not supported");
        fn_define_zero(f, inst);
    }
}

static bool lower_cast(struct fn *f, LLVMValueRef inst, LLVMOpcode op)
{
    LLVMValueRef from = LLVMGetNumOperands(inst) == 1 ? LLVMGetOperand(inst, 0) : NULL;
    int code = conversion_code(op);
    if (code >= 0) {
        unsigned width = fn_width(f, inst), before = fn_width(f, from);
        fn_define1(f, inst, fn_emit1(f, (enum code_op)code, width, fn_operand(f, from), 0, 0, before));
        return true;
    }
    switch ((int)op) {
    case LLVMTrunc:
        fn_define1(f, inst, fn_emit1(f, CODE_TRUNC, fn_width(f, inst), fn_operand(f, from), 0, 0, 0));
        return true;
    case LLVMPtrToInt:
        if (fn_width(f, inst) < 64)
            fn_define1(f, inst, fn_emit1(f, CODE_TRUNC, fn_width(f, inst), fn_operand(f, from), 0, 0, 0));
        else
            fn_define1(f, inst, fn_operand(f, from));
        return true;
    case LLVMZExt:
    case LLVMIntToPtr:
    case LLVMAddrSpaceCast:
        fn_define1(f, inst, fn_operand(f, from));
        return true;
    case LLVMBitCast:
        lower_bitcast(f, inst);
        return true;
    case LLVMFreeze:
        fn_define(f, inst, fn_operands(f, from), lower_type(f->l, LLVMTypeOf(inst))->leaves.count);
        return true;
    default:
        return false;
    }
}

bool lower_arithmetic(struct fn *f, LLVMValueRef inst, LLVMOpcode op)
{
    bool same_bits = op == LLVMBitCast || op == LLVMFreeze;
    int code = binary_code(op);
    if (LLVMGetNumOperands(inst) > 0 && !same_bits && (is_vector(inst) || is_vector(LLVMGetOperand(inst, 0))) &&
        (code >= 0 || op == LLVMFNeg || op == LLVMICmp || op == LLVMFCmp || conversion_code(op) >= 0 ||
         op == LLVMTrunc || op == LLVMZExt || op == LLVMPtrToInt || op == LLVMIntToPtr)) {
        fn_refuse(f, "vector arithmetic is not supported");
        fn_define_zero(f, inst);
        return true;
    }
    if (code >= 0) {
        uint32_t a = fn_operand(f, LLVMGetOperand(inst, 0)), b = fn_operand(f, LLVMGetOperand(inst, 1));
        fn_define1(f, inst, fn_emit1(f, (enum code_op)code, fn_width(f, inst), a, b, 0, 0));
        return true;
    }
    switch ((int)op) {
    case LLVMFNeg:
        fn_define1(f, inst, fn_emit1(f, CODE_FNEG, fn_width(f, inst), fn_operand(f, LLVMGetOperand(inst, 0)), 0, 0, 0));
        return true;
    case LLVMICmp:
        lower_icmp(f, inst);
        return true;
    case LLVMFCmp: {
        uint32_t a = fn_operand(f, LLVMGetOperand(inst, 0)), b = fn_operand(f, LLVMGetOperand(inst, 1));
        unsigned width = fn_width(f, LLVMGetOperand(inst, 0));
        fn_define1(f, inst, fn_emit1(f, CODE_FCMP, width, a, b, 0, LLVMGetFCmpPredicate(inst)));
        return true;
    }
    default:
        return lower_cast(f, inst, op);
    }
}

static const char *refused_instruction(LLVMOpcode op)
{
    switch ((int)op) {
    case LLVMIndirectBr:
        return "goto to a computed label is not supported";
    case LLVMCallBr:
        return "inline assembly is not supported";
    case LLVMInvoke:
    case LLVMResume:
    case LLVMLandingPad:
    case LLVMCleanupRet:
    case LLVMCatchRet:
    case LLVMCatchPad:
    case LLVMCleanupPad:
    case LLVMCatchSwitch:
        return "exceptions are not supported";
    case LLVMVAArg:
        return "the instruction va_arg is not supported (clang for x86-64 makes none)";
    default:
        return "this LLVM instruction is not supported";
    }
}

void lower_instruction(struct fn *f, LLVMValueRef inst)
{
    LLVMOpcode op = LLVMGetInstructionOpcode(inst);
    if (op == LLVMPHI) /* its registers are written on the edges */
        return;
    if (op == LLVMCall) {
        lower_call(f, inst);
        return;
    }
    if (!fn_check_types(f, inst)) {
        if (!LLVMIsATerminatorInst(inst))
            fn_define_zero(f, inst);
        else
            fn_emit(f, CODE_UNREACHABLE, 64, 0, 0, 0, 0);
        return;
    }
    if (lower_arithmetic(f, inst, op) || lower_memory(f, inst, op) || lower_aggregate(f, inst, op) ||
        lower_flow(f, inst, op))
        return;
    fn_refuse(f, "%s", refused_instruction(op));
    if (LLVMIsATerminatorInst(inst))
        fn_emit(f, CODE_UNREACHABLE, 64, 0, 0, 0, 0);
    else
        fn_define_zero(f, inst);
}
