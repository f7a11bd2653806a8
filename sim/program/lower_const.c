/* Constants and constant expressions to numbers. Addresses of globals and functions are numbers too: they are known as
 * soon as the object has its index, so there are no relocations left to do later. */
#include "program/lower.h"

#include <assert.h>
#include <string.h>

static uint64_t cut(uint64_t value, unsigned width)
{
    return width >= 64 ? value : value & ((UINT64_C(1) << width) - 1);
}

static int64_t sign_extend(uint64_t value, unsigned width)
{
    uint64_t sign = UINT64_C(1) << (width - 1);
    return (int64_t)((cut(value, width) ^ sign) - sign);
}

static unsigned width_of(struct lower *l, LLVMValueRef value)
{
    const struct type_info *t = lower_type(l, LLVMTypeOf(value));
    if (t->problem)
        l->problem = t->problem;
    return t->leaves.count ? t->leaves.items[0].width : 64;
}

LLVMValueRef lower_element(LLVMValueRef aggregate, unsigned index)
{
#if LLVM_VERSION_MAJOR >= 15
    return LLVMGetAggregateElement(aggregate, index);
#else
    LLVMValueKind kind = LLVMGetValueKind(aggregate);
    if (kind == LLVMConstantDataArrayValueKind || kind == LLVMConstantDataVectorValueKind)
        return LLVMGetElementAsConstant(aggregate, index);
    return LLVMGetOperand(aggregate, index);
#endif
}

static uint64_t constant_float(LLVMValueRef constant, unsigned width)
{
    LLVMBool loses;
    double d = LLVMConstRealGetDouble(constant, &loses);
    uint64_t bits = 0;
    if (width == 32) {
        float narrow = (float)d;
        memcpy(&bits, &narrow, sizeof narrow);
    } else {
        memcpy(&bits, &d, sizeof d);
    }
    return bits;
}

static uint64_t constant_gep(struct lower *l, LLVMValueRef gep)
{
    uint64_t address = lower_constant(l, LLVMGetOperand(gep, 0));
    LLVMTypeRef type = LLVMGetGEPSourceElementType(gep);
    unsigned n = (unsigned)LLVMGetNumOperands(gep);
    for (unsigned i = 1; i < n; i++) {
        LLVMValueRef index = LLVMGetOperand(gep, i);
        int64_t at = sign_extend(lower_constant(l, index), width_of(l, index));
        if (i > 1 && LLVMGetTypeKind(type) == LLVMStructTypeKind) {
            address += LLVMOffsetOfElement(l->layout, type, (unsigned)at);
            type = LLVMStructGetTypeAtIndex(type, (unsigned)at);
            continue;
        }
        if (i > 1)
            type = LLVMGetElementType(type);
        address += (uint64_t)at * LLVMABISizeOfType(l->layout, type);
    }
    return address;
}

static uint64_t constant_icmp(struct lower *l, LLVMValueRef e)
{
    unsigned width = width_of(l, LLVMGetOperand(e, 0));
    uint64_t a = lower_constant(l, LLVMGetOperand(e, 0)), b = lower_constant(l, LLVMGetOperand(e, 1));
    int64_t sa = sign_extend(a, width), sb = sign_extend(b, width);
    switch (LLVMGetICmpPredicate(e)) {
    case LLVMIntEQ:
        return a == b;
    case LLVMIntNE:
        return a != b;
    case LLVMIntUGT:
        return a > b;
    case LLVMIntUGE:
        return a >= b;
    case LLVMIntULT:
        return a < b;
    case LLVMIntULE:
        return a <= b;
    case LLVMIntSGT:
        return sa > sb;
    case LLVMIntSGE:
        return sa >= sb;
    case LLVMIntSLT:
        return sa < sb;
    case LLVMIntSLE:
        return sa <= sb;
    }
    return 0;
}

/* Two operands of `width` bits; a division by zero is poison, that is 0. */
static uint64_t constant_binary(struct lower *l, LLVMValueRef e, LLVMOpcode op, unsigned width)
{
    uint64_t a = lower_constant(l, LLVMGetOperand(e, 0)), b = lower_constant(l, LLVMGetOperand(e, 1));
    int64_t sa = sign_extend(a, width), sb = sign_extend(b, width);
    bool no_quotient = b == 0 || (sb == -1 && a == UINT64_C(1) << (width - 1));
    switch ((int)op) {
    case LLVMAdd:
        return a + b;
    case LLVMSub:
        return a - b;
    case LLVMMul:
        return a * b;
    case LLVMUDiv:
        return b ? a / b : 0;
    case LLVMURem:
        return b ? a % b : 0;
    case LLVMSDiv:
        return no_quotient ? 0 : (uint64_t)(sa / sb);
    case LLVMSRem:
        return no_quotient ? 0 : (uint64_t)(sa % sb);
    case LLVMShl:
        return b < width ? a << b : 0;
    case LLVMLShr:
        return b < width ? a >> b : 0;
    case LLVMAShr:
        return (uint64_t)(sa >> (b < width ? b : width - 1));
    case LLVMAnd:
        return a & b;
    case LLVMOr:
        return a | b;
    case LLVMXor:
        return a ^ b;
    default:
        l->problem = "a constant expression of this kind is not supported";
        return 0;
    }
}

