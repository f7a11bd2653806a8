/* See exec.h. A switch over the instructions; what is rare is in its own function, so that the loop stays small.
 *
 * The running frame's position is the local `pc` and is written back before anything that may look at the frames. */
#include "machine/exec.h"

#include <signal.h>

#include "machine/arith.h"
#include "machine/builtin.h"
#include "machine/call.h"
#include "machine/fault.h"
#include "machine/loop.h"
#include "machine/memory.h"
#include "machine/stale.h"
#include "machine/visible.h"

/* The running frame. */
struct running {
    const struct code_function *function;
    const uint64_t *constants;
    uint64_t *registers;
    uint32_t pc;
};

static inline uint64_t value(const struct running *x, uint32_t operand)
{
    return operand & OPERAND_CONST ? x->constants[operand & ~OPERAND_CONST] : x->registers[operand];
}

static inline struct frame *top(struct task *t)
{
    return &t->frames.items[t->frames.count - 1];
}

static void load_running(struct task *t, struct running *x)
{
    const struct frame *f = top(t);
    x->function = &t->program->functions.items[f->function];
    x->constants = t->program->constants.items;
    x->registers = t->registers.items + f->registers;
    x->pc = f->pc;
}

/* The arguments of a call, in t->arguments, with at least BUILTIN_ARGUMENTS of them defined. */
static void evaluate_arguments(struct task *t, const struct running *x, const struct code_inst *i)
{
    t->arguments.count = 0;
    VEC_RESERVE(&t->arguments, i->b + BUILTIN_ARGUMENTS);
    for (uint32_t n = 0; n < i->b; n++)
        t->arguments.items[t->arguments.count++] = value(x, x->function->arguments.items[i->a + n]);
    for (uint32_t n = 0; n < BUILTIN_ARGUMENTS; n++)
        t->arguments.items[i->b + n] = 0;
}

/* CALL and CALL_INDIRECT. False: the task has stopped. */
static bool enter(struct task *t, struct running *x, const struct code_inst *i)
{
    uint32_t function = (uint32_t)i->imm;
    top(t)->pc = x->pc;
    if (i->op == CODE_CALL_INDIRECT) {
        uint64_t address = value(x, (uint32_t)i->imm);
        function = call_target(t, address);
        if (function == UINT32_MAX) {
            fault_call(t, address);
            return false;
        }
    }
    evaluate_arguments(t, x, i);
    if (!call_enter(t, function, t->arguments.items, i->b, i->c))
        return false;
    load_running(t, x);
    return true;
}

static bool call_builtin(struct task *t, struct running *x, const struct code_inst *i)
{
    const struct builtin_target *target = &t->layout->builtins[i->imm];
    uint64_t result = 0;
    top(t)->pc = x->pc;
    evaluate_arguments(t, x, i);
    enum builtin_end end = target->run ? target->run(t, t->arguments.items, &result) : BUILTIN_KERNEL;
    if (end == BUILTIN_STOP) {
        x->pc = top(t)->pc; /* of another frame, after a longjmp */
        return false;
    }
    if (end == BUILTIN_KERNEL) {
        if (target->call == KCALL_NONE)
            task_crash(t, SIGABRT, "%s() is not simulated", t->program->builtins.items[i->imm].name);
        else
            task_post(t, target->call, t->arguments.items, i->b);
        return false;
    }
    call_result(t, result);
    if (end == BUILTIN_JUMP) {
        load_running(t, x);
        return t->steps < LOOP_FREE || loop_check(t); /* a jump may be a loop */
    }
    x->pc = top(t)->pc;
    return true;
}

/* Where a SWITCH goes. */
static uint32_t switch_target(const struct running *x, const struct code_inst *i)
{
    uint64_t v = value(x, i->a);
    const struct code_switch_case *cases = x->function->switches.items + i->imm;
    for (uint32_t n = 0; n < i->b; n++)
        if (cases[n].value == v)
            return cases[n].target;
    return i->c;
}

static uint64_t index_address(const struct running *x, const struct code_inst *i)
{
    return value(x, i->a) + arith_extend(value(x, i->b), i->w) * (uint64_t)i->imm;
}

