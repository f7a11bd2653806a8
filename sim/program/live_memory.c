/* What an instruction reads and overwrites of the allocas that do not escape. */
#include "program/live.h"

/* Larger allocas are tracked as a whole. */
#define CELLS_MAX 256

/* Bytes of a va_list on x86-64. */
#define VA_LIST_BYTES 24

void live_layout_cells(struct live_fn *v)
{
    struct code_function *f = v->f;
    uint32_t next = f->registers;
    v->cell = mem_alloc((f->allocas.count + 1) * sizeof *v->cell);
    for (uint32_t i = 0; i < f->allocas.count; i++) {
        uint64_t size = f->allocas.items[i].size;
        v->cell[i] = next;
        if (!bit_get(v->escaped, i))
            next += size > CELLS_MAX || !size ? 1 : (uint32_t)size;
    }
    v->cell[f->allocas.count] = next;
    v->texts = next;
    v->words = (next + f->allocas.count + v->counts.count + 63) / 64;
}

/* The cells of bytes offset..offset+size-1: [*from, *to). `inner`: only those that lie in the range as a whole. */
static void cell_range(const struct live_fn *v, uint32_t alloca, int64_t offset, uint64_t size, bool inner,
                       uint32_t *from, uint32_t *to)
{
    uint32_t first = v->cell[alloca], n = v->cell[alloca + 1] - first;
    uint64_t bytes = v->f->allocas.items[alloca].size;
    int64_t end = size > INT32_MAX ? INT64_MAX : offset + (int64_t)size;
    if (n != bytes) { /* one cell for all, or none */
        bool all = offset <= 0 && end >= 0 && (uint64_t)end >= bytes;
        *from = first;
        *to = inner && !all ? first : first + n;
        return;
    }
    *from = first + (offset < 0 ? 0 : offset > (int64_t)n ? n : (uint32_t)offset);
    *to = first + (end < 0 ? 0 : end > (int64_t)n ? n : (uint32_t)end);
}

void live_set_cells(const struct live_fn *v, uint64_t *bits, uint32_t alloca, int64_t offset, uint64_t size)
{
    uint32_t from, to;
    cell_range(v, alloca, offset, size, false, &from, &to);
    for (uint32_t i = from; i < to; i++)
        bit_set(bits, i);
}

static void clear_cells(const struct live_fn *v, uint64_t *bits, uint32_t alloca, int64_t offset, uint64_t size)
{
    uint32_t from, to;
    cell_range(v, alloca, offset, size, true, &from, &to);
    for (uint32_t i = from; i < to; i++)
        bit_clear(bits, i);
    if (from == v->cell[alloca] && to == v->cell[alloca + 1])
        live_kill_text(v, bits, alloca);
}

static void read_at(const struct live_fn *v, uint64_t *bits, uint32_t address, uint64_t size)
{
    const uint64_t *to = live_points_to(v, address);
    if (!to)
        return;
    if (v->exact[address].alloca != LIVE_NONE) {
        live_set_cells(v, bits, v->exact[address].alloca, v->exact[address].offset, size);
        return;
    }
    for (uint32_t i = 0; i < v->f->allocas.count; i++)
        if (bit_get(to, i))
            live_set_cells(v, bits, i, 0, LIVE_ALL);
}

static void write_at(const struct live_fn *v, uint64_t *bits, uint32_t address, uint64_t size)
{
    if (address < OPERAND_CONST && v->exact[address].alloca != LIVE_NONE)
        clear_cells(v, bits, v->exact[address].alloca, v->exact[address].offset, size);
}

static void read_counted(const struct live_fn *v, uint64_t *bits, uint32_t address, uint32_t length)
{
    uint64_t size = LIVE_ALL;
    if (!live_constant(v->p, length, &size) && live_read_count(v, bits, address, length))
        return;
    read_at(v, bits, address, size);
}

