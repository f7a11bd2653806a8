/* Instructions that touch memory or compute addresses. */
#include <assert.h>
#include <string.h>

#include "program/lower.h"

/* Address arithmetic of one index that is not constant. */
static uint32_t add_index(struct fn *f, uint32_t address, LLVMValueRef index, uint64_t stride)
{
    if (!stride)
        return address;
    return fn_emit1(f, CODE_INDEX, fn_width(f, index), address, fn_operand(f, index), 0, (int64_t)stride);
}

/* Constant parts are summed up and added last; the others become one INDEX each. */
static void lower_gep(struct fn *f, LLVMValueRef gep)
{
    LLVMTargetDataRef layout = f->l->layout;
    LLVMTypeRef type = LLVMGetGEPSourceElementType(gep);
    uint32_t address = fn_operand(f, LLVMGetOperand(gep, 0));
    uint64_t offset = 0;
    unsigned n = (unsigned)LLVMGetNumOperands(gep);
    for (unsigned i = 1; i < n; i++) {
        LLVMValueRef index = LLVMGetOperand(gep, i);
        if (i > 1 && LLVMGetTypeKind(type) == LLVMStructTypeKind) {
            unsigned field = (unsigned)LLVMConstIntGetZExtValue(index);
            offset += LLVMOffsetOfElement(layout, type, field);
            type = LLVMStructGetTypeAtIndex(type, field);
            continue;
        }
        if (i > 1)
            type = LLVMGetElementType(type);
        uint64_t stride = LLVMABISizeOfType(layout, type);
        if (LLVMGetValueKind(index) == LLVMConstantIntValueKind)
            offset += (uint64_t)LLVMConstIntGetSExtValue(index) * stride;
        else
            address = add_index(f, address, index, stride);
    }
    fn_define1(f, gep, fn_add_offset(f, address, offset));
}

static void lower_load(struct fn *f, LLVMValueRef load)
{
    const struct type_info *t = lower_type(f->l, LLVMTypeOf(load));
    uint32_t address = fn_operand(f, LLVMGetOperand(load, 0));
    uint32_t first = fn_registers(f, t->leaves.count);
    for (size_t i = 0; i < t->leaves.count; i++) {
        uint32_t at = fn_add_offset(f, address, t->leaves.items[i].offset);
        struct code_inst *inst = fn_emit(f, CODE_LOAD, t->leaves.items[i].width, at, 0, 0, 0);
        inst->results = 1;
        inst->d = first + (uint32_t)i;
    }
    fn_define_registers(f, load, first, t->leaves.count);
}

static void lower_store(struct fn *f, LLVMValueRef store)
{
    LLVMValueRef value = LLVMGetOperand(store, 0);
    const struct type_info *t = lower_type(f->l, LLVMTypeOf(value));
    uint32_t address = fn_operand(f, LLVMGetOperand(store, 1));
    for (size_t i = 0; i < t->leaves.count; i++) {
        uint32_t part = fn_operands(f, value)[i];
        uint32_t at = fn_add_offset(f, address, t->leaves.items[i].offset);
        fn_emit(f, CODE_STORE, t->leaves.items[i].width, at, part, 0, 0);
    }
}

/* In the entry block with a constant size: one object for the whole life of the frame. */
static void lower_alloca(struct fn *f, LLVMValueRef alloca)
{
    LLVMTypeRef type = LLVMGetAllocatedType(alloca);
    LLVMValueRef count = LLVMGetOperand(alloca, 0);
    uint64_t size = LLVMABISizeOfType(f->l->layout, type);
    bool constant = LLVMGetValueKind(count) == LLVMConstantIntValueKind;
    bool dynamic = !constant || LLVMGetInstructionParent(alloca) != LLVMGetEntryBasicBlock(f->value);
    size_t n;
    const char *name = LLVMGetValueName2(alloca, &n);
    uint64_t total = constant ? size * LLVMConstIntGetZExtValue(count) : 0;
    if (!dynamic && total > UINT32_MAX) {
        fn_refuse(f, "local variable '%.*s' is larger than 4 GiB", (int)n, name);
        total = 0;
    }
    uint32_t index = fn_add_alloca(f, name, n, total, LLVMGetAlignment(alloca), dynamic);
    if (dynamic)
        fn_define1(f, alloca, fn_emit1(f, CODE_ALLOCA_DYNAMIC, 64, fn_operand(f, count), index, 0, (int64_t)size));
    else
        fn_define1(f, alloca, fn_emit1(f, CODE_ALLOCA, 64, 0, 0, 0, index));
}

/* An aggregate that is passed in memory belongs to the callee: it is copied on entry. */
uint32_t lower_byval_parameter(struct fn *f, LLVMTypeRef type, LLVMValueRef argument, uint32_t pointer)
{
    size_t n;
    const char *name = LLVMGetValueName2(argument, &n);
    uint64_t size = LLVMABISizeOfType(f->l->layout, type);
    uint32_t index = fn_add_alloca(f, name, n, size, LLVMABIAlignmentOfType(f->l->layout, type), false);
    uint32_t copy = fn_emit1(f, CODE_ALLOCA, 64, 0, 0, 0, index);
    fn_emit(f, CODE_MEMCPY, 64, copy, pointer, fn_constant(f, size), 0);
    return copy;
}

static void lower_rmw(struct fn *f, LLVMValueRef rmw)
{
    uint32_t address = fn_operand(f, LLVMGetOperand(rmw, 0)), value = fn_operand(f, LLVMGetOperand(rmw, 1));
    LLVMAtomicRMWBinOp op = LLVMGetAtomicRMWBinOp(rmw);
    if (op > LLVMAtomicRMWBinOpUMin) {
        fn_refuse(f, "atomic arithmetic of this kind is not supported");
        fn_define_zero(f, rmw);
        return;
    }
    fn_define1(f, rmw, fn_emit1(f, CODE_ATOMIC_RMW, fn_width(f, rmw), address, value, 0, op));
}

static void lower_cas(struct fn *f, LLVMValueRef cas)
{
    uint32_t address = fn_operand(f, LLVMGetOperand(cas, 0));
    uint32_t expected = fn_operand(f, LLVMGetOperand(cas, 1)), wanted = fn_operand(f, LLVMGetOperand(cas, 2));
    uint32_t first = fn_registers(f, 2);
    unsigned width = fn_width(f, LLVMGetOperand(cas, 1));
    struct code_inst *inst = fn_emit(f, CODE_ATOMIC_CAS, width, address, expected, wanted, 0);
    inst->results = 2;
    inst->d = first;
    fn_define_registers(f, cas, first, 2);
}

bool lower_memory(struct fn *f, LLVMValueRef inst, LLVMOpcode op)
{
    switch ((int)op) {
    case LLVMGetElementPtr:
        if (LLVMGetTypeKind(LLVMTypeOf(inst)) == LLVMVectorTypeKind)
            return false;
        lower_gep(f, inst);
        return true;
    case LLVMLoad:
        lower_load(f, inst);
        return true;
    case LLVMStore:
        lower_store(f, inst);
        return true;
    case LLVMAlloca:
        lower_alloca(f, inst);
        return true;
    case LLVMAtomicRMW:
        lower_rmw(f, inst);
        return true;
    case LLVMAtomicCmpXchg:
        lower_cas(f, inst);
        return true;
    case LLVMFence: /* memory is sequentially consistent */
        return true;
    default:
        return false;
    }
}
