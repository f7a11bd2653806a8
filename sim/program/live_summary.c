/* What each function does with the memory behind its parameters. All start as harmless; rounds over all functions add
 * what they do until nothing changes, so that recursion needs no special case. */
#include <stddef.h>

#include "program/live.h"

struct reader {
    struct live_fn *v;
    struct live_parameter *parameters;
    bool changed;
};

static void mark(struct reader *r, uint32_t operand, size_t field)
{
    const uint64_t *to = live_points_to(r->v, operand);
    uint32_t allocas = (uint32_t)r->v->f->allocas.count;
    if (!to)
        return;
    for (uint32_t i = 0; i < r->v->f->parameters; i++)
        if (bit_get(to, allocas + i)) {
            bool *flag = (bool *)((char *)&r->parameters[i] + field);
            r->changed |= !*flag;
            *flag = true;
        }
}

#define READ offsetof(struct live_parameter, read)
#define RETURNED offsetof(struct live_parameter, returned)

static void summarise_call(struct reader *r, const struct code_inst *inst)
{
    const struct program *p = r->v->p;
    const struct live_call *known = live_call_of(p, inst);
    for (uint32_t i = 0; i < inst->b; i++) {
        bool reads = true;
        if (known)
            reads = live_call_mode(known, i) != MODE_NOTHING && live_call_mode(known, i) != MODE_WRITE;
        else if (inst->op == CODE_CALL && i < p->functions.items[inst->imm].parameters)
            reads = r->v->summaries[inst->imm].parameters[i].read;
        if (reads)
            mark(r, r->v->f->arguments.items[inst->a + i], READ);
    }
}

static void summarise_inst(struct reader *r, const struct code_inst *inst)
{
    switch ((int)inst->op) {
    case CODE_LOAD:
    case CODE_ATOMIC_RMW:
    case CODE_ATOMIC_CAS:
        mark(r, inst->a, READ);
        return;
    case CODE_MEMCPY:
    case CODE_VA_COPY:
        mark(r, inst->b, READ);
        return;
    case CODE_RET:
        for (uint32_t i = 0; i < inst->b; i++)
            mark(r, r->v->f->arguments.items[inst->a + i], RETURNED);
        return;
    case CODE_CALL:
    case CODE_CALL_INDIRECT:
    case CODE_CALL_BUILTIN:
        summarise_call(r, inst);
        return;
    default:
        return;
    }
}

static bool summarise(struct program *p, uint32_t index, struct live_summary *summaries)
{
    struct live_fn v = {.p = p, .f = &p->functions.items[index], .summaries = summaries};
    struct reader r = {.v = &v, .parameters = summaries[index].parameters};
    live_points(&v);
    for (size_t i = 0; i < v.f->code.count; i++)
        summarise_inst(&r, &v.f->code.items[i]);
    for (uint32_t i = 0; i < v.f->parameters; i++)
        if (bit_get(v.escaped, (uint32_t)v.f->allocas.count + i) && !r.parameters[i].escapes)
            r.changed = r.parameters[i].escapes = r.parameters[i].read = true;
    live_points_free(&v);
    return r.changed;
}

void live_summarise(struct program *p, struct live_summary *summaries)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = p->functions.count; i-- > 0;) /* callees come later in the list */
            changed |= summarise(p, (uint32_t)i, summaries);
    }
}
