/* Calls that overwrite a variable only if they succeed.
 *
 *     while (read(fd, &c, 1) > 0) use(c);
 *
 * The old c survives a failing read, so it seems to be alive at the call. But the branch that follows knows: where the
 * result is at least 1, the byte was overwritten; where it is not, the old c matters only if somebody reads it there.
 * For the common form, in which call, comparison and branch stand in one block, what is alive before the call is
 * therefore computed edge by edge.
 */
#include "program/live.h"

/* The result of the call under study, and what it can be at least when it is not -1. */
struct subject {
    const struct live_fn *v;
    uint32_t reg;
    int64_t least;
};

/* Whether a register holds the result itself, cut or extended: results of these calls are small. */
static bool is_result(const struct subject *s, uint32_t from, uint32_t to, uint32_t operand)
{
    if (operand == s->reg)
        return true;
    for (uint32_t i = from; i < to; i++) {
        const struct code_inst *inst = &s->v->f->code.items[i];
        bool same = inst->op == CODE_MOV || inst->op == CODE_SEXT || (inst->op == CODE_TRUNC && inst->w >= 32);
        if (same && inst->d == operand && s->v->definitions[operand] == 1)
            return is_result(s, from, i, inst->a);
    }
    return false;
}

#define NO_BOUND INT64_MIN

static int64_t above(const struct subject *s, int64_t bound)
{
    return bound < s->least && bound >= 0 ? s->least : bound;
}

#define NOT_ZERO (INT64_MIN + 1)

/* What is known of the result where it is not k. */
static int64_t other_than(const struct subject *s, int64_t k)
{
    if (k == -1)
        return s->least;
    return k == 0 ? NOT_ZERO : NO_BOUND;
}

/* The least value of the result where the comparison is true (bounds[0]) and where it is false (bounds[1]). */
static void compare(const struct subject *s, const struct code_inst *c, bool left, int64_t k, int64_t bounds[2])
{
    bounds[0] = bounds[1] = NO_BOUND;
    switch ((int)c->op) {
    case CODE_EQ:
        bounds[0] = k;
        bounds[1] = other_than(s, k);
        return;
    case CODE_NE:
        bounds[0] = other_than(s, k);
        bounds[1] = k;
        return;
    case CODE_SLT: /* result < k, or k < result */
        bounds[left ? 1 : 0] = left ? above(s, k) : above(s, k + 1);
        return;
    case CODE_SLE:
        bounds[left ? 1 : 0] = left ? above(s, k + 1) : above(s, k);
        return;
    default:
        return;
    }
}

/* The bounds at the branch that ends the block, if its condition compares the result with a constant. */
static bool find_bounds(const struct subject *s, uint32_t call, uint32_t branch, int64_t bounds[2])
{
    uint32_t condition = s->v->f->code.items[branch].a;
    for (uint32_t i = branch; i-- > call + 1;) {
        const struct code_inst *inst = &s->v->f->code.items[i];
        uint64_t k;
        if (!inst->results || inst->d != condition)
            continue;
        if (inst->op != CODE_EQ && inst->op != CODE_NE && inst->op != CODE_SLT && inst->op != CODE_SLE)
            return false;
        bool left = is_result(s, call + 1, i, inst->a);
        if (!left && !is_result(s, call + 1, i, inst->b))
            return false;
        if (!live_constant(s->v->p, left ? inst->b : inst->a, &k))
            return false;
        int64_t value = inst->w <= 32 ? (int32_t)(uint32_t)k : (int64_t)k;
        compare(s, inst, left, value, bounds);
        return true;
    }
    return false;
}

/* How many bytes a call has overwritten for sure when its result is at least `bound`. */
static uint64_t bytes_written(const struct live_call *c, int64_t bound)
{
    switch (c->when) {
    case WHEN_COUNT:
        return bound > 0 ? (uint64_t)bound : 0;
    case WHEN_SUCCESS:
        return bound >= 0 ? c->bytes : 0;
    case WHEN_POSITIVE:
        return bound > 0 ? c->bytes : 0;
    case WHEN_NEVER:
    case WHEN_ALWAYS:
    case WHEN_STRING:
    case WHEN_TEXT:
    case WHEN_LINE:
    case WHEN_LENGTH:
        break;
    }
    return 0;
}

