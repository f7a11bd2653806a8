/* Calls of llvm.*: what is known, what is nothing, and an error that names the rest. */
#include <string.h>

#include "program/lower.h"

enum shape {
    SHAPE_NOTHING,  /* no effect; a result, if any, is zero */
    SHAPE_FIRST,    /* the result is the first argument */
    SHAPE_UNARY,    /* d = op a */
    SHAPE_BINARY,   /* d = op a b */
    SHAPE_TERNARY,  /* d = op a b c */
    SHAPE_OVERFLOW, /* imm = which */
    SHAPE_MATH,     /* imm = enum code_fmath */
    SHAPE_COPY,     /* imm = 1: may overlap */
    SHAPE_SET,
    SHAPE_MULADD,
    SHAPE_OBJECTSIZE,
    SHAPE_LIFETIME, /* imm = 1: start */
    SHAPE_EFFECT,   /* op a b, no result */
    SHAPE_SATURATE,
};

/* A name matches if it is equal or goes on with '.', a type suffix. */
struct intrinsic {
    const char *name; /* behind "llvm." */
    enum shape shape;
    enum code_op op;
    int imm;
};

static const struct intrinsic intrinsics[] = {
    {"dbg", SHAPE_NOTHING, CODE_MOV, 0},
    {"assume", SHAPE_NOTHING, CODE_MOV, 0},
    {"va_end", SHAPE_NOTHING, CODE_MOV, 0},
    {"prefetch", SHAPE_NOTHING, CODE_MOV, 0},
    {"sideeffect", SHAPE_NOTHING, CODE_MOV, 0},
    {"donothing", SHAPE_NOTHING, CODE_MOV, 0},
    {"var.annotation", SHAPE_NOTHING, CODE_MOV, 0},
    {"experimental.noalias.scope.decl", SHAPE_NOTHING, CODE_MOV, 0},
    {"invariant.start", SHAPE_NOTHING, CODE_MOV, 0},
    {"invariant.end", SHAPE_NOTHING, CODE_MOV, 0},
    {"is.constant", SHAPE_NOTHING, CODE_MOV, 0},
    {"frameaddress", SHAPE_NOTHING, CODE_MOV, 0},
    {"returnaddress", SHAPE_NOTHING, CODE_MOV, 0},
    {"expect", SHAPE_FIRST, CODE_MOV, 0},
    {"annotation", SHAPE_FIRST, CODE_MOV, 0},
    {"ptr.annotation", SHAPE_FIRST, CODE_MOV, 0},
    {"launder.invariant.group", SHAPE_FIRST, CODE_MOV, 0},
    {"strip.invariant.group", SHAPE_FIRST, CODE_MOV, 0},
    {"threadlocal.address", SHAPE_FIRST, CODE_MOV, 0},
    {"ssa.copy", SHAPE_FIRST, CODE_MOV, 0},
    {"memcpy", SHAPE_COPY, CODE_MEMCPY, 0},
    {"memmove", SHAPE_COPY, CODE_MEMCPY, 1},
    {"memset", SHAPE_SET, CODE_MEMSET, 0},
    {"lifetime.start", SHAPE_LIFETIME, CODE_LIFETIME, 1},
    {"lifetime.end", SHAPE_LIFETIME, CODE_LIFETIME, 0},
    {"va_start", SHAPE_EFFECT, CODE_VA_START, 0},
    {"va_copy", SHAPE_EFFECT, CODE_VA_COPY, 0},
    {"stackrestore", SHAPE_EFFECT, CODE_STACK_RESTORE, 0},
    {"trap", SHAPE_EFFECT, CODE_TRAP, 0},
    {"debugtrap", SHAPE_EFFECT, CODE_TRAP, 0},
    {"ubsantrap", SHAPE_EFFECT, CODE_TRAP, 0},
    {"stacksave", SHAPE_UNARY, CODE_STACK_SAVE, 0},
    {"objectsize", SHAPE_OBJECTSIZE, CODE_MOV, 0},
    {"bswap", SHAPE_UNARY, CODE_BSWAP, 0},
    {"bitreverse", SHAPE_UNARY, CODE_BITREVERSE, 0},
    {"ctpop", SHAPE_UNARY, CODE_CTPOP, 0},
    {"ctlz", SHAPE_UNARY, CODE_CTLZ, 0},
    {"cttz", SHAPE_UNARY, CODE_CTTZ, 0},
    {"abs", SHAPE_UNARY, CODE_ABS, 0},
    {"fabs", SHAPE_UNARY, CODE_FABS, 0},
    {"smax", SHAPE_BINARY, CODE_SMAX, 0},
    {"smin", SHAPE_BINARY, CODE_SMIN, 0},
    {"umax", SHAPE_BINARY, CODE_UMAX, 0},
    {"umin", SHAPE_BINARY, CODE_UMIN, 0},
    {"fshl", SHAPE_TERNARY, CODE_FSHL, 0},
    {"fshr", SHAPE_TERNARY, CODE_FSHL, 1},
    {"sadd.with.overflow", SHAPE_OVERFLOW, CODE_OVERFLOW, 0},
    {"uadd.with.overflow", SHAPE_OVERFLOW, CODE_OVERFLOW, 1},
    {"ssub.with.overflow", SHAPE_OVERFLOW, CODE_OVERFLOW, 2},
    {"usub.with.overflow", SHAPE_OVERFLOW, CODE_OVERFLOW, 3},
    {"smul.with.overflow", SHAPE_OVERFLOW, CODE_OVERFLOW, 4},
    {"umul.with.overflow", SHAPE_OVERFLOW, CODE_OVERFLOW, 5},
    {"uadd.sat", SHAPE_SATURATE, CODE_OVERFLOW, 1},
    {"usub.sat", SHAPE_SATURATE, CODE_OVERFLOW, 3},
    {"fmuladd", SHAPE_MULADD, CODE_FMUL, 0},
    {"sqrt", SHAPE_MATH, CODE_FMATH, FMATH_SQRT},
    {"floor", SHAPE_MATH, CODE_FMATH, FMATH_FLOOR},
    {"ceil", SHAPE_MATH, CODE_FMATH, FMATH_CEIL},
    {"trunc", SHAPE_MATH, CODE_FMATH, FMATH_TRUNC},
    {"round", SHAPE_MATH, CODE_FMATH, FMATH_ROUND},
    {"rint", SHAPE_MATH, CODE_FMATH, FMATH_RINT},
    {"nearbyint", SHAPE_MATH, CODE_FMATH, FMATH_RINT},
    {"fma", SHAPE_MATH, CODE_FMATH, FMATH_FMA},
    {"minnum", SHAPE_MATH, CODE_FMATH, FMATH_MIN},
    {"maxnum", SHAPE_MATH, CODE_FMATH, FMATH_MAX},
    {"copysign", SHAPE_MATH, CODE_FMATH, FMATH_COPYSIGN},
};

