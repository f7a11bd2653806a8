/* The compact code that LLVM bitcode is lowered to, and that sim/machine runs.
 *
 * A function works on 64-bit registers. An integer of N bits (N <= 64) sits in its register zero-extended; a float or
 * double as its bit pattern; a pointer as a 64-bit address; a first-class struct or array in as many consecutive
 * registers as it has scalar leaves. Phi nodes are gone (moves on edges).
 *
 * An operand is 32 bits: below OPERAND_CONST a register of the frame, otherwise OPERAND_CONST + index into
 * program->constants.
 *
 * Addresses: (object id << 32) + offset. Ranges of object ids are below. Null and small integers are never valid.
 */
#ifndef PROGRAM_CODE_H
#define PROGRAM_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

#define OPERAND_CONST UINT32_C(0x80000000)

/* Object ids (the upper half of an address). All stay below 2^31, so that addresses are positive as long. */
enum {
    OBJECT_FUNCTION = 0x01000000,  /* + function index; offset 0; not readable */
    OBJECT_GLOBAL = 0x02000000,    /* + global index */
    OBJECT_ARGUMENTS = 0x03000000, /* argv array and its strings, read-write */
    OBJECT_HEAP = 0x10000000,      /* + lowest free number */
    OBJECT_SHARED = 0x20000000,    /* + 16 * slot-independent region number, see kernel/shm.h */
    OBJECT_STACK = 0x40000000,     /* + (frame depth << 16) + program-wide number of the alloca */
    OBJECT_DEPTH_MAX = 0x3fff,     /* deepest frame; one more call is a stack overflow */
    OBJECT_DYNAMIC = 0xe000,       /* low half of a stack object's id: + number of the live dynamic alloca of its frame;
                                      numbers of static allocas stay below */
    OBJECT_VARARGS = 0xffff,       /* low half: the variable arguments of the frame */
};