/* Between the call and the branch nobody may touch the variable. */
static bool is_quiet(const struct live_fn *v, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        const struct code_inst *inst = &v->f->code.items[i];
        switch ((int)inst->op) {
        case CODE_STORE:
        case CODE_LOAD:
        case CODE_MEMCPY:
        case CODE_MEMSET:
        case CODE_LIFETIME:
        case CODE_ATOMIC_CAS:
        case CODE_ATOMIC_RMW:
        case CODE_VA_COPY:
        case CODE_VA_START:
            if (inst->op == CODE_STORE && inst->a < OPERAND_CONST && !live_points_to(v, inst->a))
                continue;
            return false;
        default:
            if (live_is_call((enum code_op)inst->op))
                return false;
        }
    }
    return true;
}

static bool waits_for_any(const struct live_fn *v, const struct code_inst *call)
{
    uint64_t options;
    if (call->b == 1) /* wait() */
        return true;
    return call->b >= 3 && live_constant(v->p, v->f->arguments.items[call->a + 2], &options) && options == 0;
}

static bool may_fail(enum live_when when)
{
    return when == WHEN_COUNT || when == WHEN_SUCCESS || when == WHEN_POSITIVE || when == WHEN_LINE;
}

static struct live_outcome *find_outcome(const struct live_fn *v, uint32_t call, uint32_t branch)
{
    const struct code_inst *inst = &v->f->code.items[call], *end = &v->f->code.items[branch];
    const struct live_call *c = live_call_of(v->p, inst);
    if (!c || !may_fail(c->when) || inst->results != 1 || end->op != CODE_BRANCH || c->out >= (int)inst->b)
        return NULL;
    uint32_t address = v->f->arguments.items[inst->a + (uint32_t)c->out];
    if (address >= OPERAND_CONST || v->exact[address].alloca == LIVE_NONE || !is_quiet(v, call + 1, branch))
        return NULL;
    struct subject s = {v, inst->d, c->when == WHEN_POSITIVE && waits_for_any(v, inst) ? 1 : 0};
    int64_t bounds[2];
    if (!find_bounds(&s, call, branch, bounds))
        return NULL;
    struct live_outcome *o = mem_zero(1, sizeof *o);
    *o = (struct live_outcome){.alloca = v->exact[address].alloca,
                               .offset = v->exact[address].offset,
                               .edges = {end->b, end->c},
                               .written = {bytes_written(c, bounds[0]), bytes_written(c, bounds[1])}};
    if (c->when == WHEN_LINE) { /* NULL is 0: compared for equality, else nothing is known */
        o->text[0] = o->offset == 0 && bounds[0] == NOT_ZERO;
        o->text[1] = o->offset == 0 && bounds[1] == NOT_ZERO;
    }
    return o;
}

void live_find_outcomes(struct live_fn *v)
{
    v->outcomes = mem_zero(v->f->code.count, sizeof(struct live_outcome *));
    for (size_t b = 0; b < v->blocks.count; b++) {
        struct live_block *block = &v->blocks.items[b];
        for (uint32_t i = block->begin; i < block->end; i++)
            if (live_is_call((enum code_op)v->f->code.items[i].op))
                v->outcomes[i] = find_outcome(v, i, block->end - 1);
    }
}

static void apply_text(const struct live_fn *v, const struct live_outcome *o, uint64_t *bits)
{
    bool alive = false;
    for (int e = 0; e < 2; e++)
        alive |= !o->text[e] && live_text_only(v, v->blocks.items[v->block_of[o->edges[e]]].in, o->alloca);
    if (!alive)
        live_kill_text(v, bits, o->alloca);
}

/* Replaces what `bits` says of the variable: alive is what is alive on an edge and not overwritten on the way. */
void live_apply_outcome(const struct live_fn *v, const struct live_outcome *o, uint64_t *bits)
{
    if (o->text[0] || o->text[1]) {
        apply_text(v, o, bits);
        return;
    }
    uint32_t first = v->cell[o->alloca], n = v->cell[o->alloca + 1] - first;
    bool whole = n != v->f->allocas.items[o->alloca].size;
    for (uint32_t i = 0; i < n; i++) {
        bool alive = false;
        for (int e = 0; e < 2; e++) {
            uint64_t end = (uint64_t)o->offset + o->written[e];
            bool written = whole ? o->offset == 0 && end >= v->f->allocas.items[o->alloca].size
                                 : (int64_t)i >= o->offset && i < end;
            const struct live_block *to = &v->blocks.items[v->block_of[o->edges[e]]];
            alive |= !written && bit_get(to->in, first + i);
        }
        if (alive)
            bit_set(bits, first + i);
        else
            bit_clear(bits, first + i);
    }
}
