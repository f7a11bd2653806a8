/* See handlers.h.
 *
 * Taken for a handler is every function of the user with at most one parameter, or three, whose address is used as a
 * value. What code reachable from one names is touched by it: every variable that is an operand of its instructions.
 * An access through an address that came out of memory or of an unknown call may touch everything that is named or
 * whose address is known: then all globals of the user, the heap and the escaping locals count (handlers_reach_all).
 * The siginfo_t that a handler is given is its own. The simulated libc is not looked into: what it does in a handler is
 * said by handlers_warn.
 */
#include "program/handlers.h"

#include <string.h>

#include "program/live.h"
#include "program/program.h"

struct finder {
    struct program *p;
    bool *candidate;         /* [functions] may be a handler */
    bool *reached;           /* [functions] code that a handler may run */
    vec_u32 work;            /* reached, not looked at yet */
    const bool **parameters; /* [functions] of reached ones: which parameters may hold any address */
    bool *mentioned;         /* [globals] by code of the user */
    bool reach_all;
};

static bool is_function(const struct program *p, uint64_t value, uint32_t *index)
{
    *index = (uint32_t)(value >> 32) - OBJECT_FUNCTION;
    return (uint32_t)value == 0 && value >> 32 >= OBJECT_FUNCTION && *index < p->functions.count;
}

static bool is_global(const struct program *p, uint64_t value, uint32_t *index)
{
    *index = (uint32_t)(value >> 32) - OBJECT_GLOBAL;
    return value >> 32 >= OBJECT_GLOBAL && *index < p->globals.count;
}

static bool installs(const char *name)
{
    static const char *const names[] = {"sigaction", "signal", "bsd_signal", "ssignal", "__sysv_signal", "sigset"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool program_installs(const struct program *p)
{
    for (size_t i = 0; i < p->builtins.count; i++)
        if (installs(p->builtins.items[i].name))
            return true;
    return false;
}

/* ---- who may be a handler ---- */

static void take_candidate(struct finder *f, uint64_t value)
{
    uint32_t index;
    if (!is_function(f->p, value, &index))
        return;
    f->p->takes_functions = true;
    const struct code_function *function = &f->p->functions.items[index];
    if (!function->libc && (function->parameters <= 1 || function->parameters == 3))
        f->candidate[index] = true;
}

static void candidate_operand(void *context, uint32_t operand)
{
    struct finder *f = context;
    uint64_t value;
    uint32_t global;
    if (!live_constant(f->p, operand, &value))
        return;
    take_candidate(f, value);
    if (is_global(f->p, value, &global))
        f->mentioned[global] = true;
}

static void find_candidates(struct finder *f)
{
    struct program *p = f->p;
    for (size_t i = 0; i < p->functions.count; i++) {
        const struct code_function *function = &p->functions.items[i];
        for (size_t n = 0; n < function->code.count && !function->libc; n++)
            live_each_use(function, &function->code.items[n], candidate_operand, f);
    }
    for (bool again = true; again;) { /* addresses in what variables begin with */
        again = false;
        for (size_t i = 0; i < p->globals.count; i++) {
            const struct code_global *g = &p->globals.items[i];
            for (uint64_t at = 0; f->mentioned[i] && g->bytes && at + 8 <= g->size; at++) { /* a struct may be packed */
                uint64_t value = 0;
                uint32_t other;
                for (unsigned b = 0; b < 8; b++)
                    value |= (uint64_t)g->bytes[at + b] << (8 * b);
                take_candidate(f, value);
                if (is_global(p, value, &other) && !f->mentioned[other])
                    f->mentioned[other] = again = true;
            }
        }
    }
}

/* ---- what their code touches ---- */

/* One reached function. */
struct walk {
    struct finder *f;
    const struct code_function *function;
    bool *unknown; /* [registers] may hold any address */
};

static bool operand_unknown(const struct walk *w, uint32_t operand)
{
    return operand < OPERAND_CONST && w->unknown[operand];
}

static bool is_errno(const struct program *p, const struct code_inst *inst)
{
    return inst->op == CODE_CALL && strcmp(p->functions.items[inst->imm].name, "__errno_location") == 0;
}

static void reach(struct finder *f, uint32_t index, const struct walk *caller, const struct code_inst *call)
{
    const struct code_function *function = &f->p->functions.items[index];
    if (function->libc)
        return;
    bool *old = (bool *)(uintptr_t)f->parameters[index], changed = !f->reached[index];
    if (!old)
        f->parameters[index] = old = mem_zero(function->parameters + 1, sizeof *old);
    for (uint32_t i = 0; call && i < function->parameters && i < call->b; i++)
        if (!old[i] && operand_unknown(caller, caller->function->arguments.items[call->a + i]))
            old[i] = changed = true;
    f->reached[index] = true;
    if (changed)
        VEC_PUSH(&f->work, index);
}

/* Which registers of the function may hold any address, to a fixed point. */
static void flow(struct walk *w)
{
    const struct program *p = w->f->p;
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < w->function->code.count; i++) {
            const struct code_inst *inst = &w->function->code.items[i];
            const uint32_t operands[3] = {inst->a, inst->b, inst->c};
            unsigned n = inst->op == CODE_INDEX ? 1 : live_operand_count((enum code_op)inst->op);
            bool unknown = false;
            if (live_is_call((enum code_op)inst->op))
                unknown = !is_errno(p, inst);
            else if (inst->op == CODE_LOAD || inst->op == CODE_ATOMIC_RMW || inst->op == CODE_ATOMIC_CAS)
                unknown = inst->w == 64; /* narrower ones hold no address */
            else
                for (unsigned o = 0; o < n; o++)
                    unknown |= operand_unknown(w, operands[o]);
            for (uint32_t r = 0; r < inst->results && unknown; r++) {
                again |= !w->unknown[inst->d + r];
                w->unknown[inst->d + r] = true;
            }
        }
    }
}