/* X(name, "what it does"); d = destination register, a b c = operands, w = width in bits, imm = 64-bit immediate. */
#define CODE_OPS(X)                                                                                                    \
    X(MOV, "d = a")                                                                                                    \
    X(ADD, "d = a + b, w bits")                                                                                        \
    X(SUB, "d = a - b, w bits")                                                                                        \
    X(MUL, "d = a * b, w bits")                                                                                        \
    X(UDIV, "d = a / b unsigned; b == 0 is a crash")                                                                   \
    X(SDIV, "d = a / b signed; b == 0 or overflow is a crash")                                                         \
    X(UREM, "d = a % b unsigned; b == 0 is a crash")                                                                   \
    X(SREM, "d = a % b signed; b == 0 or overflow is a crash")                                                         \
    X(SHL, "d = a << b; 0 if b >= w")                                                                                  \
    X(LSHR, "d = a >> b logical; 0 if b >= w")                                                                         \
    X(ASHR, "d = a >> b arithmetic; sign if b >= w")                                                                   \
    X(AND, "d = a & b")                                                                                                \
    X(OR, "d = a | b")                                                                                                 \
    X(XOR, "d = a ^ b")                                                                                                \
    X(EQ, "d = a == b")                                                                                                \
    X(NE, "d = a != b")                                                                                                \
    X(ULT, "d = a < b unsigned")                                                                                       \
    X(ULE, "d = a <= b unsigned")                                                                                      \
    X(SLT, "d = a < b signed, w bits")                                                                                 \
    X(SLE, "d = a <= b signed, w bits")                                                                                \
    X(TRUNC, "d = a cut to w bits")                                                                                    \
    X(SEXT, "d = a, imm bits wide, sign-extended to w bits")                                                           \
    X(FADD, "d = a + b, w = 32 float or 64 double; so for all F ops")                                                  \
    X(FSUB, "d = a - b")                                                                                               \
    X(FMUL, "d = a * b")                                                                                               \
    X(FDIV, "d = a / b")                                                                                               \
    X(FREM, "d = fmod(a, b)")                                                                                          \
    X(FNEG, "d = -a")                                                                                                  \
    X(FABS, "d = fabs(a)")                                                                                             \
    X(FCMP, "d = a compared to b; imm = LLVMRealPredicate (0..15)")                                                    \
    X(FPTOSI, "d = (signed integer of w bits) a; imm = 32 or 64, the width of a")                                      \
    X(FPTOUI, "d = (unsigned integer of w bits) a; imm = width of a")                                                  \
    X(SITOFP, "d = (float of w bits) signed a of imm bits")                                                            \
    X(UITOFP, "d = (float of w bits) unsigned a of imm bits")                                                          \
    X(FPCAST, "d = (float of w bits) a; imm = width of a")                                                             \
    X(SELECT, "d = a ? b : c")                                                                                         \
    X(INDEX, "d = a + sign-extended(b, w bits) * imm (address arithmetic)")                                            \
    X(LOAD, "d = w bits (bytes: (w+7)/8) at address a")                                                                \
    X(STORE, "w bits at address a = b")                                                                                \
    X(ALLOCA, "d = address of static alloca imm (index into function->allocas), zero-filled")                          \
    X(ALLOCA_DYNAMIC, "d = address of a fresh stack object of a * imm bytes (VLA, alloca()); b = alloca index")        \
    X(STACK_SAVE, "d = number of live dynamic allocas of this frame")                                                  \
    X(STACK_RESTORE, "dynamic allocas of this frame above number a die")                                               \
    X(JUMP, "goto inst imm")                                                                                           \
    X(BRANCH, "if a goto inst b (raw index) else goto inst c (raw index)")                                             \
    X(SWITCH, "goto cases of a: imm = first index in function->switches, b = raw number of cases, c = raw default")    \
    X(CALL, "d... = function imm (operands a..a+b-1 of function->arguments; b raw count; c raw count of varargs)")     \
    X(CALL_INDIRECT, "the same; imm = operand that holds the function's address")                                      \
    X(CALL_BUILTIN, "the same; imm = index into program->builtins; w = width of its result, if it has one")            \
    X(RET, "return operands a..a+b-1 of function->arguments")                                                          \
    X(UNREACHABLE, "control must not come here: a crash")                                                              \
    X(TRAP, "llvm.trap: a crash")                                                                                      \
    X(MEMCPY, "copy c bytes from b to a; imm = 1 if they may overlap")                                                 \
    X(MEMSET, "set c bytes at a to byte b")                                                                            \
    X(ATOMIC_RMW, "d = old w bits at a; new = old imm b, imm = LLVMAtomicRMWBinOp")                                    \
    X(ATOMIC_CAS, "d, d+1 = old value, success; w bits at a: if == b then = c")                                        \
    X(VA_START, "a = address of a va_list; variable arguments of this frame")                                          \
    X(VA_COPY, "copy the va_list at b to a")                                                                           \
    X(LIFETIME, "alloca at address a begins (imm 1) or ends (imm 0): its bytes become zero")                           \
    X(BSWAP, "d = bytes of a reversed, w bits")                                                                        \
    X(BITREVERSE, "d = bits of a reversed, w bits")                                                                    \
    X(CTPOP, "d = number of one bits in a")                                                                            \
    X(CTLZ, "d = leading zeros of a in w bits")                                                                        \
    X(CTTZ, "d = trailing zeros of a in w bits")                                                                       \
    X(SMAX, "d = larger of a, b signed")                                                                               \
    X(SMIN, "d = smaller of a, b signed")                                                                              \
    X(UMAX, "d = larger of a, b unsigned")                                                                             \
    X(UMIN, "d = smaller of a, b unsigned")                                                                            \
    X(ABS, "d = |a|, w bits signed")                                                                                   \
    X(OVERFLOW, "d, d+1 = result cut to w bits, overflowed; imm: 0 sadd 1 uadd 2 ssub 3 usub 4 smul 5 umul")           \
    X(FSHL, "d = high w bits of (a:b) << (c mod w); imm = 1 for fshr")                                                 \
    X(FMATH, "d = math function imm of a (and b): see enum code_fmath, w = 32 or 64")

enum code_op {
#define X(name, text) CODE_##name,
    CODE_OPS(X)
#undef X
        CODE_OP_COUNT
};

enum code_fmath {
    FMATH_SQRT,
    FMATH_FLOOR,
    FMATH_CEIL,
    FMATH_TRUNC,
    FMATH_ROUND,
    FMATH_RINT,
    FMATH_FMA,
    FMATH_MIN,
    FMATH_MAX,
    FMATH_COPYSIGN
};

struct code_inst {
    uint8_t op;       /* enum code_op */
    uint8_t w;        /* width in bits, 1..64 */
    uint16_t results; /* registers written: d .. d+results-1 (0: none) */
    uint32_t d;
    uint32_t a, b, c; /* operands, or raw numbers where the table says so */
    uint32_t place;   /* index into program->places; 0: unknown */
    int64_t imm;
    uint32_t live; /* index into function->lives, or LIVE_NONE where the task can never pause */
    uint32_t unused;
};

