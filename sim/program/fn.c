/* Building blocks for lowering one function: operands, instructions, places, refusals. See lower.h. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "program/lower.h"

/* After this many errors the rest is of no more help. */
#define ERRORS_MAX 20

uint32_t fn_constant(struct fn *f, uint64_t value)
{
    struct lower *l = f->l;
    uint32_t index = map_get(&l->constants, value);
    if (index == MAP_NONE) {
        index = (uint32_t)l->p->constants.count;
        map_put(&l->constants, value, index);
        VEC_PUSH(&l->p->constants, value);
    }
    return OPERAND_CONST + index;
}

static void define_constant(struct fn *f, LLVMValueRef value)
{
    vec_u64 leaves = {0};
    vec_u32 operands = {0};
    f->l->problem = NULL;
    if (lower_type(f->l, LLVMTypeOf(value))->problem)
        f->l->problem = lower_type(f->l, LLVMTypeOf(value))->problem;
    else
        lower_constant_leaves(f->l, value, &leaves);
    if (f->l->problem)
        fn_refuse(f, "%s", f->l->problem);
    while (leaves.count < lower_type(f->l, LLVMTypeOf(value))->leaves.count)
        VEC_PUSH(&leaves, 0);
    for (size_t i = 0; i < leaves.count; i++)
        VEC_PUSH(&operands, fn_constant(f, leaves.items[i]));
    fn_define(f, value, operands.items, operands.count);
    VEC_FREE(&leaves);
    VEC_FREE(&operands);
}

const uint32_t *fn_operands(struct fn *f, LLVMValueRef value)
{
    if (map_get(&f->values, map_key(value)) == MAP_NONE) {
        if (LLVMIsConstant(value))
            define_constant(f, value);
        else
            fn_define_zero(f, value); /* only in code that cannot be reached */
    }
    return f->operands.items + map_get(&f->values, map_key(value));
}

uint32_t fn_operand(struct fn *f, LLVMValueRef value)
{
    return fn_operands(f, value)[0];
}

uint32_t fn_registers(struct fn *f, size_t n)
{
    uint32_t first = f->f.registers;
    assert(first + n < OPERAND_CONST);
    f->f.registers += (uint32_t)n;
    return first;
}

struct code_inst *fn_emit(struct fn *f, enum code_op op, unsigned width, uint32_t a, uint32_t b, uint32_t c,
                          int64_t imm)
{
    VEC_PUSH(&f->f.code, ((struct code_inst){.op = (uint8_t)op,
                                             .w = (uint8_t)width,
                                             .a = a,
                                             .b = b,
                                             .c = c,
                                             .imm = imm,
                                             .place = f->place,
                                             .live = LIVE_NONE}));
    return &f->f.code.items[f->f.code.count - 1];
}

uint32_t fn_emit1(struct fn *f, enum code_op op, unsigned width, uint32_t a, uint32_t b, uint32_t c, int64_t imm)
{
    struct code_inst *inst = fn_emit(f, op, width, a, b, c, imm);
    inst->results = 1;
    inst->d = fn_registers(f, 1);
    return inst->d;
}

void fn_define(struct fn *f, LLVMValueRef value, const uint32_t *operands, size_t n)
{
    map_put(&f->values, map_key(value), (uint32_t)f->operands.count);
    for (size_t i = 0; i < n; i++) {
        uint32_t operand = operands[i]; /* a copy: `operands` may point into the vector that grows */
        VEC_PUSH(&f->operands, operand);
    }
    if (!n)
        VEC_PUSH(&f->operands, 0);
}

void fn_define1(struct fn *f, LLVMValueRef value, uint32_t operand)
{
    fn_define(f, value, &operand, 1);
}

void fn_define_registers(struct fn *f, LLVMValueRef value, uint32_t first, size_t n)
{
    map_put(&f->values, map_key(value), (uint32_t)f->operands.count);
    for (size_t i = 0; i <= n; i++) /* one more, so that an empty row exists */
        VEC_PUSH(&f->operands, first + (uint32_t)i);
}

void fn_define_zero(struct fn *f, LLVMValueRef value)
{
    size_t n = lower_type(f->l, LLVMTypeOf(value))->leaves.count;
    uint32_t zero = fn_constant(f, 0);
    map_put(&f->values, map_key(value), (uint32_t)f->operands.count);
    for (size_t i = 0; i <= n; i++)
        VEC_PUSH(&f->operands, zero);
}

