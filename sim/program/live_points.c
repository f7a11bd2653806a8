/* Points-to, without regard to the order of instructions: a register may point into the objects that any of its
 * operands points into. Escape: an object whose address is stored, or handed to a call that may keep it, can be read by
 * code that is not seen here. A pointer that is stored is not followed. (Andersen's analysis without memory.)
 */
#include <string.h>

#include "program/live.h"

static uint64_t *row(const struct live_fn *v, uint32_t reg)
{
    return v->points + (size_t)reg * v->object_words;
}

const uint64_t *live_points_to(const struct live_fn *v, uint32_t operand)
{
    return operand < OPERAND_CONST ? row(v, operand) : NULL;
}

const struct live_call *live_call_of(const struct program *p, const struct code_inst *inst)
{
    if (inst->op == CODE_CALL_BUILTIN)
        return live_find_call(p->builtins.items[inst->imm].name);
    if (inst->op == CODE_CALL && p->functions.items[inst->imm].libc)
        return live_find_call(p->functions.items[inst->imm].name);
    return NULL;
}

/* A null pointer points nowhere; other constants may be globals. */
static bool operand_unknown(const struct live_fn *v, uint32_t operand)
{
    uint64_t value;
    if (live_constant(v->p, operand, &value))
        return value != 0;
    return v->unknown[operand];
}

static bool flow(struct live_fn *v, uint32_t d, uint32_t operand, bool unknown_too)
{
    bool changed = false;
    if (operand < OPERAND_CONST)
        changed = bits_join(row(v, d), row(v, operand), v->object_words);
    if (unknown_too && !v->unknown[d] && operand_unknown(v, operand))
        changed = v->unknown[d] = true;
    return changed;
}

static bool set_unknown(struct live_fn *v, uint32_t d)
{
    bool changed = !v->unknown[d];
    v->unknown[d] = true;
    return changed;
}

/* The result of a call points to what the callee returns of its arguments, and to who knows what else. */
static bool flow_call(struct live_fn *v, const struct code_inst *inst)
{
    bool changed = false;
    const struct live_call *known = live_call_of(v->p, inst);
    for (uint32_t r = 0; r < inst->results; r++)
        changed |= set_unknown(v, inst->d + r);
    if (!inst->results)
        return changed;
    for (uint32_t i = 0; i < inst->b; i++) {
        bool returned = known && known->returned == (int)i;
        if (!known && inst->op == CODE_CALL && i < v->p->functions.items[inst->imm].parameters)
            returned = v->summaries[inst->imm].parameters[i].returned;
        for (uint32_t r = 0; r < inst->results && returned; r++)
            changed |= flow(v, inst->d + r, v->f->arguments.items[inst->a + i], false);
    }
    return changed;
}

static bool flow_inst(struct live_fn *v, const struct code_inst *inst)
{
    const uint32_t operands[3] = {inst->a, inst->b, inst->c};
    unsigned n = live_operand_count((enum code_op)inst->op);
    bool changed = false;
    if (!inst->results)
        return false;
    switch ((int)inst->op) {
    case CODE_ALLOCA:
        changed = !bit_get(row(v, inst->d), (uint32_t)inst->imm);
        bit_set(row(v, inst->d), (uint32_t)inst->imm);
        return changed;
    case CODE_CALL:
    case CODE_CALL_INDIRECT:
    case CODE_CALL_BUILTIN:
        return flow_call(v, inst);
    case CODE_LOAD:
    case CODE_ATOMIC_RMW:
    case CODE_ATOMIC_CAS:
    case CODE_ALLOCA_DYNAMIC:
        for (uint32_t r = 0; r < inst->results; r++)
            changed |= set_unknown(v, inst->d + r);
        return changed;
    case CODE_EQ:
    case CODE_NE:
    case CODE_ULT:
    case CODE_ULE:
    case CODE_SLT:
    case CODE_SLE:
        return set_unknown(v, inst->d);
    case CODE_INDEX: /* stays in the object of its base */
        return flow(v, inst->d, inst->a, true);
    case CODE_SELECT:
        changed = flow(v, inst->d, inst->b, true);
        return flow(v, inst->d, inst->c, true) || changed;
    default:
        for (unsigned i = 0; i < n; i++)
            for (uint32_t r = 0; r < inst->results; r++)
                changed |= flow(v, inst->d + r, operands[i], true);
        return changed;
    }
}

static void escape(struct live_fn *v, uint32_t operand)
{
    if (operand < OPERAND_CONST)
        bits_join(v->escaped, row(v, operand), v->object_words);
}

