/* Code as text, for tests and dumps. One instruction a line:
 *
 *     12: r5 = LOAD 32 r3                 w follows the name; constants are written with '#'
 *     13: r6 = CALL_BUILTIN read(r1, r2, #1)    live r0 r4; c
 *
 * Behind ';' stand the static allocas that are alive while the task may pause there, before it the registers.
 */
#include "program/code.h"

#include <inttypes.h>

#include "program/live.h"

static const char *const op_names[] = {
#define X(name, text) #name,
    CODE_OPS(X)
#undef X
};

static void print_operand(const struct program *p, uint32_t operand, vec_char *out)
{
    if (operand < OPERAND_CONST)
        text_printf(out, "r%" PRIu32, operand);
    else
        text_printf(out, "#%" PRId64, (int64_t)p->constants.items[operand - OPERAND_CONST]);
}

static void print_row(const struct program *p, const struct code_function *f, const struct code_inst *inst,
                      vec_char *out)
{
    text_printf(out, "(");
    for (uint32_t i = 0; i < inst->b; i++) {
        if (i)
            text_printf(out, i == inst->b - inst->c && inst->op != CODE_RET ? "; " : ", ");
        print_operand(p, f->arguments.items[inst->a + i], out);
    }
    text_printf(out, ")");
}

static void print_alloca(const struct code_function *f, uint32_t index, vec_char *out)
{
    const struct code_alloca *a = &f->allocas.items[index];
    if (a->name)
        text_printf(out, " %s", a->name);
    else
        text_printf(out, " #%" PRIu32, index);
}

static void print_special(const struct program *p, const struct code_function *f, const struct code_inst *inst,
                          vec_char *out)
{
    switch (inst->op) {
    case CODE_JUMP:
        text_printf(out, " @%" PRId64, inst->imm);
        return;
    case CODE_BRANCH:
        text_printf(out, " @%" PRIu32 " @%" PRIu32, inst->b, inst->c);
        return;
    case CODE_SWITCH:
        for (uint32_t i = 0; i < inst->b; i++) {
            const struct code_switch_case *c = &f->switches.items[(uint32_t)inst->imm + i];
            text_printf(out, " %" PRIu64 ":@%" PRIu32, c->value, c->target);
        }
        text_printf(out, " @%" PRIu32, inst->c);
        return;
    case CODE_CALL:
        text_printf(out, " %s", p->functions.items[inst->imm].name);
        print_row(p, f, inst, out);
        return;
    case CODE_CALL_BUILTIN:
        text_printf(out, " %s", p->builtins.items[inst->imm].name);
        print_row(p, f, inst, out);
        return;
    case CODE_CALL_INDIRECT:
        text_printf(out, " *");
        print_operand(p, (uint32_t)inst->imm, out);
        print_row(p, f, inst, out);
        return;
    case CODE_RET:
        print_row(p, f, inst, out);
        return;
    case CODE_ALLOCA:
        print_alloca(f, (uint32_t)inst->imm, out);
        return;
    case CODE_ALLOCA_DYNAMIC:
        print_alloca(f, inst->b, out);
        text_printf(out, " imm %" PRId64, inst->imm);
        return;
    default:
        if (inst->imm)
            text_printf(out, " imm %" PRId64, inst->imm);
    }
}

static void print_live(const struct code_function *f, const struct code_inst *inst, vec_char *out)
{
    const struct code_live *live = &f->lives.items[inst->live];
    text_printf(out, "    live");
    for (uint32_t i = 0; i < live->register_count; i++)
        text_printf(out, " r%" PRIu32, f->live_items.items[live->registers + i]);
    text_printf(out, ";");
    for (uint32_t i = 0; i < live->alloca_count; i++)
        print_alloca(f, f->live_items.items[live->allocas + i], out);
}

static void print_inst(const struct program *p, const struct code_function *f, uint32_t at, vec_char *out)
{
    const struct code_inst *inst = &f->code.items[at];
    text_printf(out, "%4" PRIu32 ": ", at);
    if (inst->results == 1)
        text_printf(out, "r%" PRIu32 " = ", inst->d);
    else if (inst->results)
        text_printf(out, "r%" PRIu32 "..r%" PRIu32 " = ", inst->d, inst->d + inst->results - 1);
    text_printf(out, "%s", op_names[inst->op]);
    bool row = inst->op == CODE_CALL || inst->op == CODE_CALL_BUILTIN || inst->op == CODE_CALL_INDIRECT ||
               inst->op == CODE_RET;
    if (!row && inst->w != 64)
        text_printf(out, " %u", inst->w);
    unsigned n = row ? 0 : live_operand_count((enum code_op)inst->op);
    const uint32_t operands[3] = {inst->a, inst->b, inst->c};
    for (unsigned i = 0; i < n; i++) {
        text_printf(out, " ");
        print_operand(p, operands[i], out);
    }
    print_special(p, f, inst, out);
    if (inst->live != LIVE_NONE)
        print_live(f, inst, out);
    text_printf(out, "\n");
}

void code_print_function(const struct program *p, uint32_t function, vec_char *out)
{
    const struct code_function *f = &p->functions.items[function];
    text_printf(out, "function %s: %" PRIu32 " parameters%s, %" PRIu32 " registers, %" PRIu32 " results\n", f->name,
                f->parameters, f->varargs ? " and more" : "", f->registers, f->results);
    for (uint32_t i = 0; i < f->code.count; i++)
        print_inst(p, f, i, out);
}