static const struct intrinsic *find_intrinsic(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof intrinsics / sizeof *intrinsics; i++) {
        size_t m = strlen(intrinsics[i].name);
        if (n >= m && memcmp(name, intrinsics[i].name, m) == 0 && (n == m || name[m] == '.'))
            return &intrinsics[i];
    }
    return NULL;
}

static uint32_t argument(struct fn *f, LLVMValueRef call, unsigned i)
{
    return i < LLVMGetNumArgOperands(call) ? fn_operand(f, LLVMGetOperand(call, i)) : fn_constant(f, 0);
}

/* The size is unknown: -1 for a maximum, 0 for a minimum (the second argument). */
static void lower_objectsize(struct fn *f, LLVMValueRef call)
{
    bool minimum = LLVMConstIntGetZExtValue(LLVMGetOperand(call, 1)) != 0;
    unsigned width = fn_width(f, call);
    uint64_t ones = width >= 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
    fn_define1(f, call, fn_constant(f, minimum ? 0 : ones));
}

static void lower_overflow(struct fn *f, LLVMValueRef call, const struct intrinsic *in, bool saturate)
{
    uint32_t a = argument(f, call, 0), b = argument(f, call, 1), first = fn_registers(f, 2);
    unsigned width = fn_width(f, LLVMGetOperand(call, 0));
    struct code_inst *inst = fn_emit(f, CODE_OVERFLOW, width, a, b, 0, in->imm);
    inst->results = 2;
    inst->d = first;
    if (!saturate) {
        fn_define_registers(f, call, first, 2);
        return;
    }
    uint64_t most = in->imm == 3 ? 0 : width >= 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
    fn_define1(f, call, fn_emit1(f, CODE_SELECT, width, first + 1, fn_constant(f, most), first, 0));
}

