/* See call.h. */
#include "machine/call.h"

#include <signal.h>
#include <string.h>

#include "machine/arith.h"
#include "machine/fault.h"
#include "machine/memory.h"
#include "machine/stale.h"

static struct frame *top(struct task *t)
{
    return &t->frames.items[t->frames.count - 1];
}

static uint32_t stack_id(const struct task *t, uint32_t number)
{
    return OBJECT_STACK + ((uint32_t)(t->frames.count - 1) << 16) + number;
}

static bool stack_overflows(struct task *t, uint64_t bytes)
{
    if (bytes <= STACK_BYTES_MAX)
        return false;
    task_crash(t, SIGSEGV, "stack overflow: more than 8 MiB of local variables, %zu calls deep", t->frames.count);
    return true;
}

static void put_variable(struct task *t, struct frame *f, const uint64_t *values, uint32_t count)
{
    f->varargs = object_create(t, stack_id(t, OBJECT_VARARGS), (uint64_t)count * 8);
    for (uint32_t i = 0; i < count; i++) {
        unsigned char bytes[8];
        for (unsigned b = 0; b < 8; b++)
            bytes[b] = (unsigned char)(values[i] >> (8 * b));
        object_write(t, f->varargs, (uint64_t)i * 8, bytes, 8);
    }
}

bool call_enter(struct task *t, uint32_t function, const uint64_t *arguments, uint32_t count, uint32_t variable)
{
    const struct code_function *code = &t->program->functions.items[function];
    struct frame f = {.function = function,
                      .registers = t->registers.count,
                      .locals = t->locals.count,
                      .dynamics = t->dynamics.count,
                      .stack_bytes = t->layout->frame_bytes[function]};
    if (t->frames.count)
        f.stack_bytes += top(t)->stack_bytes;
    if (t->frames.count > OBJECT_DEPTH_MAX) {
        task_crash(t, SIGSEGV, "stack overflow: %zu calls deep", t->frames.count);
        return false;
    }
    if (stack_overflows(t, f.stack_bytes))
        return false;
    VEC_RESERVE(&t->registers, f.registers + code->registers + 1);
    uint64_t *registers = t->registers.items + f.registers;
    uint32_t fixed = count - variable < code->parameters ? count - variable : code->parameters;
    memset(registers, 0, code->registers * sizeof *registers);
    for (uint32_t i = 0; i < fixed; i++)
        registers[i] = arguments[i];
    t->registers.count += code->registers;
    VEC_RESERVE(&t->locals, f.locals + code->allocas.count + 1);
    memset(t->locals.items + f.locals, 0, code->allocas.count * sizeof *t->locals.items);
    t->locals.count += code->allocas.count;
    VEC_PUSH(&t->frames, f);
    if (code->varargs)
        put_variable(t, top(t), arguments + (count - variable), variable);
    return true;
}

bool call_enter_handler(struct task *t, uint32_t function, uint32_t signal, const void *info, size_t size)
{
    uint64_t arguments[] = {signal, 0, 0};
    if (info)
        arguments[1] = (uint64_t)(OBJECT_STACK + ((uint32_t)t->frames.count << 16) + OBJECT_VARARGS) << 32;
    if (!call_enter(t, function, arguments, 3, 0))
        return false;
    if (info) { /* the siginfo_t lives where variable arguments do, which a handler does not take */
        top(t)->varargs = object_create(t, stack_id(t, OBJECT_VARARGS), size);
        object_write(t, top(t)->varargs, 0, info, size);
    }
    return true;
}

uint32_t call_target(const struct task *t, uint64_t address)
{
    uint32_t index = address_object(address) - OBJECT_FUNCTION;
    return address_offset(address) == 0 && index < t->program->functions.count ? index : UINT32_MAX;
}

static void set_result(struct task *t, const uint64_t *values, uint32_t count)
{
    struct frame *f = top(t);
    const struct code_inst *call = &t->program->functions.items[f->function].code.items[f->pc];
    uint64_t *registers = t->registers.items + f->registers;
    for (uint32_t i = 0; i < call->results; i++)
        registers[call->d + i] = i < count ? values[i] : 0;
    if (call->results == 1 && call->w)
        registers[call->d] = arith_cut(registers[call->d], call->w);
    f->pc++;
}