/* A length operand: its value, or 0 if it is computed. */
static uint64_t length_written(const struct live_fn *v, uint32_t operand)
{
    uint64_t value;
    return live_constant(v->p, operand, &value) ? value : 0;
}

static uint32_t argument(const struct live_fn *v, const struct code_inst *inst, int i)
{
    return v->f->arguments.items[inst->a + (uint32_t)i];
}

static void kill_call(const struct live_fn *v, const struct code_inst *inst, uint64_t *bits)
{
    const struct live_call *c = live_call_of(v->p, inst);
    bool fills = c && (c->when == WHEN_COUNT || c->when == WHEN_SUCCESS || c->when == WHEN_POSITIVE);
    if (!c || (c->when != WHEN_ALWAYS && !(v->hopeful && fills)) || c->out >= (int)inst->b || c->count >= (int)inst->b)
        return;
    write_at(v, bits, argument(v, inst, c->out), c->bytes ? c->bytes : length_written(v, argument(v, inst, c->count)));
}

void live_memory_kill(const struct live_fn *v, const struct code_inst *inst, uint64_t *bits)
{
    switch ((int)inst->op) {
    case CODE_ALLOCA:
        clear_cells(v, bits, (uint32_t)inst->imm, 0, LIVE_ALL);
        return;
    case CODE_LIFETIME:
        write_at(v, bits, inst->a, LIVE_ALL);
        return;
    case CODE_STORE:
        write_at(v, bits, inst->a, (inst->w + 7u) / 8);
        return;
    case CODE_MEMCPY:
    case CODE_MEMSET:
        write_at(v, bits, inst->a, length_written(v, inst->c));
        return;
    case CODE_VA_START:
    case CODE_VA_COPY:
        write_at(v, bits, inst->a, VA_LIST_BYTES);
        return;
    case CODE_CALL:
    case CODE_CALL_BUILTIN:
        kill_call(v, inst, bits);
        return;
    default:
        return;
    }
}

static void read_known(const struct live_fn *v, const struct code_inst *inst, const struct live_call *known, uint32_t i,
                       uint64_t *bits)
{
    uint32_t address = argument(v, inst, (int)i);
    switch (live_call_mode(known, i)) {
    case MODE_NOTHING:
    case MODE_WRITE:
        return;
    case MODE_COUNT:
        read_counted(v, bits, address, i + 1 < inst->b ? argument(v, inst, (int)i + 1) : address);
        return;
    case MODE_STRING:
        if (live_read_text(v, bits, address))
            return;
        break;
    case MODE_READ:
    case MODE_BOTH:
    case MODE_KEEP:
        break;
    }
    read_at(v, bits, address, LIVE_ALL);
}

static void read_call(const struct live_fn *v, const struct code_inst *inst, uint64_t *bits)
{
    const struct live_call *known = live_call_of(v->p, inst);
    for (uint32_t i = 0; i < inst->b; i++) {
        bool reads = true;
        if (!known && inst->op == CODE_CALL && i < v->p->functions.items[inst->imm].parameters)
            reads = v->summaries[inst->imm].parameters[i].read;
        if (known)
            read_known(v, inst, known, i, bits);
        else if (reads)
            read_at(v, bits, argument(v, inst, (int)i), LIVE_ALL);
    }
}

void live_memory_read(const struct live_fn *v, const struct code_inst *inst, uint64_t *bits)
{
    switch ((int)inst->op) {
    case CODE_LOAD:
    case CODE_ATOMIC_RMW:
    case CODE_ATOMIC_CAS:
        read_at(v, bits, inst->a, (inst->w + 7u) / 8);
        return;
    case CODE_MEMCPY:
        read_counted(v, bits, inst->b, inst->c);
        return;
    case CODE_VA_COPY:
        read_at(v, bits, inst->b, VA_LIST_BYTES);
        return;
    case CODE_CALL:
    case CODE_CALL_INDIRECT:
    case CODE_CALL_BUILTIN:
        read_call(v, inst, bits);
        return;
    default:
        return;
    }
}
