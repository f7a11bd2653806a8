/* Lowering of LLVM IR to the code of code.h. Private to sim/program; the files lower_*.c each do one kind of thing.
 *
 * Only what can be reached from __impasse_start is lowered: a reference to a function or a global gives it an index
 * and queues its body or its initial value. Every LLVM value becomes a row of operands, one per scalar leaf of its
 * type (most have one), so that taking structs apart and putting them together costs no code.
 *
 * Invariants: (1) blocks are lowered in reverse post-order, so that every operand except those of phis is lowered
 * before its use; (2) an unsupported construct is reported once with its place and lowered to zeros, so that more
 * errors can be found; (3) nothing depends on addresses of the host: indices are given in the order of first use.
 */
#ifndef PROGRAM_LOWER_H
#define PROGRAM_LOWER_H

#include <llvm-c/Core.h>
#include <llvm-c/Target.h>
#include <llvm/Config/llvm-config.h>
#include <stdbool.h>

#include "base/diag.h"
#include "base/intern.h"
#include "program/link.h"
#include "program/map.h"
#include "program/program.h"

/* A scalar part of a first-class type. */
struct leaf {
    uint64_t offset; /* in memory, in bytes */
    uint32_t width;  /* bits, 1..64 */
    bool is_float;
};

struct type_info {
    const char *problem; /* why values of the type are not supported, or NULL */
    VEC_OF(struct leaf) leaves;
};

/* The whole program. */
struct lower {
    struct program *p;
    const struct program_options *options;
    struct diag *diag;
    struct link link; /* of the image that is being lowered */
    uint32_t image;
    size_t functions_done, globals_done; /* those of earlier images, and what was lowered of this one */
    LLVMTargetDataRef layout;
    struct map types; /* LLVMTypeRef -> index into type_infos */
    VEC_OF(struct type_info *) type_infos;
    struct map functions;                 /* LLVMValueRef -> function index */
    VEC_OF(LLVMValueRef) function_values; /* by function index: a definition, or the declaration behind a thunk */
    vec_u32 function_places;              /* by function index: where it was first used */
    struct map globals;
    VEC_OF(LLVMValueRef) global_values;
    vec_u32 global_places;
    uint32_t place;       /* of the instruction that is being lowered; 0 in initial values */
    struct map builtins;  /* id in names -> builtin index */
    struct map constants; /* value -> index into program->constants */
    struct map files;     /* id in names -> file index */
    struct intern *names;
    const char *problem; /* set by lower_const.c: why a constant is not supported; reported by its user */
};

struct fn_block {
    LLVMBasicBlockRef value;
    bool has_phis;
};

/* One function while it is lowered. Jump targets are labels until fn_resolve_labels. */
struct fn {
    struct lower *l;
    LLVMValueRef value;
    uint32_t index;
    struct code_function f;
    struct map values; /* LLVMValueRef -> first of its leaves in operands */
    vec_u32 operands;
    struct map blocks; /* LLVMBasicBlockRef -> index into order, which is also its label */
    VEC_OF(struct fn_block) order;
    vec_u32 labels; /* -> instruction index */
    struct map places;
    uint32_t place; /* of the instruction that is being lowered */
};

/* lower.c */
/* Lowers what is in l->link as the next image of l->p. */
void lower_image(struct lower *l);
const char *lower_keep_string(struct lower *l, const char *s, size_t n);
void *lower_keep(struct lower *l, void *owned);
uint32_t lower_function_index(struct lower *l, LLVMValueRef definition);
uint32_t lower_builtin_index(struct lower *l, LLVMValueRef declaration, uint32_t place);
uint32_t lower_file_index(struct lower *l, const char *name, size_t n, bool libc);
bool lower_is_libc(const struct lower *l, LLVMValueRef global);

/* lower_type.c */
const struct type_info *lower_type(struct lower *l, LLVMTypeRef type);
uint32_t lower_leaf_index(struct lower *l, LLVMTypeRef aggregate, const unsigned *path, unsigned n);

/* lower_const.c: l->problem is set if the constant cannot be had. */
uint64_t lower_constant(struct lower *l, LLVMValueRef constant);
void lower_constant_leaves(struct lower *l, LLVMValueRef constant, vec_u64 *out);
/* The function that a callee constant names, through aliases and casts; else NULL. Resolved. */
LLVMValueRef lower_callee(struct lower *l, LLVMValueRef callee);
LLVMValueRef lower_element(LLVMValueRef aggregate, unsigned index);

/* lower_global.c */
uint64_t lower_global_address(struct lower *l, LLVMValueRef definition);
void lower_global(struct lower *l, uint32_t index);

/* lower_function.c */
void lower_function(struct lower *l, uint32_t index);
void lower_thunk(struct lower *l, uint32_t index);

/* fn.c: building blocks for those that lower instructions. */
uint32_t fn_constant(struct fn *f, uint64_t value);
const uint32_t *fn_operands(struct fn *f, LLVMValueRef value); /* valid until the next call into fn.c */
uint32_t fn_operand(struct fn *f, LLVMValueRef value);         /* the first leaf */
uint32_t fn_registers(struct fn *f, size_t n);                 /* fresh ones, consecutive */
struct code_inst *fn_emit(struct fn *f, enum code_op op, unsigned width, uint32_t a, uint32_t b, uint32_t c,
                          int64_t imm);
/* The same with one fresh result register, which is returned. */
uint32_t fn_emit1(struct fn *f, enum code_op op, unsigned width, uint32_t a, uint32_t b, uint32_t c, int64_t imm);
void fn_define(struct fn *f, LLVMValueRef value, const uint32_t *operands, size_t n);
void fn_define1(struct fn *f, LLVMValueRef value, uint32_t operand);
void fn_define_registers(struct fn *f, LLVMValueRef value, uint32_t first, size_t n);
void fn_define_zero(struct fn *f, LLVMValueRef value);
uint32_t fn_arguments(struct fn *f, const uint32_t *operands, size_t n); /* -> index into f->f.arguments */
uint32_t fn_add_offset(struct fn *f, uint32_t address, uint64_t offset);
unsigned fn_width(struct fn *f, LLVMValueRef value); /* of its first leaf */
void fn_refuse(struct fn *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whether the types of an instruction and its operands are supported; refuses it otherwise. */
bool fn_check_types(struct fn *f, LLVMValueRef inst);
uint32_t fn_add_alloca(struct fn *f, const char *name, size_t name_size, uint64_t size, unsigned align, bool dynamic);
uint32_t fn_place(struct fn *f, unsigned file, unsigned line, unsigned column);

/* lower_inst.c, lower_memory.c, lower_call.c, lower_intrinsic.c, lower_flow.c */
void lower_instruction(struct fn *f, LLVMValueRef inst);
bool lower_arithmetic(struct fn *f, LLVMValueRef inst, LLVMOpcode op);
bool lower_memory(struct fn *f, LLVMValueRef inst, LLVMOpcode op);
bool lower_aggregate(struct fn *f, LLVMValueRef inst, LLVMOpcode op);
bool lower_flow(struct fn *f, LLVMValueRef inst, LLVMOpcode op);
void lower_call(struct fn *f, LLVMValueRef inst);
void lower_intrinsic(struct fn *f, LLVMValueRef inst, const char *name, size_t n);
uint32_t lower_byval_parameter(struct fn *f, LLVMTypeRef type, LLVMValueRef argument, uint32_t pointer);
void lower_entry(struct fn *f);

#endif