void call_result(struct task *t, uint64_t value)
{
    set_result(t, &value, 1);
}

static void drop_dynamics(struct task *t, size_t count)
{
    while (t->dynamics.count > count)
        object_destroy(t, t->dynamics.items[--t->dynamics.count].object);
}

/* The top frame and its variables are gone. */
static void drop_frame(struct task *t)
{
    struct frame f = *top(t);
    for (size_t i = f.locals; i < t->locals.count; i++)
        if (t->locals.items[i])
            object_destroy(t, t->locals.items[i]);
    drop_dynamics(t, f.dynamics);
    if (f.varargs)
        object_destroy(t, f.varargs);
    t->registers.count = f.registers;
    t->locals.count = f.locals;
    t->frames.count--;
    if (t->stale.count)
        stale_leave(t);
}

void call_unwind(struct task *t, size_t count)
{
    while (t->frames.count > count)
        drop_frame(t);
    while (t->interruptions.count && t->interruptions.items[t->interruptions.count - 1].depth >= count)
        t->interruptions.count--;
}

bool call_leave(struct task *t, const struct code_inst *ret)
{
    struct frame f = *top(t);
    const struct code_function *code = &t->program->functions.items[f.function];
    if (!code->libc) {
        t->last_place = ret->place;
        t->last_function = f.function;
    }
    t->arguments.count = 0;
    for (uint32_t i = 0; i < ret->b; i++) {
        uint32_t operand = code->arguments.items[ret->a + i];
        VEC_PUSH(&t->arguments, operand & OPERAND_CONST ? t->program->constants.items[operand & ~OPERAND_CONST]
                                                        : t->registers.items[f.registers + operand]);
    }
    drop_frame(t);
    if (t->interruptions.count && t->interruptions.items[t->interruptions.count - 1].depth == t->frames.count) {
        task_post(t, KCALL_SIGRETURN, &t->interruptions.items[t->interruptions.count - 1].mask, 1);
        return false;
    }
    if (!t->frames.count) {
        task_post(t, KCALL_EXIT, t->arguments.items, t->arguments.count ? 1 : 0);
        return false;
    }
    set_result(t, t->arguments.items, (uint32_t)t->arguments.count);
    return true;
}

uint64_t call_alloca(struct task *t, uint64_t size, uint32_t alloca)
{
    struct frame *f = top(t);
    uint32_t number = (uint32_t)(t->dynamics.count - f->dynamics);
    if (size > STACK_BYTES_MAX || number >= DYNAMIC_MAX)
        size = STACK_BYTES_MAX; /* too many of them are too much as well */
    if (stack_overflows(t, f->stack_bytes + size))
        return 0;
    f->stack_bytes += size;
    uint32_t id = stack_id(t, OBJECT_DYNAMIC + number);
    VEC_PUSH(&t->dynamics, ((struct dynamic){object_create(t, id, size), alloca}));
    return (uint64_t)id << 32;
}

void call_restore(struct task *t, uint64_t n)
{
    struct frame *f = top(t);
    for (size_t i = f->dynamics + n; i < t->dynamics.count; i++)
        f->stack_bytes -= t->dynamics.items[i].object->size;
    if (f->dynamics + n < t->dynamics.count)
        drop_dynamics(t, f->dynamics + n);
}

/* The System V AMD64 ABI's va_list (figure 3.34), as clang's va_arg reads it: no argument is in a register, all are in
 * the overflow area. */
bool call_va_start(struct task *t, uint64_t list)
{
    unsigned char bytes[24] = {48, 0, 0, 0, 304 & 0xff, 304 >> 8};
    uint64_t area = (uint64_t)stack_id(t, OBJECT_VARARGS) << 32;
    for (unsigned i = 0; i < 8; i++)
        bytes[8 + i] = (unsigned char)(area >> (8 * i));
    return memory_write(t, list, bytes, sizeof bytes);
}