uint32_t fn_arguments(struct fn *f, const uint32_t *operands, size_t n)
{
    uint32_t first = (uint32_t)f->f.arguments.count;
    for (size_t i = 0; i < n; i++)
        VEC_PUSH(&f->f.arguments, operands[i]);
    return first;
}

uint32_t fn_add_offset(struct fn *f, uint32_t address, uint64_t offset)
{
    if (!offset)
        return address;
    if (address >= OPERAND_CONST)
        return fn_constant(f, f->l->p->constants.items[address - OPERAND_CONST] + offset);
    return fn_emit1(f, CODE_INDEX, 64, address, fn_constant(f, offset), 0, 1);
}

unsigned fn_width(struct fn *f, LLVMValueRef value)
{
    const struct type_info *t = lower_type(f->l, LLVMTypeOf(value));
    return t->leaves.count ? t->leaves.items[0].width : 64;
}

void fn_refuse(struct fn *f, const char *format, ...)
{
    char message[512];
    struct diag *diag = f->l->diag;
    va_list ap;
    va_start(ap, format);
    vsnprintf(message, sizeof message, format, ap);
    va_end(ap);
    struct diag once = {0};
    diag_error(&once, program_place(f->l->p, f->place), "%s", message);
    /* One line of C is many instructions: the same message for the same place is said once. */
    bool said = diag->text.count && strstr(diag->text.items, once.text.items);
    if (!said && diag->errors < ERRORS_MAX)
        text_append(&diag->text, once.text.items, once.text.count);
    if (!said)
        diag->errors++;
    diag_free(&once);
}

static const char *type_problem(struct fn *f, LLVMValueRef value)
{
    switch ((int)LLVMGetTypeKind(LLVMTypeOf(value))) {
    case LLVMLabelTypeKind:
    case LLVMMetadataTypeKind:
    case LLVMTokenTypeKind:
        return NULL;
    default:
        return lower_type(f->l, LLVMTypeOf(value))->problem;
    }
}

bool fn_check_types(struct fn *f, LLVMValueRef inst)
{
    const char *problem = type_problem(f, inst);
    int n = LLVMGetNumOperands(inst);
    for (int i = 0; i < n && !problem; i++)
        problem = type_problem(f, LLVMGetOperand(inst, (unsigned)i));
    if (problem)
        fn_refuse(f, "%s", problem);
    return !problem;
}

/* "c.addr" is the parameter c. */
static const char *variable_name(struct lower *l, const char *name, size_t n)
{
    static const char suffix[] = ".addr";
    size_t m = sizeof suffix - 1;
    if (n > m && memcmp(name + n - m, suffix, m) == 0)
        n -= m;
    return n ? lower_keep_string(l, name, n) : NULL;
}

uint32_t fn_add_alloca(struct fn *f, const char *name, size_t name_size, uint64_t size, unsigned align, bool dynamic)
{
    static const uint32_t numbers_max = OBJECT_DYNAMIC;
    uint32_t number = f->l->p->allocas;
    if (number >= numbers_max)
        fn_refuse(f, "the program has more than %u local variables in memory", numbers_max);
    else
        f->l->p->allocas++;
    VEC_PUSH(&f->f.allocas, ((struct code_alloca){.size = dynamic ? 0 : size,
                                                  .align = align,
                                                  .number = number,
                                                  .name = variable_name(f->l, name, name_size),
                                                  .dynamic = dynamic}));
    return (uint32_t)f->f.allocas.count - 1;
}

uint32_t fn_place(struct fn *f, unsigned file, unsigned line, unsigned column)
{
    /* 16 bits of file, 28 of line, 20 of column: beyond that, places are only less exact. */
    uint64_t key = (uint64_t)file << 48 | (uint64_t)(line & 0xfffffff) << 20 | (column & 0xfffff);
    uint32_t place = map_get(&f->places, key);
    if (place == MAP_NONE) {
        struct program *p = f->l->p;
        place = (uint32_t)p->places.count;
        map_put(&f->places, key, place);
        VEC_PUSH(&p->places, ((struct code_place){file, line, column, f->index}));
    }
    return place;
}
