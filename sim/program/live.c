/* The dataflow of liveness, and its result in the code: see live.h and struct code_live.
 *
 * A value is alive at an instruction where a task may pause
 *   - if it is a register: if it is read after the instruction and not written by it;
 *   - if it is an alloca that does not escape: if one of its bytes may be read by the instruction or after it, before
 * it is overwritten (for a call of a function with code: also what is alive after it, since the callee may have written
 * it already when it pauses);
 *   - if it is an alloca that escapes: from the beginning to the end of its lifetime, as clang marks it.
 *
 * A second, hopeful round takes every call to succeed and to fill all the room that it is given. What is alive only
 * without that hope is doubtful: the machine may throw it away as long as it notices a read (spec/dead-values.md).
 */
#include "program/live.h"

#include <assert.h>
#include <string.h>

static bool ends_block(enum code_op op)
{
    return op == CODE_JUMP || op == CODE_BRANCH || op == CODE_SWITCH || op == CODE_RET || op == CODE_UNREACHABLE;
}

void live_each_successor(const struct live_fn *v, const struct live_block *b,
                         void (*visit)(void *context, uint32_t target), void *context)
{
    const struct code_inst *end = &v->f->code.items[b->end - 1];
    switch ((int)end->op) {
    case CODE_JUMP:
        visit(context, (uint32_t)end->imm);
        return;
    case CODE_BRANCH:
        visit(context, end->b);
        visit(context, end->c);
        return;
    case CODE_SWITCH:
        for (uint32_t i = 0; i < end->b; i++)
            visit(context, v->f->switches.items[(uint32_t)end->imm + i].target);
        visit(context, end->c);
        return;
    default:
        if (!ends_block((enum code_op)end->op))
            visit(context, b->end);
    }
}

static void mark_leader(void *context, uint32_t target)
{
    ((bool *)context)[target] = true;
}

static void find_blocks(struct live_fn *v)
{
    size_t n = v->f->code.count;
    bool *leaders = mem_zero(n + 1, sizeof *leaders);
    leaders[0] = true;
    for (uint32_t i = 0; i < n; i++)
        if (ends_block((enum code_op)v->f->code.items[i].op)) {
            struct live_block one = {.begin = i, .end = i + 1};
            live_each_successor(v, &one, mark_leader, leaders);
            leaders[i + 1] = true;
        }
    v->block_of = mem_zero(n, sizeof *v->block_of);
    for (uint32_t i = 0; i < n; i++) {
        if (leaders[i])
            VEC_PUSH(&v->blocks, ((struct live_block){.begin = i}));
        v->blocks.items[v->blocks.count - 1].end = i + 1;
        v->block_of[i] = (uint32_t)v->blocks.count - 1;
    }
    mem_free(leaders);
    for (size_t b = 0; b < v->blocks.count; b++) {
        v->blocks.items[b].in = mem_zero(v->words, sizeof(uint64_t));
        v->blocks.items[b].started = mem_zero(v->object_words, sizeof(uint64_t));
    }
}

static void set_register(void *context, uint32_t operand)
{
    if (operand < OPERAND_CONST)
        bit_set(context, operand);
}

/* From what is alive after the instruction to what is alive before it. */
static void step_back(const struct live_fn *v, uint32_t at, uint64_t *bits)
{
    const struct code_inst *inst = &v->f->code.items[at];
    if (v->outcomes[at])
        live_apply_outcome(v, v->outcomes[at], bits);
    live_text_back(v, inst, bits);
    live_memory_kill(v, inst, bits);
    for (uint32_t r = 0; r < inst->results; r++)
        bit_clear(bits, inst->d + r);
    live_memory_read(v, inst, bits);
    live_each_use(v->f, inst, set_register, bits);
}

struct joiner {
    const struct live_fn *v;
    uint64_t *bits;
};

static void join_successor(void *context, uint32_t target)
{
    struct joiner *j = context;
    bits_join(j->bits, j->v->blocks.items[j->v->block_of[target]].in, j->v->words);
}

static void alive_at_end(const struct live_fn *v, const struct live_block *b, uint64_t *bits)
{
    struct joiner j = {v, bits};
    memset(bits, 0, v->words * sizeof *bits);
    live_each_successor(v, b, join_successor, &j);
}

static void solve(struct live_fn *v)
{
    uint64_t *bits = mem_zero(v->words, sizeof *bits);
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t b = v->blocks.count; b-- > 0;) {
            struct live_block *block = &v->blocks.items[b];
            alive_at_end(v, block, bits);
            for (uint32_t i = block->end; i-- > block->begin;)
                step_back(v, i, bits);
            changed |= bits_join(block->in, bits, v->words);
        }
    }
    mem_free(bits);
}