/* Everything about memory but plain loads and stores. False: the task has stopped. */
static bool memory_instruction(struct task *t, struct running *x, const struct code_inst *i)
{
    uint64_t a = value(x, i->a), pair[2] = {0, 0};
    switch (i->op) {
    case CODE_ALLOCA_DYNAMIC:
        a = a && (uint64_t)i->imm > UINT64_MAX / a ? UINT64_MAX : a * (uint64_t)i->imm;
        x->registers[i->d] = call_alloca(t, a, i->b);
        return x->registers[i->d] != 0;
    case CODE_MEMCPY:
        return visible_copy(t, a, value(x, i->b), value(x, i->c));
    case CODE_MEMSET:
        return visible_set(t, a, value(x, i->b), value(x, i->c));
    case CODE_ATOMIC_RMW:
        if (!visible_rmw(t, a, i->w, (unsigned)i->imm, value(x, i->b), pair))
            return false;
        if (i->results)
            x->registers[i->d] = pair[0];
        return true;
    case CODE_ATOMIC_CAS:
        if (!visible_cas(t, a, i->w, value(x, i->b), value(x, i->c), pair))
            return false;
        x->registers[i->d] = pair[0];
        x->registers[i->d + 1] = pair[1];
        return true;
    case CODE_VA_START:
        return call_va_start(t, a);
    case CODE_VA_COPY:
        return memory_move(t, a, value(x, i->b), 24);
    default: { /* LIFETIME */
        struct object *o = memory_find(t, address_object(a));
        if (o)
            object_clear(t, o);
        return true;
    }
    }
}

/* The address of a static alloca, which is all zero again. */
static uint64_t local_address(struct task *t, const struct running *x, const struct code_inst *i)
{
    uint32_t depth = (uint32_t)(t->frames.count - 1);
    struct object *o = t->locals.items[top(t)->locals + (size_t)i->imm];
    uint32_t id = OBJECT_STACK + (depth << 16) + x->function->allocas.items[i->imm].number;
    if (o)
        object_clear(t, o);
    else if (t->stale.count)
        stale_forget(t, id);
    return (uint64_t)id << 32;
}

static void bits_instruction(struct running *x, const struct code_inst *i)
{
    uint64_t pair[2] = {0, 0};
    arith_bits(i, value(x, i->a), value(x, i->b), value(x, i->c), pair);
    x->registers[i->d] = pair[0];
    if (i->op == CODE_OVERFLOW)
        x->registers[i->d + 1] = pair[1];
}

