/* See visible.h. */
#include "machine/visible.h"

#include "machine/arith.h"
#include "machine/call.h"
#include "machine/memory.h"

static unsigned bytes_of(unsigned width)
{
    return (width + 7) / 8;
}

/* Whether a signal handler of this process may touch the same private memory (program/handlers.c says which), so that
 * it matters on which side of this access a signal is acted on (SIG-06). */
static bool handler_shared(struct task *t, uint64_t address)
{
    const struct program *p = t->program;
    uint32_t id = address_object(address);
    if (id < OBJECT_ARGUMENTS)
        return id >= OBJECT_GLOBAL && id - OBJECT_GLOBAL < p->globals.count &&
               p->globals.items[id - OBJECT_GLOBAL].handled;
    if (!p->handlers_reach_all || id < OBJECT_HEAP)
        return false;
    return id < OBJECT_STACK || layout_alloca_escapes(t->layout, id & 0xffff);
}

/* Whether the access is a visible operation. Private bytes that are not there are a fault of the program's own. */
static bool is_visible(struct task *t, uint64_t address, uint64_t n, bool write)
{
    if (address_shared(address))
        return true;
    return t->handlers && handler_shared(t, address) && memory_probe(t, address, n, write) == KMEMORY_OK;
}

static bool post(struct task *t, uint32_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    const uint64_t arguments[] = {a, b, c, d};
    task_post(t, number, arguments, 4);
    return false;
}

static bool private_load(struct task *t, uint64_t address, unsigned width, uint64_t *value)
{
    if (!memory_load(t, address, bytes_of(width), value))
        return false;
    *value = arith_cut(*value, width);
    return true;
}

bool visible_load(struct task *t, uint64_t address, unsigned width, uint64_t *value)
{
    if (is_visible(t, address, bytes_of(width), false))
        return post(t, KCALL_LOAD, address, bytes_of(width), 0, 0);
    return private_load(t, address, width, value);
}

bool visible_store(struct task *t, uint64_t address, unsigned width, uint64_t value)
{
    if (is_visible(t, address, bytes_of(width), true))
        return post(t, KCALL_STORE, address, bytes_of(width), value, 0);
    return memory_store(t, address, bytes_of(width), value);
}

bool visible_rmw(struct task *t, uint64_t address, unsigned width, unsigned operation, uint64_t operand, uint64_t *old)
{
    if (is_visible(t, address, bytes_of(width), true))
        return post(t, KCALL_RMW, address, bytes_of(width), operation, operand);
    uint64_t before;
    if (!private_load(t, address, width, &before) ||
        !memory_store(t, address, bytes_of(width), arith_rmw(operation, before, operand, width)))
        return false;
    *old = before;
    return true;
}

bool visible_cas(struct task *t, uint64_t address, unsigned width, uint64_t expected, uint64_t desired, uint64_t *d)
{
    if (is_visible(t, address, bytes_of(width), true))
        return post(t, KCALL_CAS, address, bytes_of(width), expected, desired);
    uint64_t before;
    if (!private_load(t, address, width, &before))
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
    if (!is_visible(t, to, n, true) && !is_visible(t, from, n, false))
        return memory_move(t, to, from, n);
    /* The kernel answers for the shared side; the private side's faults are named here. */
    if ((!address_shared(to) && !memory_check(t, to, n, true)) ||
        (!address_shared(from) && !memory_check(t, from, n, false)))
        return false;
    return post(t, KCALL_COPY, to, from, n, 0);
}

bool visible_set(struct task *t, uint64_t address, uint64_t byte, uint64_t n)
{
    if (n && is_visible(t, address, n, true))
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
