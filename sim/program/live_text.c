/* Parts of a buffer that a length or a NUL delimits.
 *
 *     n = read(fd, b, sizeof b);  write(1, b, n);           b[n] = 0;  puts(b);
 *
 * reads only bytes of b that the call has just written, but nothing about single bytes tells so. Two more kinds of bits
 * do. A *count* bit stands for "the first n bytes of the buffer", n being the result of one call; it is born at a use
 * with that length, and dies at the call, which wrote them (or becomes a text bit, if the call was strlen). A *text*
 * bit stands for "the bytes of the alloca up to its first NUL"; a NUL stored behind the first n bytes turns it into the
 * count bit, and a function that writes a whole string kills it.
 */
#include "program/live.h"

static uint32_t argument(const struct live_fn *v, const struct code_inst *inst, int i)
{
    return v->f->arguments.items[inst->a + (uint32_t)i];
}

/* The alloca at whose first byte an address always points, or LIVE_NONE. */
static uint32_t start_of(const struct live_fn *v, uint32_t address)
{
    if (address >= OPERAND_CONST || v->exact[address].offset != 0)
        return LIVE_NONE;
    uint32_t alloca = v->exact[address].alloca;
    return alloca == LIVE_NONE || bit_get(v->escaped, alloca) ? LIVE_NONE : alloca;
}

/* snprintf cuts its text where the buffer ends: the result is then no count of what was written, but more. */
static bool room_is_enough(const struct live_fn *v, const struct code_inst *inst, const struct live_call *c,
                           uint32_t alloca)
{
    uint64_t size;
    if (c->count < 0)
        return true;
    return live_constant(v->p, argument(v, inst, c->count), &size) && size >= v->f->allocas.items[alloca].size;
}

static void find_count(struct live_fn *v, uint32_t at)
{
    const struct code_inst *inst = &v->f->code.items[at];
    const struct live_call *c = live_is_call((enum code_op)inst->op) ? live_call_of(v->p, inst) : NULL;
    if (!c || inst->results != 1 || v->definitions[inst->d] != 1 || c->out >= (int)inst->b || c->count >= (int)inst->b)
        return;
    uint32_t alloca = start_of(v, argument(v, inst, c->out));
    bool counts = c->when == WHEN_COUNT || c->when == WHEN_LENGTH ||
                  (c->when == WHEN_TEXT && alloca != LIVE_NONE && room_is_enough(v, inst, c, alloca));
    if (alloca == LIVE_NONE || !counts)
        return;
    v->count_of[inst->d] = (uint32_t)v->counts.count;
    VEC_PUSH(&v->counts, ((struct live_count){alloca, at}));
}

void live_find_counts(struct live_fn *v)
{
    v->count_of = mem_alloc(v->f->registers * sizeof *v->count_of);
    for (uint32_t r = 0; r < v->f->registers; r++)
        v->count_of[r] = LIVE_NONE;
    for (uint32_t i = 0; i < v->f->code.count; i++) {
        const struct code_inst *inst = &v->f->code.items[i];
        bool same = inst->op == CODE_MOV || inst->op == CODE_SEXT || (inst->op == CODE_TRUNC && inst->w >= 32);
        if (same && v->definitions[inst->d] == 1 && inst->a < OPERAND_CONST)
            v->count_of[inst->d] = v->count_of[inst->a];
        else
            find_count(v, i);
    }
}

static uint32_t text_bit(const struct live_fn *v, uint32_t alloca)
{
    return v->texts + alloca;
}
static uint32_t count_bit(const struct live_fn *v, uint32_t count)
{
    return v->texts + (uint32_t)v->f->allocas.count + count;
}

bool live_text_alive(const struct live_fn *v, const uint64_t *bits, uint32_t alloca)
{
    bool alive = bit_get(bits, text_bit(v, alloca));
    for (uint32_t i = 0; i < v->counts.count && !alive; i++)
        alive = v->counts.items[i].alloca == alloca && bit_get(bits, count_bit(v, i));
    return alive;
}

bool live_text_only(const struct live_fn *v, const uint64_t *bits, uint32_t alloca)
{
    return bit_get(bits, text_bit(v, alloca));
}

bool live_read_count(const struct live_fn *v, uint64_t *bits, uint32_t address, uint32_t length)
{
    uint32_t alloca = start_of(v, address);
    uint32_t count = length < OPERAND_CONST ? v->count_of[length] : LIVE_NONE;
    if (alloca == LIVE_NONE || count == LIVE_NONE || v->counts.items[count].alloca != alloca)
        return false;
    bit_set(bits, count_bit(v, count));
    return true;
}

bool live_read_text(const struct live_fn *v, uint64_t *bits, uint32_t address)
{
    uint32_t alloca = start_of(v, address);
    if (alloca == LIVE_NONE)
        return false;
    bit_set(bits, text_bit(v, alloca));
    return true;
}

void live_kill_text(const struct live_fn *v, uint64_t *bits, uint32_t alloca)
{
    bit_clear(bits, text_bit(v, alloca));
}

/* b[n] = 0, n a count of b, or b[constant] = 0. */
static void end_text(const struct live_fn *v, const struct code_inst *store, uint64_t *bits)
{
    uint64_t value;
    if (store->w != 8 || store->a >= OPERAND_CONST || !live_constant(v->p, store->b, &value) || value != 0)
        return;
    struct live_exact at = v->exact[store->a];
    if (at.alloca != LIVE_NONE && !bit_get(v->escaped, at.alloca)) {
        if (bit_get(bits, text_bit(v, at.alloca)) && at.offset >= 0)
            live_set_cells(v, bits, at.alloca, 0, (uint64_t)at.offset);
        if (at.offset >= 0)
            bit_clear(bits, text_bit(v, at.alloca));
        return;
    }
    uint32_t address = v->indexed_by[store->a]; /* the INDEX that made the address, if it is the only one */
    if (address == LIVE_NONE)
        return;
    const struct code_inst *index = &v->f->code.items[address];
    uint32_t alloca = start_of(v, index->a);
    uint32_t count = index->b < OPERAND_CONST ? v->count_of[index->b] : LIVE_NONE;
    if (alloca == LIVE_NONE || count == LIVE_NONE || v->counts.items[count].alloca != alloca || index->imm != 1)
        return;
    if (bit_get(bits, text_bit(v, alloca)))
        bit_set(bits, count_bit(v, count));
    bit_clear(bits, text_bit(v, alloca));
}

static void end_call(const struct live_fn *v, const struct code_inst *inst, uint64_t *bits)
{
    const struct live_call *c = live_call_of(v->p, inst);
    if (!c || c->out >= (int)inst->b)
        return;
    uint32_t alloca = start_of(v, argument(v, inst, c->out));
    uint32_t count = inst->results == 1 ? v->count_of[inst->d] : LIVE_NONE;
    bool wanted = count != LIVE_NONE && bit_get(bits, count_bit(v, count));
    if (alloca != LIVE_NONE && (c->when == WHEN_TEXT || c->when == WHEN_STRING))
        bit_clear(bits, text_bit(v, alloca));
    if (count != LIVE_NONE)
        bit_clear(bits, count_bit(v, count));
    if (wanted && c->when == WHEN_LENGTH)
        bit_set(bits, text_bit(v, alloca));
}

void live_text_back(const struct live_fn *v, const struct code_inst *inst, uint64_t *bits)
{
    if (inst->op == CODE_STORE)
        end_text(v, inst, bits);
    else if (live_is_call((enum code_op)inst->op))
        end_call(v, inst, bits);
}
