/* The hopeful round of liveness: what is doubtful, see struct code_live and spec/dead-values.md.
 *
 * In this round calls are taken to succeed and to fill all the room that they are given (live_memory.c). Nothing here
 * has to be right, only good: the machine notices a hope that was wrong.
 */
#include "program/live.h"

/* Which allocas are va_lists, and where they may still be begun. */
static void mark_lists(struct live_fn *v)
{
    v->lists = mem_zero(v->object_words, sizeof *v->lists);
    v->lists_known = v->f->varargs;
    for (size_t b = 0; b < v->blocks.count && v->lists_known; b++)
        for (uint32_t i = v->blocks.items[b].begin; i < v->blocks.items[b].end; i++) {
            const struct code_inst *inst = &v->f->code.items[i];
            if (inst->op == CODE_VA_COPY)
                v->lists_known = false;
            if (inst->op != CODE_VA_START)
                continue;
            uint32_t alloca = inst->a < OPERAND_CONST ? v->exact[inst->a].alloca : LIVE_NONE;
            if (alloca == LIVE_NONE || bit_get(v->escaped, alloca))
                v->lists_known = false;
            else
                bit_set(v->lists, alloca);
            v->blocks.items[b].starts_list = true;
        }
}

struct list_seeker {
    const struct live_fn *v;
    bool found;
};

static void seek_list(void *context, uint32_t target)
{
    struct list_seeker *s = context;
    s->found |= s->v->blocks.items[s->v->block_of[target]].starts_list;
}

static bool list_comes(const struct live_fn *v, const struct live_block *b)
{
    struct list_seeker s = {v, false};
    live_each_successor(v, b, seek_list, &s);
    return s.found;
}

void live_find_lists(struct live_fn *v)
{
    mark_lists(v);
    for (bool changed = v->lists_known; changed;) {
        changed = false;
        for (size_t b = v->blocks.count; b-- > 0;) {
            struct live_block *block = &v->blocks.items[b];
            if (!block->starts_list && list_comes(v, block))
                block->starts_list = changed = true;
        }
    }
}

/* `memory`: what is alive once the call is over. */
static bool variable_doubtful(const struct live_fn *v, uint32_t at, const uint64_t *memory)
{
    const struct live_block *b = &v->blocks.items[v->block_of[at]];
    if (!v->lists_known || list_comes(v, b))
        return false;
    for (uint32_t i = at; i < b->end; i++)
        if (v->f->code.items[i].op == CODE_VA_START)
            return false;
    for (uint32_t i = 0; i < v->f->allocas.count; i++)
        if (bit_get(v->lists, i) && live_memory_alive(v, memory, i))
            return false;
    return true;
}

/* The hopeful round: what is alive in it, as `memory` says, is not doubtful. A va_list that a callee was given is not
 * alive if only the callee reads it: most have read it all when they pause. */
void live_record_doubtful(struct live_fn *v, uint32_t at, const uint64_t *after, const uint64_t *before)
{
    const struct code_inst *inst = &v->f->code.items[at];
    struct code_live *live = &v->f->lives.items[inst->live];
    bool entered = inst->op == CODE_CALL || inst->op == CODE_CALL_INDIRECT;
    uint64_t *memory = mem_copy(before, v->words * sizeof *before);
    if (entered)
        bits_join(memory, after, v->words);
    live->variable_doubtful = variable_doubtful(v, at, entered ? after : before);
    live->doubtful = (uint32_t)v->f->live_items.count;
    for (uint32_t i = 0; i < live->alloca_count; i++) {
        uint32_t alloca = v->f->live_items.items[live->allocas + i];
        bool list = live->variable_doubtful && bit_get(v->lists, alloca);
        if (list || (!bit_get(v->escaped, alloca) && !live_memory_alive(v, memory, alloca)))
            VEC_PUSH(&v->f->live_items, alloca);
    }
    live->doubtful_count = (uint32_t)v->f->live_items.count - live->doubtful;
    mem_free(memory);
}