/* An alloca without a marker of its beginning is alive from the entry on. */
static void start_unmarked(struct live_fn *v, uint64_t *started)
{
    uint64_t *marked = mem_zero(v->object_words, sizeof *marked);
    for (size_t i = 0; i < v->f->code.count; i++) {
        const struct code_inst *inst = &v->f->code.items[i];
        if (inst->op == CODE_LIFETIME && inst->imm && inst->a < OPERAND_CONST && v->exact[inst->a].alloca != LIVE_NONE)
            bit_set(marked, v->exact[inst->a].alloca);
    }
    for (uint32_t i = 0; i < v->f->allocas.count; i++)
        if (!bit_get(marked, i))
            bit_set(started, i);
    mem_free(marked);
}

static void step_lifetime(const struct live_fn *v, const struct code_inst *inst, uint64_t *started)
{
    if (inst->op != CODE_LIFETIME || inst->a >= OPERAND_CONST || v->exact[inst->a].alloca == LIVE_NONE)
        return;
    if (inst->imm)
        bit_set(started, v->exact[inst->a].alloca);
    else
        bit_clear(started, v->exact[inst->a].alloca);
}

struct starter {
    struct live_fn *v;
    const uint64_t *started;
    bool changed;
};

static void start_successor(void *context, uint32_t target)
{
    struct starter *s = context;
    struct live_block *to = &s->v->blocks.items[s->v->block_of[target]];
    s->changed |= bits_join(to->started, s->started, s->v->object_words) || !to->reached;
    to->reached = true;
}

/* Forward: whose lifetime may have begun and not ended. */
static void solve_lifetimes(struct live_fn *v)
{
    uint64_t *started = mem_zero(v->object_words, sizeof *started);
    start_unmarked(v, v->blocks.items[0].started);
    v->blocks.items[0].reached = true;
    struct starter s = {v, started, true};
    while (s.changed) {
        s.changed = false;
        for (size_t b = 0; b < v->blocks.count; b++) {
            struct live_block *block = &v->blocks.items[b];
            if (!block->reached)
                continue;
            memcpy(started, block->started, v->object_words * sizeof *started);
            for (uint32_t i = block->begin; i < block->end; i++)
                step_lifetime(v, &v->f->code.items[i], started);
            live_each_successor(v, block, start_successor, &s);
        }
    }
    mem_free(started);
}

/* Whether a task can pause at the instruction, because another one may see what it does. */
static bool can_pause(const struct live_fn *v, const struct code_inst *inst)
{
    switch ((int)inst->op) {
    case CODE_CALL:
    case CODE_CALL_INDIRECT:
    case CODE_CALL_BUILTIN:
        return true;
    case CODE_LOAD:
    case CODE_STORE:
    case CODE_MEMSET:
    case CODE_ATOMIC_CAS:
    case CODE_ATOMIC_RMW:
        return !live_is_private(v, inst->a);
    case CODE_MEMCPY:
        return !live_is_private(v, inst->a) || !live_is_private(v, inst->b);
    default:
        return false;
    }
}

static bool any_cell(const struct live_fn *v, const uint64_t *bits, uint32_t alloca)
{
    for (uint32_t i = v->cell[alloca]; i < v->cell[alloca + 1]; i++)
        if (bit_get(bits, i))
            return true;
    return false;
}

bool live_memory_alive(const struct live_fn *v, const uint64_t *memory, uint32_t alloca)
{
    return any_cell(v, memory, alloca) || live_text_alive(v, memory, alloca);
}

static uint32_t record_allocas(struct live_fn *v, const uint64_t *memory, const uint64_t *started)
{
    uint32_t before = (uint32_t)v->f->live_items.count;
    for (uint32_t i = 0; i < v->f->allocas.count; i++) {
        if (v->f->allocas.items[i].dynamic)
            continue;
        if (bit_get(v->escaped, i) ? bit_get(started, i) : live_memory_alive(v, memory, i))
            VEC_PUSH(&v->f->live_items, i);
    }
    return (uint32_t)v->f->live_items.count - before;
}

/* `after` and `before` the instruction: see the top of the file. */
static void record(struct live_fn *v, struct code_inst *inst, const uint64_t *after, const uint64_t *before,
                   const uint64_t *started)
{
    struct code_live live = {.registers = (uint32_t)v->f->live_items.count};
    for (uint32_t r = 0; r < v->f->registers; r++)
        if (bit_get(after, r) && (r < inst->d || r >= inst->d + inst->results))
            VEC_PUSH(&v->f->live_items, r);
    live.allocas = (uint32_t)v->f->live_items.count;
    live.register_count = live.allocas - live.registers;
    uint64_t *memory = mem_copy(before, v->words * sizeof *before);
    if (inst->op == CODE_CALL || inst->op == CODE_CALL_INDIRECT)
        bits_join(memory, after, v->words);
    live.alloca_count = record_allocas(v, memory, started);
    mem_free(memory);
    inst->live = (uint32_t)v->f->lives.count;
    VEC_PUSH(&v->f->lives, live);
}