static uint64_t constant_expression(struct lower *l, LLVMValueRef e)
{
    unsigned width = width_of(l, e);
    LLVMOpcode op = LLVMGetConstOpcode(e);
    switch ((int)op) {
    case LLVMGetElementPtr:
        return constant_gep(l, e);
    case LLVMBitCast:
    case LLVMAddrSpaceCast:
    case LLVMIntToPtr:
    case LLVMPtrToInt:
    case LLVMZExt:
    case LLVMTrunc:
        return cut(lower_constant(l, LLVMGetOperand(e, 0)), width);
    case LLVMSExt: {
        LLVMValueRef from = LLVMGetOperand(e, 0);
        return cut((uint64_t)sign_extend(lower_constant(l, from), width_of(l, from)), width);
    }
    case LLVMICmp:
        return constant_icmp(l, e);
    case LLVMSelect:
        return lower_constant(l, LLVMGetOperand(e, lower_constant(l, LLVMGetOperand(e, 0)) ? 1 : 2));
    default:
        return cut(constant_binary(l, e, op, width), width);
    }
}

uint64_t lower_constant(struct lower *l, LLVMValueRef constant)
{
    unsigned width = width_of(l, constant);
    switch ((int)LLVMGetValueKind(constant)) {
    case LLVMConstantIntValueKind:
        return LLVMGetIntTypeWidth(LLVMTypeOf(constant)) > 64 ? 0 : LLVMConstIntGetZExtValue(constant);
    case LLVMConstantFPValueKind:
        return constant_float(constant, width);
    case LLVMConstantPointerNullValueKind:
    case LLVMUndefValueValueKind:
    case LLVMPoisonValueValueKind:
    case LLVMConstantAggregateZeroValueKind:
        return 0;
    case LLVMConstantExprValueKind:
        return constant_expression(l, constant);
    case LLVMFunctionValueKind:
    case LLVMGlobalVariableValueKind:
    case LLVMGlobalAliasValueKind:
        return lower_global_address(l, link_resolve(&l->link, constant));
    case LLVMBlockAddressValueKind:
        l->problem = "the address of a label is not supported";
        return 0;
    case LLVMGlobalIFuncValueKind:
        l->problem = "indirect functions (ifunc) are not supported";
        return 0;
    default:
        l->problem = "a constant of this kind is not supported";
        return 0;
    }
}

static unsigned element_count(LLVMTypeRef type)
{
    switch ((int)LLVMGetTypeKind(type)) {
    case LLVMStructTypeKind:
        return LLVMCountStructElementTypes(type);
    case LLVMArrayTypeKind:
        return (unsigned)LLVMGetArrayLength(type);
    default:
        return LLVMGetVectorSize(type);
    }
}

void lower_constant_leaves(struct lower *l, LLVMValueRef constant, vec_u64 *out)
{
    const struct type_info *t = lower_type(l, LLVMTypeOf(constant));
    switch ((int)LLVMGetValueKind(constant)) {
    case LLVMConstantStructValueKind:
    case LLVMConstantArrayValueKind:
    case LLVMConstantVectorValueKind:
    case LLVMConstantDataArrayValueKind:
    case LLVMConstantDataVectorValueKind: {
        unsigned n = element_count(LLVMTypeOf(constant));
        for (unsigned i = 0; i < n; i++)
            lower_constant_leaves(l, lower_element(constant, i), out);
        return;
    }
    case LLVMConstantAggregateZeroValueKind:
    case LLVMUndefValueValueKind:
    case LLVMPoisonValueValueKind:
        for (size_t i = 0; i < t->leaves.count; i++)
            VEC_PUSH(out, 0);
        return;
    default:
        VEC_PUSH(out, lower_constant(l, constant));
    }
}

LLVMValueRef lower_callee(struct lower *l, LLVMValueRef callee)
{
    for (;;) {
        switch ((int)LLVMGetValueKind(callee)) {
        case LLVMFunctionValueKind: {
            LLVMValueRef found = link_resolve(&l->link, callee);
            if (LLVMGetValueKind(found) == LLVMFunctionValueKind)
                return found;
            callee = found;
            break;
        }
        case LLVMGlobalAliasValueKind: {
            LLVMValueRef found = link_resolve(&l->link, callee);
            callee = LLVMGetValueKind(found) == LLVMGlobalAliasValueKind ? LLVMAliasGetAliasee(found) : found;
            break;
        }
        case LLVMConstantExprValueKind:
            if (LLVMGetConstOpcode(callee) != LLVMBitCast)
                return NULL;
            callee = LLVMGetOperand(callee, 0);
            break;
        default:
            return NULL;
        }
    }
}
