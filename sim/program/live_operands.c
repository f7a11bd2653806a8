/* Which fields of an instruction are operands: see the table in code.h. */
#include "program/live.h"

bool live_is_call(enum code_op op)
{
    return op == CODE_CALL || op == CODE_CALL_INDIRECT || op == CODE_CALL_BUILTIN;
}

unsigned live_operand_count(enum code_op op)
{
    switch ((int)op) {
    case CODE_ALLOCA:
    case CODE_STACK_SAVE:
    case CODE_JUMP:
    case CODE_UNREACHABLE:
    case CODE_TRAP:
    case CODE_CALL:
    case CODE_CALL_INDIRECT:
    case CODE_CALL_BUILTIN:
    case CODE_RET:
        return 0;
    case CODE_MOV:
    case CODE_TRUNC:
    case CODE_SEXT:
    case CODE_FNEG:
    case CODE_FABS:
    case CODE_FPTOSI:
    case CODE_FPTOUI:
    case CODE_SITOFP:
    case CODE_UITOFP:
    case CODE_FPCAST:
    case CODE_LOAD:
    case CODE_ALLOCA_DYNAMIC:
    case CODE_STACK_RESTORE:
    case CODE_BRANCH:
    case CODE_SWITCH:
    case CODE_VA_START:
    case CODE_LIFETIME:
    case CODE_BSWAP:
    case CODE_BITREVERSE:
    case CODE_CTPOP:
    case CODE_CTLZ:
    case CODE_CTTZ:
    case CODE_ABS:
        return 1;
    case CODE_SELECT:
    case CODE_MEMCPY:
    case CODE_MEMSET:
    case CODE_ATOMIC_CAS:
    case CODE_FSHL:
    case CODE_FMATH:
        return 3;
    default:
        return 2;
    }
}

void live_each_use(const struct code_function *f, const struct code_inst *inst,
                   void (*use)(void *context, uint32_t operand), void *context)
{
    const uint32_t operands[3] = {inst->a, inst->b, inst->c};
    unsigned n = live_operand_count((enum code_op)inst->op);
    for (unsigned i = 0; i < n; i++)
        use(context, operands[i]);
    if (live_is_call((enum code_op)inst->op) || inst->op == CODE_RET)
        for (uint32_t i = 0; i < inst->b; i++)
            use(context, f->arguments.items[inst->a + i]);
    if (inst->op == CODE_CALL_INDIRECT)
        use(context, (uint32_t)inst->imm);
}
