/* One function: order of the blocks, parameters, and the thunks behind the addresses of built-ins. */
#include <assert.h>
#include <string.h>

#include "program/lower.h"

/* Reverse post-order from the entry, by an explicit stack (functions may be large). Sets f->order and f->blocks. */
static void order_blocks(struct fn *f)
{
    VEC_OF(struct {
        LLVMBasicBlockRef block;
        unsigned next;
    })
    stack = {0};
    VEC_OF(LLVMBasicBlockRef) post = {0};
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(f->value);
    map_put(&f->blocks, map_key(entry), 0);
    VEC_RESERVE(&stack, 1);
    stack.items[stack.count].block = entry;
    stack.items[stack.count++].next = 0;
    while (stack.count) {
        size_t top = stack.count - 1;
        LLVMValueRef end = LLVMGetBasicBlockTerminator(stack.items[top].block);
        unsigned n = LLVMGetNumSuccessors(end);
        if (stack.items[top].next == n) {
            VEC_PUSH(&post, stack.items[top].block);
            stack.count--;
            continue;
        }
        /* The last successor first, so that the first one comes right behind its block. */
        LLVMBasicBlockRef to = LLVMGetSuccessor(end, n - 1 - stack.items[top].next++);
        if (map_get(&f->blocks, map_key(to)) != MAP_NONE)
            continue;
        map_put(&f->blocks, map_key(to), 0);
        VEC_RESERVE(&stack, stack.count + 1);
        stack.items[stack.count].block = to;
        stack.items[stack.count++].next = 0;
    }
    for (size_t i = post.count; i-- > 0;) {
        map_put(&f->blocks, map_key(post.items[i]), (uint32_t)f->order.count);
        VEC_PUSH(&f->order, ((struct fn_block){.value = post.items[i]}));
        VEC_PUSH(&f->labels, 0);
    }
    VEC_FREE(&stack);
    VEC_FREE(&post);
}

/* Phis get their registers first: edges that are lowered before their block write them. */
static void define_phis(struct fn *f)
{
    for (size_t i = 0; i < f->order.count; i++)
        for (LLVMValueRef inst = LLVMGetFirstInstruction(f->order.items[i].value);
             inst && LLVMGetInstructionOpcode(inst) == LLVMPHI; inst = LLVMGetNextInstruction(inst)) {
            size_t n = lower_type(f->l, LLVMTypeOf(inst))->leaves.count;
            fn_define_registers(f, inst, fn_registers(f, n), n);
            f->order.items[i].has_phis = true;
        }
}

static uint32_t function_place(struct fn *f)
{
    unsigned n = 0;
    const char *file = LLVMGetDebugLocFilename(f->value, &n);
    if (!file || !n) { /* compiled without -g: at least the file */
        const char *module = link_module_of(&f->l->link, f->value)->file;
        return fn_place(f, lower_file_index(f->l, module, strlen(module), false), 0, 0);
    }
    return fn_place(f, lower_file_index(f->l, file, n, f->f.libc), LLVMGetDebugLocLine(f->value), 0);
}

/* An instruction without a location belongs to the function as a whole. */
static uint32_t instruction_place(struct fn *f, LLVMValueRef inst)
{
    unsigned n = 0;
    unsigned line = LLVMGetDebugLocLine(inst);
    const char *file = line ? LLVMGetDebugLocFilename(inst, &n) : NULL;
    if (!file || !n)
        return f->f.place;
    return fn_place(f, lower_file_index(f->l, file, n, f->f.libc), line, LLVMGetDebugLocColumn(inst));
}