static void lower_muladd(struct fn *f, LLVMValueRef call)
{
    unsigned width = fn_width(f, call);
    uint32_t product = fn_emit1(f, CODE_FMUL, width, argument(f, call, 0), argument(f, call, 1), 0, 0);
    fn_define1(f, call, fn_emit1(f, CODE_FADD, width, product, argument(f, call, 2), 0, 0));
}

static void lower_known(struct fn *f, LLVMValueRef call, const struct intrinsic *in)
{
    unsigned width = LLVMGetTypeKind(LLVMTypeOf(call)) == LLVMVoidTypeKind ? 64 : fn_width(f, call);
    uint32_t a, b, c;
    switch (in->shape) {
    case SHAPE_NOTHING:
        fn_define_zero(f, call);
        return;
    case SHAPE_FIRST:
        fn_define1(f, call, argument(f, call, 0));
        return;
    case SHAPE_OBJECTSIZE:
        lower_objectsize(f, call);
        return;
    case SHAPE_OVERFLOW:
    case SHAPE_SATURATE:
        lower_overflow(f, call, in, in->shape == SHAPE_SATURATE);
        return;
    case SHAPE_MULADD:
        lower_muladd(f, call);
        return;
    case SHAPE_LIFETIME: /* its first argument was the size until LLVM 21 */
        a = argument(f, call, LLVMGetNumArgOperands(call) - 1);
        fn_emit(f, CODE_LIFETIME, 64, a, 0, 0, in->imm);
        return;
    case SHAPE_COPY:
    case SHAPE_SET:
        a = argument(f, call, 0);
        b = argument(f, call, 1);
        c = argument(f, call, 2);
        fn_emit(f, in->op, 64, a, b, c, in->imm);
        return;
    case SHAPE_EFFECT:
        a = argument(f, call, 0);
        fn_emit(f, in->op, 64, a, argument(f, call, 1), 0, 0);
        return;
    case SHAPE_UNARY:
        fn_define1(f, call, fn_emit1(f, in->op, width, argument(f, call, 0), 0, 0, 0));
        return;
    case SHAPE_BINARY:
    case SHAPE_TERNARY:
    case SHAPE_MATH:
        a = argument(f, call, 0);
        b = argument(f, call, 1);
        c = argument(f, call, 2);
        fn_define1(f, call, fn_emit1(f, in->op, width, a, b, c, in->imm));
        return;
    }
}

/* Most work on one scalar; a vector means optimised code that clang -O0 does not make. */
static bool has_vector(LLVMValueRef call)
{
    bool vector = LLVMGetTypeKind(LLVMTypeOf(call)) == LLVMVectorTypeKind;
    unsigned n = LLVMGetNumArgOperands(call);
    for (unsigned i = 0; i < n; i++)
        vector |= LLVMGetTypeKind(LLVMTypeOf(LLVMGetOperand(call, i))) == LLVMVectorTypeKind;
    return vector;
}

static const char *type_problem(struct fn *f, LLVMValueRef call)
{
    const char *problem = lower_type(f->l, LLVMTypeOf(call))->problem;
    unsigned n = LLVMGetNumArgOperands(call);
    for (unsigned i = 0; i < n && !problem; i++)
        problem = lower_type(f->l, LLVMTypeOf(LLVMGetOperand(call, i)))->problem;
    return has_vector(call) ? "vector arithmetic is not supported" : problem;
}

void lower_intrinsic(struct fn *f, LLVMValueRef call, const char *name, size_t n)
{
    const struct intrinsic *in = find_intrinsic(name + 5, n - 5);
    if (in && in->shape == SHAPE_NOTHING) {
        fn_define_zero(f, call);
        return;
    }
    const char *problem = type_problem(f, call);
    if (in && !problem) {
        lower_known(f, call, in);
        return;
    }
    if (problem)
        fn_refuse(f, "%s", problem);
    else
        fn_refuse(f, "the intrinsic %.*s is not supported", (int)n, name);
    fn_define_zero(f, call);
}