#define LIVE_NONE UINT32_MAX

/* What is alive just after an instruction, at which a task can pause (a call, or an access to memory that may be
 * shared). Registers written by the instruction itself are not listed. Everything else is dead and is cleared.
 * Allocas that the instruction itself reads are alive too (the bytes of a write, what a callee reads); allocas whose
 * old bytes nobody reads once the call has succeeded in overwriting them are not. */
struct code_live {
    uint32_t registers, register_count; /* range of function->live_items: register numbers, ascending */
    uint32_t allocas, alloca_count;     /* range of function->live_items: static allocas that may be read later */
    uint32_t doubtful, doubtful_count;  /* of these, ascending, the ones that a later call overwrites if it succeeds and
                                           fills all the room that it is given, before anybody reads them */
    bool variable_doubtful;             /* the same for the frame's variable arguments: no va_list of them is left, or
                                           only one that a callee was given, who may be through with it */
};

struct code_alloca {
    uint64_t size; /* bytes; 0 for a dynamic one */
    uint32_t align;
    uint32_t number;  /* program-wide number, below 65536: the low half of the object id */
    const char *name; /* the variable's name, or NULL; owned by the program */
    bool dynamic;
    bool escapes; /* its address may be known outside of the function */
};

struct code_switch_case {
    uint64_t value;
    uint32_t target; /* instruction index */
};

struct code_function {
    const char *name;
    uint32_t image;      /* the program that it belongs to */
    uint32_t parameters; /* registers 0..parameters-1 on entry */
    uint32_t registers;  /* of a frame */
    uint32_t results;    /* registers returned */
    bool varargs;
    bool libc; /* of the simulated libc: reports name its caller */
    VEC_OF(struct code_inst) code;
    VEC_OF(uint32_t) arguments;
    VEC_OF(struct code_switch_case) switches;
    VEC_OF(struct code_alloca) allocas;
    VEC_OF(struct code_live) lives;
    VEC_OF(uint32_t) live_items;
    uint32_t place; /* of its definition */
};

struct code_global {
    const char *name;
    uint64_t size; /* bytes */
    uint32_t align;
    bool constant;              /* a write is a crash */
    bool handled;               /* a signal handler may touch it, see handlers.h */
    const unsigned char *bytes; /* [size], relocations applied; NULL: all zero */
};

struct code_place {
    uint32_t file;         /* index into program->files */
    uint32_t line, column; /* 1-based; 0: unknown */
    uint32_t function;     /* index of the function it stands in (before inlining there is no other) */
};

/* A function that nobody in the bitcode defines: a kernel call or a built-in of the machine, by name. */
struct code_builtin {
    const char *name;
    uint32_t place; /* of its first call, for the error if the machine does not know it */
};

/* One of the programs of a session, linked by itself: it shares nothing with the others but the tables that they stand
 * in. exec goes from one to another. */
struct code_image {
    const char *name;      /* its first file as it was given: argv[0] */
    uint32_t entry;        /* index of its __impasse_start(int argc, char **argv, char **envp) */
    uint32_t errno_global; /* index of its global __impasse_errno (int) */
    uint32_t
        streams_global; /* index of its global __impasse_streams (FILE *), the list of stdio; UINT32_MAX: it has none */
};

struct program {
    VEC_OF(struct code_image) images; /* [0] is the one that runs first */
    VEC_OF(struct code_function) functions;
    VEC_OF(struct code_global) globals;
    VEC_OF(uint64_t) constants;
    VEC_OF(struct code_place) places; /* [0] is the unknown place */
    VEC_OF(const char *) files;       /* as given to clang; libc files as libc/... */
    VEC_OF(struct code_builtin) builtins;
    uint32_t allocas;        /* number of static allocas in all images */
    bool handlers_reach_all; /* signal handlers may touch the heap and every escaping local, see handlers.h */
    bool takes_functions; /* the user's code or data uses the address of a function, libc's included, as a value; found
                           * out only where handlers are installed */
    vec_u64 owned;        /* private to sim/program: pointers freed with it */
};

/* Text of an instruction, a function, for tests and --dump; appended to `out`. */
void code_print_function(const struct program *p, uint32_t function, vec_char *out);

#endif