void exec_run(struct task *t)
{
    struct running x;
    load_running(t, &x);
    uint64_t steps = t->steps, check_at = steps + LOOP_FREE;
    for (;;) {
        const struct code_inst *i = &x.function->code.items[x.pc];
        uint64_t *d = &x.registers[i->d];
        uint32_t target = x.pc + 1;
        steps++;
        switch ((enum code_op)i->op) {
        case CODE_MOV:
            *d = value(&x, i->a);
            break;
        case CODE_ADD:
            *d = arith_cut(value(&x, i->a) + value(&x, i->b), i->w);
            break;
        case CODE_SUB:
            *d = arith_cut(value(&x, i->a) - value(&x, i->b), i->w);
            break;
        case CODE_MUL:
            *d = arith_cut(value(&x, i->a) * value(&x, i->b), i->w);
            break;
        case CODE_UDIV:
        case CODE_SDIV:
        case CODE_UREM:
        case CODE_SREM:
            if (!arith_divide(t, i, value(&x, i->a), value(&x, i->b), d))
                goto stop;
            break;
        case CODE_SHL: {
            uint64_t n = value(&x, i->b);
            *d = n >= i->w ? 0 : arith_cut(value(&x, i->a) << n, i->w);
            break;
        }
        case CODE_LSHR: {
            uint64_t n = value(&x, i->b);
            *d = n >= i->w ? 0 : value(&x, i->a) >> n;
            break;
        }
        case CODE_ASHR:
            *d = arith_shift_right_signed(value(&x, i->a), value(&x, i->b), i->w);
            break;
        case CODE_AND:
            *d = value(&x, i->a) & value(&x, i->b);
            break;
        case CODE_OR:
            *d = value(&x, i->a) | value(&x, i->b);
            break;
        case CODE_XOR:
            *d = value(&x, i->a) ^ value(&x, i->b);
            break;
        case CODE_EQ:
            *d = value(&x, i->a) == value(&x, i->b);
            break;
        case CODE_NE:
            *d = value(&x, i->a) != value(&x, i->b);
            break;
        case CODE_ULT:
            *d = value(&x, i->a) < value(&x, i->b);
            break;
        case CODE_ULE:
            *d = value(&x, i->a) <= value(&x, i->b);
            break;
        case CODE_SLT:
            *d = arith_order(value(&x, i->a), i->w) < arith_order(value(&x, i->b), i->w);
            break;
        case CODE_SLE:
            *d = arith_order(value(&x, i->a), i->w) <= arith_order(value(&x, i->b), i->w);
            break;
        case CODE_TRUNC:
            *d = arith_cut(value(&x, i->a), i->w);
            break;
        case CODE_SEXT:
            *d = arith_cut(arith_extend(value(&x, i->a), (unsigned)i->imm), i->w);
            break;
        case CODE_FADD:
        case CODE_FSUB:
        case CODE_FMUL:
        case CODE_FDIV:
        case CODE_FREM:
        case CODE_FNEG:
        case CODE_FABS:
        case CODE_FCMP:
        case CODE_FPTOSI:
        case CODE_FPTOUI:
        case CODE_SITOFP:
        case CODE_UITOFP:
        case CODE_FPCAST:
        case CODE_FMATH:
            *d = arith_float(i, value(&x, i->a), value(&x, i->b), value(&x, i->c));
            break;
        case CODE_SELECT:
            *d = value(&x, i->a) ? value(&x, i->b) : value(&x, i->c);
            break;
        case CODE_INDEX:
            *d = index_address(&x, i);
            break;
        case CODE_LOAD:
            if (!visible_load(t, value(&x, i->a), i->w, d))
                goto stop;
            break;
        case CODE_STORE:
            if (!visible_store(t, value(&x, i->a), i->w, value(&x, i->b)))
                goto stop;
            break;
        case CODE_ALLOCA:
            *d = local_address(t, &x, i);
            break;
        case CODE_STACK_SAVE:
            *d = t->dynamics.count - top(t)->dynamics;
            break;
        case CODE_STACK_RESTORE:
            call_restore(t, value(&x, i->a));
            break;
        case CODE_JUMP:
            target = (uint32_t)i->imm;
            break;
        case CODE_BRANCH:
            target = value(&x, i->a) ? i->b : i->c;
            break;
        case CODE_SWITCH:
            target = switch_target(&x, i);
            break;
        case CODE_CALL:
        case CODE_CALL_INDIRECT:
            t->steps = steps;
            if ((steps >= check_at && !loop_limit(t)) || !enter(t, &x, i))
                goto stop;
            continue;
        case CODE_CALL_BUILTIN:
            t->steps = steps;
            if (!call_builtin(t, &x, i))
                goto stop;
            continue;
        case CODE_RET:
            if (!call_leave(t, i))
                return;
            load_running(t, &x);
            continue;
        case CODE_UNREACHABLE:
            task_crash(t, SIGILL, "undefined behaviour: the end of %s() was reached where it must not be",
                       x.function->name);
            goto stop;
        case CODE_TRAP:
            task_fault(t, (struct machine_fault){SIGILL, ILL_ILLOPN, 0}, "a trap instruction was reached");
            goto stop;
        case CODE_MEMCPY:
        case CODE_MEMSET:
        case CODE_ALLOCA_DYNAMIC:
        case CODE_ATOMIC_RMW:
        case CODE_ATOMIC_CAS:
        case CODE_VA_START:
        case CODE_VA_COPY:
        case CODE_LIFETIME:
            if (!memory_instruction(t, &x, i))
                goto stop;
            break;
        case CODE_BSWAP:
        case CODE_BITREVERSE:
        case CODE_CTPOP:
        case CODE_CTLZ:
        case CODE_CTTZ:
        case CODE_SMAX:
        case CODE_SMIN:
        case CODE_UMAX:
        case CODE_UMIN:
        case CODE_ABS:
        case CODE_OVERFLOW:
        case CODE_FSHL:
            bits_instruction(&x, i);
            break;
        case CODE_OP_COUNT:
            goto stop;
        }
        if (target <= x.pc && steps >= check_at) {
            t->steps = steps;
            top(t)->pc = target;
            if (!loop_check(t))
                return;
        }
        x.pc = target;
    }
stop:
    top(t)->pc = x.pc;
}
