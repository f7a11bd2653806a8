/* See calls.h. */
#include "program/calls.h"

#include "program/live.h"

static void visit_call(const struct program *p, const struct code_function *f, const struct code_inst *inst,
                       void (*visit)(void *context, const struct program_call *call), void *context)
{
    struct program_call call = {.name = p->builtins.items[inst->imm].name};
    for (uint32_t i = 0; i < inst->b && i < CALL_ARGUMENTS_MAX; i++)
        if (live_constant(p, f->arguments.items[inst->a + i], &call.arguments[i]))
            call.constant |= UINT32_C(1) << i;
    visit(context, &call);
}

void program_each_call(const struct program *p, void (*visit)(void *context, const struct program_call *call),
                       void *context)
{
    for (size_t i = 0; i < p->functions.count; i++) {
        const struct code_function *f = &p->functions.items[i];
        for (size_t n = 0; n < f->code.count; n++)
            if (f->code.items[n].op == CODE_CALL_BUILTIN)
                visit_call(p, f, &f->code.items[n], visit, context);
    }
}
