/* See visible.h. */
#include "machine/visible.h"

#include "machine/arith.h"
#include "machine/call.h"
#include "machine/memory.h"

static unsigned bytes_of(unsigned width)
{
    return (width + 7) / 8;
}

static bool post(struct task *t, uint32_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    const uint64_t arguments[] = {a, b, c, d};
    task_post(t, number, arguments, 4);
    return false;
}

bool visible_load(struct task *t, uint64_t address, unsigned width, uint64_t *value)
{
    if (address_shared(address))
        return post(t, KCALL_LOAD, address, bytes_of(width), 0, 0);
    if (!memory_load(t, address, bytes_of(width), value))
        return false;
    *value = arith_cut(*value, width);
    return true;
}

bool visible_store(struct task *t, uint64_t address, unsigned width, uint64_t value)
{
    if (address_shared(address))
        return post(t, KCALL_STORE, address, bytes_of(width), value, 0);
    return memory_store(t, address, bytes_of(width), value);
}

bool visible_rmw(struct task *t, uint64_t address, unsigned width, unsigned operation, uint64_t operand, uint64_t *old)
{
    if (address_shared(address))
        return post(t, KCALL_RMW, address, bytes_of(width), operation, operand);
    uint64_t before;
    if (!visible_load(t, address, width, &before) ||
        !memory_store(t, address, bytes_of(width), arith_rmw(operation, before, operand, width)))
        return false;
    *old = before;
    return true;
}

bool visible_cas(struct task *t, uint64_t address, unsigned width, uint64_t expected, uint64_t desired, uint64_t *d)
{
    if (address_shared(address))
        return post(t, KCALL_CAS, address, bytes_of(width), expected, desired);
    uint64_t before;
    if (!visible_load(t, address, width, &before))
        return false;
    if (before == expected && !memory_store(t, address, bytes_of(width), desired))
        return false;
    d[0] = before;
    d[1] = before == expected;
    return true;
}

bool visible_copy(struct task *t, uint64_t to, uint64_t from, uint64_t n)
{
    if (!n)
        return true;
    if (!address_shared(to) && !address_shared(from))
        return memory_move(t, to, from, n);
    /* The kernel answers for the shared side; the private side's faults are named here. */
    if ((!address_shared(to) && !memory_check(t, to, n, true)) ||
        (!address_shared(from) && !memory_check(t, from, n, false)))
        return false;
    return post(t, KCALL_COPY, to, from, n, 0);
}

bool visible_set(struct task *t, uint64_t address, uint64_t byte, uint64_t n)
{
    if (n && address_shared(address))
        return post(t, KCALL_SET, address, byte & 0xff, n, 0);
    return memory_set(t, address, (unsigned char)byte, n);
}

void visible_return(struct task *t, uint64_t value)
{
    const struct kcall *call = &t->pending.call;
    if (call->number == KCALL_COPY || call->number == KCALL_SET)
        value = call->args[0]; /* what memcpy and memset return, if they were called as functions */
    if (call->number != KCALL_CAS) {
        call_result(t, value);
        return;
    }
    struct frame *f = &t->frames.items[t->frames.count - 1];
    const struct code_inst *i = &t->program->functions.items[f->function].code.items[f->pc];
    uint64_t *registers = t->registers.items + f->registers;
    registers[i->d] = arith_cut(value, i->w);
    registers[i->d + 1] = arith_cut(value, i->w) == call->args[2];
    f->pc++;
}