static void touch_operand(void *context, uint32_t operand)
{
    struct finder *f = ((struct walk *)context)->f;
    uint64_t value;
    uint32_t index;
    if (!live_constant(f->p, operand, &value))
        return;
    if (is_global(f->p, value, &index))
        f->p->globals.items[index].handled = !f->p->globals.items[index].constant;
    if (is_function(f->p, value, &index))
        reach(f, index, NULL, NULL);
}

static void touch(struct walk *w, const struct code_inst *inst)
{
    struct finder *f = w->f;
    live_each_use(w->function, inst, touch_operand, w);
    switch ((int)inst->op) {
    case CODE_LOAD:
    case CODE_STORE:
    case CODE_MEMSET:
    case CODE_ATOMIC_CAS:
    case CODE_ATOMIC_RMW:
        f->reach_all |= operand_unknown(w, inst->a);
        break;
    case CODE_MEMCPY:
        f->reach_all |= operand_unknown(w, inst->a) || operand_unknown(w, inst->b);
        break;
    case CODE_CALL:
        reach(f, (uint32_t)inst->imm, w, inst);
        if (is_errno(f->p, inst))
            f->p->globals.items[f->p->images.items[w->function->image].errno_global].handled = true;
        break;
    case CODE_CALL_BUILTIN: /* it may fail, and say so in errno */
        f->p->globals.items[f->p->images.items[w->function->image].errno_global].handled = true;
        break;
    case CODE_CALL_INDIRECT:
        for (uint32_t i = 0; i < f->p->functions.count; i++)
            if (f->candidate[i])
                reach(f, i, w, inst);
        break;
    default:
        break;
    }
}

static void look_at(struct finder *f, uint32_t index)
{
    struct walk w = {.f = f, .function = &f->p->functions.items[index]};
    w.unknown = mem_zero(w.function->registers + 1, sizeof *w.unknown);
    memcpy(w.unknown, f->parameters[index], w.function->parameters * sizeof *w.unknown);
    flow(&w);
    for (size_t i = 0; i < w.function->code.count; i++)
        touch(&w, &w.function->code.items[i]);
    mem_free(w.unknown);
}

static void finder_begin(struct finder *f, struct program *p)
{
    size_t n = p->functions.count;
    *f = (struct finder){.p = p,
                         .candidate = mem_zero(n, sizeof(bool)),
                         .reached = mem_zero(n, sizeof(bool)),
                         .parameters = mem_zero(n, sizeof(bool *)),
                         .mentioned = mem_zero(p->globals.count, sizeof(bool))};
}

static void finder_end(struct finder *f)
{
    for (size_t i = 0; i < f->p->functions.count; i++)
        mem_free((void *)(uintptr_t)f->parameters[i]);
    mem_free((void *)f->parameters);
    mem_free(f->candidate);
    mem_free(f->reached);
    mem_free(f->mentioned);
    VEC_FREE(&f->work);
}

void handlers_find(struct program *p)
{
    struct finder f;
    if (!program_installs(p))
        return;
    finder_begin(&f, p);
    find_candidates(&f);
    for (uint32_t i = 0; i < p->functions.count; i++)
        if (f.candidate[i])
            reach(&f, i, NULL, NULL);
    while (f.work.count)
        look_at(&f, f.work.items[--f.work.count]);
    p->handlers_reach_all = f.reach_all;
    for (size_t i = 0; i < p->globals.count && f.reach_all; i++)
        p->globals.items[i].handled |= f.mentioned[i] && !p->globals.items[i].constant;
    finder_end(&f);
}