/* Which escaping allocas are within their lifetime at each instruction of the block: [instructions][object_words]. */
static uint64_t *lifetimes_in(const struct live_fn *v, const struct live_block *b)
{
    uint64_t *rows = mem_zero((size_t)(b->end - b->begin) * v->object_words, sizeof *rows);
    uint64_t *started = mem_copy(b->started, v->object_words * sizeof *started);
    for (uint32_t i = b->begin; i < b->end; i++) {
        memcpy(rows + (size_t)(i - b->begin) * v->object_words, started, v->object_words * sizeof *started);
        step_lifetime(v, &v->f->code.items[i], started);
    }
    mem_free(started);
    return rows;
}

static void record_block(struct live_fn *v, const struct live_block *b)
{
    uint64_t *before = mem_zero(v->words, sizeof *before), *after = mem_zero(v->words, sizeof *after);
    uint64_t *lifetimes = lifetimes_in(v, b);
    alive_at_end(v, b, before);
    for (uint32_t i = b->end; i-- > b->begin;) {
        memcpy(after, before, v->words * sizeof *after);
        step_back(v, i, before);
        if (v->hopeful && v->f->code.items[i].live != LIVE_NONE)
            live_record_doubtful(v, i, after, before);
        else if (!v->hopeful && can_pause(v, &v->f->code.items[i]))
            record(v, &v->f->code.items[i], after, before, lifetimes + (size_t)(i - b->begin) * v->object_words);
    }
    mem_free(before);
    mem_free(after);
    mem_free(lifetimes);
}

static void live_free(struct live_fn *v)
{
    live_points_free(v);
    for (size_t b = 0; b < v->blocks.count; b++) {
        mem_free(v->blocks.items[b].in);
        mem_free(v->blocks.items[b].started);
    }
    VEC_FREE(&v->blocks);
    for (size_t i = 0; i < v->f->code.count; i++)
        mem_free(v->outcomes[i]);
    mem_free(v->outcomes);
    mem_free(v->lists);
    mem_free(v->block_of);
    mem_free(v->cell);
    VEC_FREE(&v->counts);
    mem_free(v->count_of);
}

/* The hopeful round. */
static void hope(struct live_fn *v)
{
    v->hopeful = true;
    live_find_lists(v);
    for (size_t b = 0; b < v->blocks.count; b++)
        memset(v->blocks.items[b].in, 0, v->words * sizeof *v->blocks.items[b].in);
    solve(v);
    for (size_t b = 0; b < v->blocks.count; b++)
        record_block(v, &v->blocks.items[b]);
}

/* A call of setjmp returns again, from anywhere: then whatever the function knew may be wanted. */
static bool calls_setjmp(const struct program *p, const struct code_function *f)
{
    static const char *const names[] = {"setjmp", "_setjmp", "__sigsetjmp", "sigsetjmp"};
    for (size_t i = 0; i < f->code.count; i++)
        for (size_t n = 0; n < sizeof names / sizeof *names; n++)
            if (f->code.items[i].op == CODE_CALL_BUILTIN &&
                strcmp(p->builtins.items[f->code.items[i].imm].name, names[n]) == 0)
                return true;
    return false;
}

static void live_function(struct program *p, uint32_t index, const struct live_summary *summaries)
{
    struct live_fn v = {.p = p, .f = &p->functions.items[index], .summaries = summaries};
    assert(v.f->code.count);
    live_points(&v);
    live_find_counts(&v);
    live_layout_cells(&v);
    find_blocks(&v);
    live_find_outcomes(&v);
    solve(&v);
    solve_lifetimes(&v);
    bool jumps = calls_setjmp(p, v.f);
    for (size_t b = 0; b < v.blocks.count && !jumps; b++)
        record_block(&v, &v.blocks.items[b]);
    if (!jumps)
        hope(&v);
    for (uint32_t i = 0; i < v.f->allocas.count; i++)
        v.f->allocas.items[i].escapes = bit_get(v.escaped, i);
    live_free(&v);
}

void live_program(struct program *p)
{
    size_t n = p->functions.count;
    struct live_summary *summaries = mem_zero(n, sizeof *summaries);
    for (size_t i = 0; i < n; i++)
        summaries[i].parameters = mem_zero(p->functions.items[i].parameters, sizeof(struct live_parameter));
    live_summarise(p, summaries);
    for (size_t i = 0; i < n; i++)
        live_function(p, (uint32_t)i, summaries);
    for (size_t i = 0; i < n; i++)
        mem_free(summaries[i].parameters);
    mem_free(summaries);
}