static void escape_call(struct live_fn *v, const struct code_inst *inst)
{
    const struct live_call *known = live_call_of(v->p, inst);
    for (uint32_t i = 0; i < inst->b; i++) {
        bool keeps = true;
        if (known)
            keeps = live_call_mode(known, i) == MODE_KEEP;
        else if (inst->op == CODE_CALL && i < v->p->functions.items[inst->imm].parameters)
            keeps = v->summaries[inst->imm].parameters[i].escapes;
        if (keeps)
            escape(v, v->f->arguments.items[inst->a + i]);
    }
}

static void escape_inst(struct live_fn *v, const struct code_inst *inst)
{
    switch ((int)inst->op) {
    case CODE_STORE:
    case CODE_ATOMIC_RMW:
        escape(v, inst->b);
        return;
    case CODE_ATOMIC_CAS:
        escape(v, inst->b);
        escape(v, inst->c);
        return;
    case CODE_CALL:
    case CODE_CALL_INDIRECT:
    case CODE_CALL_BUILTIN:
        escape_call(v, inst);
        return;
    default:
        return;
    }
}

/* A register that is written once, by a known offset from an alloca, is exact. In code order a definition stands
 * before its use, except over a back edge, and there the register is a phi and is written more than once. */
static void find_exact(struct live_fn *v)
{
    for (uint32_t r = 0; r < v->f->registers; r++) {
        v->exact[r] = (struct live_exact){LIVE_NONE, 0};
        v->indexed_by[r] = LIVE_NONE;
    }
    for (size_t i = 0; i < v->f->code.count; i++) {
        const struct code_inst *inst = &v->f->code.items[i];
        uint64_t index;
        if (inst->results != 1 || v->definitions[inst->d] != 1)
            continue;
        if (inst->op == CODE_INDEX)
            v->indexed_by[inst->d] = (uint32_t)i;
        if (inst->op == CODE_ALLOCA)
            v->exact[inst->d] = (struct live_exact){(uint32_t)inst->imm, 0};
        else if (inst->op == CODE_MOV && inst->a < OPERAND_CONST)
            v->exact[inst->d] = v->exact[inst->a];
        else if (inst->op == CODE_INDEX && inst->a < OPERAND_CONST && inst->w == 64 &&
                 live_constant(v->p, inst->b, &index)) {
            v->exact[inst->d] = v->exact[inst->a];
            v->exact[inst->d].offset += (int64_t)(index * (uint64_t)inst->imm);
        }
    }
}

void live_points(struct live_fn *v)
{
    struct code_function *f = v->f;
    uint32_t allocas = (uint32_t)f->allocas.count;
    v->objects = allocas + f->parameters;
    v->object_words = (v->objects + 63) / 64;
    v->points = mem_zero(f->registers * v->object_words, sizeof *v->points);
    v->unknown = mem_zero(f->registers, sizeof *v->unknown);
    v->exact = mem_alloc(f->registers * sizeof *v->exact);
    v->indexed_by = mem_alloc(f->registers * sizeof *v->indexed_by);
    v->escaped = mem_zero(v->object_words, sizeof *v->escaped);
    v->definitions = mem_zero(f->registers, sizeof *v->definitions);
    for (uint32_t i = 0; i < f->parameters; i++)
        bit_set(row(v, i), allocas + i);
    for (size_t i = 0; i < f->code.count; i++)
        for (uint32_t r = 0; r < f->code.items[i].results; r++)
            v->definitions[f->code.items[i].d + r]++;
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < f->code.count; i++)
            changed |= flow_inst(v, &f->code.items[i]);
    }
    for (size_t i = 0; i < f->code.count; i++)
        escape_inst(v, &f->code.items[i]);
    for (uint32_t i = 0; i < allocas; i++) /* several objects under one name: not tracked */
        if (f->allocas.items[i].dynamic)
            bit_set(v->escaped, i);
    find_exact(v);
}

void live_points_free(struct live_fn *v)
{
    mem_free(v->points);
    mem_free(v->unknown);
    mem_free(v->exact);
    mem_free(v->indexed_by);
    mem_free(v->escaped);
    mem_free(v->definitions);
}

bool live_is_private(const struct live_fn *v, uint32_t address)
{
    if (address >= OPERAND_CONST || v->unknown[address])
        return false;
    const uint64_t *to = row(v, address);
    bool some = false;
    for (uint32_t o = 0; o < v->objects; o++)
        if (bit_get(to, o)) {
            if (o >= v->f->allocas.count || bit_get(v->escaped, o))
                return false;
            some = true;
        }
    return some;
}