static void define_parameters(struct fn *f)
{
    unsigned byval = LLVMGetEnumAttributeKindForName("byval", 5);
    unsigned n = LLVMCountParams(f->value);
    uint32_t next = 0;
    for (unsigned i = 0; i < n; i++) {
        LLVMValueRef argument = LLVMGetParam(f->value, i);
        const struct type_info *t = lower_type(f->l, LLVMTypeOf(argument));
        LLVMAttributeRef attribute = LLVMGetEnumAttributeAtIndex(f->value, i + 1, byval);
        if (t->problem)
            fn_refuse(f, "%s", t->problem);
        fn_define_registers(f, argument, next, t->leaves.count);
        if (attribute)
            fn_define1(f, argument, lower_byval_parameter(f, LLVMGetTypeAttributeValue(attribute), argument, next));
        next += (uint32_t)t->leaves.count;
    }
    assert(next == f->f.parameters);
}

static void resolve_labels(struct fn *f)
{
    for (size_t i = 0; i < f->f.code.count; i++) {
        struct code_inst *inst = &f->f.code.items[i];
        if (inst->op == CODE_JUMP)
            inst->imm = f->labels.items[inst->imm];
        if (inst->op == CODE_BRANCH)
            inst->b = f->labels.items[inst->b];
        if (inst->op == CODE_BRANCH || inst->op == CODE_SWITCH)
            inst->c = f->labels.items[inst->c];
    }
    for (size_t i = 0; i < f->f.switches.count; i++)
        f->f.switches.items[i].target = f->labels.items[f->f.switches.items[i].target];
}

static void fn_begin(struct fn *f, struct lower *l, uint32_t index)
{
    *f = (struct fn){.l = l, .value = l->function_values.items[index], .index = index};
    f->f = l->p->functions.items[index];
}

static void fn_end(struct fn *f)
{
    f->l->p->functions.items[f->index] = f->f;
    map_free(&f->values);
    map_free(&f->blocks);
    map_free(&f->places);
    VEC_FREE(&f->operands);
    VEC_FREE(&f->order);
    VEC_FREE(&f->labels);
}

void lower_function(struct lower *l, uint32_t index)
{
    struct fn f;
    fn_begin(&f, l, index);
    l->place = f.f.place = f.place = function_place(&f);
    order_blocks(&f);
    define_parameters(&f);
    define_phis(&f);
    for (size_t i = 0; i < f.order.count; i++) {
        f.labels.items[i] = (uint32_t)f.f.code.count;
        for (LLVMValueRef inst = LLVMGetFirstInstruction(f.order.items[i].value); inst;
             inst = LLVMGetNextInstruction(inst)) {
            l->place = f.place = instruction_place(&f, inst);
            lower_instruction(&f, inst);
        }
    }
    resolve_labels(&f);
    fn_end(&f);
}

/* The address of a built-in was taken: behind it stands a function that calls the built-in and returns. */
void lower_thunk(struct lower *l, uint32_t index)
{
    struct fn f;
    fn_begin(&f, l, index);
    f.place = l->function_places.items[index];
    if (f.f.varargs)
        fn_refuse(&f, "the address of the variadic function '%s' is not supported", f.f.name);
    uint32_t builtin = lower_builtin_index(l, f.value, f.place);
    l->p->builtins.items[builtin].any_second = true; /* whatever its callers pass */
    uint32_t first = (uint32_t)f.f.arguments.count;
    for (uint32_t i = 0; i < f.f.parameters; i++)
        VEC_PUSH(&f.f.arguments, i);
    uint32_t results = fn_registers(&f, f.f.results);
    const struct type_info *t = lower_type(l, LLVMGetReturnType(LLVMGlobalGetValueType(f.value)));
    unsigned width = t->leaves.count ? t->leaves.items[0].width : 64;
    struct code_inst *call = fn_emit(&f, CODE_CALL_BUILTIN, width, first, f.f.parameters, 0, builtin);
    call->results = (uint16_t)f.f.results;
    call->d = results;
    first = (uint32_t)f.f.arguments.count;
    for (uint32_t i = 0; i < f.f.results; i++)
        VEC_PUSH(&f.f.arguments, results + i);
    fn_emit(&f, CODE_RET, 64, first, f.f.results, 0, 0);
    fn_end(&f);
}
