/* Terminators, and the moves that phis become.
 *
 * All phis of a block read their old values at once, so the moves of an edge are one parallel copy; it is put in an
 * order in which nothing is overwritten before it is read, with one spare register for each cycle. (Boissinot et al.,
 * Revisiting out-of-SSA translation, CGO 2009, section III-C, in its simple form.) An edge from a block with several
 * successors gets a block of its own for its moves.
 */
#include "program/lower.h"

struct move {
    uint32_t to, from; /* a register, an operand */
};

typedef VEC_OF(struct move) move_list;

static void gather_moves(struct fn *f, LLVMBasicBlockRef from, LLVMBasicBlockRef to, move_list *moves)
{
    for (LLVMValueRef phi = LLVMGetFirstInstruction(to); phi && LLVMGetInstructionOpcode(phi) == LLVMPHI;
         phi = LLVMGetNextInstruction(phi)) {
        unsigned n = LLVMCountIncoming(phi), i = 0;
        while (i < n && LLVMGetIncomingBlock(phi, i) != from)
            i++;
        if (i == n)
            continue;
        LLVMValueRef value = LLVMGetIncomingValue(phi, i);
        size_t leaves = lower_type(f->l, LLVMTypeOf(phi))->leaves.count;
        for (size_t k = 0; k < leaves; k++) {
            uint32_t source = fn_operands(f, value)[k], target = fn_operands(f, phi)[k];
            if (source != target)
                VEC_PUSH(moves, ((struct move){target, source}));
        }
    }
}

static bool is_read(const move_list *moves, uint32_t reg)
{
    for (size_t i = 0; i < moves->count; i++)
        if (moves->items[i].from == reg)
            return true;
    return false;
}

static void emit_move(struct fn *f, uint32_t to, uint32_t from)
{
    struct code_inst *inst = fn_emit(f, CODE_MOV, 64, from, 0, 0, 0);
    inst->d = to;
    inst->results = 1;
}

static void emit_moves(struct fn *f, move_list *moves)
{
    while (moves->count) {
        size_t i = 0;
        while (i < moves->count && is_read(moves, moves->items[i].to))
            i++;
        if (i == moves->count) { /* only cycles are left: free the first target */
            uint32_t target = moves->items[0].to, spare = fn_registers(f, 1);
            emit_move(f, spare, target);
            for (size_t k = 0; k < moves->count; k++)
                if (moves->items[k].from == target)
                    moves->items[k].from = spare;
            i = 0;
        }
        emit_move(f, moves->items[i].to, moves->items[i].from);
        for (size_t k = i + 1; k < moves->count; k++) /* the order of the rest is kept */
            moves->items[k - 1] = moves->items[k];
        moves->count--;
    }
}

static void emit_edge(struct fn *f, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    move_list moves = {0};
    uint32_t label = map_get(&f->blocks, map_key(to));
    gather_moves(f, from, to, &moves);
    emit_moves(f, &moves);
    VEC_FREE(&moves);
    fn_emit(f, CODE_JUMP, 64, 0, 0, 0, label);
}

/* Edges of the terminator that is being lowered, each with the label of its own block. */
struct edges {
    VEC_OF(struct edge {
        LLVMBasicBlockRef to;
        uint32_t label;
    })
    list;
};

static uint32_t edge_label(struct fn *f, struct edges *edges, LLVMBasicBlockRef to)
{
    uint32_t block = map_get(&f->blocks, map_key(to));
    if (!f->order.items[block].has_phis)
        return block;
    for (size_t i = 0; i < edges->list.count; i++)
        if (edges->list.items[i].to == to)
            return edges->list.items[i].label;
    uint32_t label = (uint32_t)f->labels.count;
    VEC_PUSH(&f->labels, 0);
    VEC_PUSH(&edges->list, ((struct edge){to, label}));
    return label;
}

static void emit_edges(struct fn *f, struct edges *edges, LLVMBasicBlockRef from)
{
    for (size_t i = 0; i < edges->list.count; i++) {
        f->labels.items[edges->list.items[i].label] = (uint32_t)f->f.code.count;
        emit_edge(f, from, edges->list.items[i].to);
    }
    VEC_FREE(&edges->list);
}

static void lower_branch(struct fn *f, LLVMValueRef br)
{
    LLVMBasicBlockRef from = LLVMGetInstructionParent(br);
    if (!LLVMIsConditional(br)) {
        emit_edge(f, from, LLVMGetSuccessor(br, 0));
        return;
    }
    struct edges edges = {0};
    uint32_t condition = fn_operand(f, LLVMGetCondition(br));
    uint32_t yes = edge_label(f, &edges, LLVMGetSuccessor(br, 0));
    uint32_t no = edge_label(f, &edges, LLVMGetSuccessor(br, 1));
    fn_emit(f, CODE_BRANCH, 64, condition, yes, no, 0);
    emit_edges(f, &edges, from);
}

static void lower_switch(struct fn *f, LLVMValueRef inst)
{
    LLVMBasicBlockRef from = LLVMGetInstructionParent(inst);
    struct edges edges = {0};
    unsigned n = LLVMGetNumSuccessors(inst); /* the default first, then one for each case */
    uint32_t value = fn_operand(f, LLVMGetOperand(inst, 0));
    uint32_t first = (uint32_t)f->f.switches.count;
    uint32_t otherwise = edge_label(f, &edges, LLVMGetSwitchDefaultDest(inst));
    for (unsigned i = 1; i < n; i++) {
        LLVMValueRef key = LLVMGetOperand(inst, 2 * i);
        uint32_t label = edge_label(f, &edges, LLVMGetSuccessor(inst, i));
        VEC_PUSH(&f->f.switches, ((struct code_switch_case){LLVMConstIntGetZExtValue(key), label}));
    }
    fn_emit(f, CODE_SWITCH, fn_width(f, LLVMGetOperand(inst, 0)), value, n - 1, otherwise, first);
    emit_edges(f, &edges, from);
}

static void lower_return(struct fn *f, LLVMValueRef ret)
{
    uint32_t first = 0;
    if (LLVMGetNumOperands(ret)) {
        const uint32_t *row = fn_operands(f, LLVMGetOperand(ret, 0));
        first = fn_arguments(f, row, f->f.results);
    }
    fn_emit(f, CODE_RET, 64, first, f->f.results, 0, 0);
}

bool lower_flow(struct fn *f, LLVMValueRef inst, LLVMOpcode op)
{
    switch ((int)op) {
    case LLVMBr:
        lower_branch(f, inst);
        return true;
    case LLVMSwitch:
        lower_switch(f, inst);
        return true;
    case LLVMRet:
        lower_return(f, inst);
        return true;
    case LLVMUnreachable:
        fn_emit(f, CODE_UNREACHABLE, 64, 0, 0, 0, 0);
        return true;
    default:
        return false;
    }
}
