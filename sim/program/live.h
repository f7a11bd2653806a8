/* Liveness: what a paused task can still read. Private to sim/program (live*.c).
 *
 * Works on lowered code, one function at a time, after a round over all functions that finds out which parameters a
 * function keeps. The steps, each in a file:
 *
 *     live_points.c   which allocas (and parameters) may each register point to; which of them escape
 *     live_calls.c    the table of library functions: what they read, write and keep
 *     live_memory.c   what an instruction reads and overwrites of the allocas that do not escape
 *     live_text.c     parts of a buffer that are delimited by a count or a NUL
 *     live_outcome.c  calls that overwrite a variable only if they succeed, and the branch that asks whether they did
 *     live_hope.c     what a second, hopeful round says: see there
 *     live.c          the dataflow itself, and what is written into the code
 *
 * Allocas that do not escape are tracked by the byte if they are small, else as a whole ("cells").
 */
#ifndef PROGRAM_LIVE_H
#define PROGRAM_LIVE_H

#include <stdbool.h>

#include "program/code.h"

/* What a function does with the objects its parameters point to, found out by live_points.c. */
struct live_parameter {
    bool escapes;  /* may be kept, or handed on to someone unknown */
    bool read;     /* its bytes may be read */
    bool returned; /* the result may point to it */
};

struct live_summary {
    struct live_parameter *parameters; /* [code_function.parameters] */
};

/* How a library function treats what an argument points to. The last letter holds for all further arguments. */
enum live_mode {
    MODE_NOTHING = '-', /* no pointer, or memory that is not touched */
    MODE_READ = 'r',
    MODE_STRING = 's', /* read up to its NUL */
    MODE_COUNT = 'n',  /* read: as many bytes as the next argument says */
    MODE_WRITE = 'w',  /* written, perhaps in part; never read */
    MODE_BOTH = 'b',
    MODE_KEEP = 'k',
};

/* When the argument `out` is overwritten, and with what. */
enum live_when {
    WHEN_NEVER,
    WHEN_ALWAYS,
    WHEN_COUNT,    /* as many bytes as the result says */
    WHEN_SUCCESS,  /* the result is not negative */
    WHEN_POSITIVE, /* the result is positive */
    WHEN_STRING,   /* always, with a string of any length */
    WHEN_TEXT,     /* the same, and the result is its length; `count`: the argument that limits it, -1: none */
    WHEN_LINE,     /* with a string, unless the result is NULL */
    WHEN_LENGTH,   /* never; the result is the length of the string there */
};

struct live_call {
    const char *name;
    const char *modes;
    int returned; /* the result points into this argument; -1: into none */
    int out;      /* this argument is overwritten... */
    enum live_when when;
    unsigned bytes; /* ...with so many bytes; 0: */
    int count;      /* as many as this argument says, at least or at most */
};

/* NULL if the function is not in the table. */
const struct live_call *live_find_call(const char *name);
enum live_mode live_call_mode(const struct live_call *c, uint32_t argument);

/* A register that points to a known byte of one alloca, always. */
struct live_exact {
    uint32_t alloca; /* LIVE_NONE: not known */
    int64_t offset;
};

/* A call whose result counts bytes at the beginning of an alloca. */
struct live_count {
    uint32_t alloca;
    uint32_t call; /* instruction */
};

struct live_block {
    uint32_t begin, end; /* instructions */
    uint64_t *in;        /* bits alive at its beginning */
    uint64_t *started;   /* escaping allocas whose lifetime may have begun, at its beginning */
    bool reached;
    bool starts_list; /* va_start lies in it, or may come after it */
};

/* One function while it is analysed. Objects: its allocas, then its parameters. */
struct live_fn {
    const struct program *p;
    struct code_function *f;
    const struct live_summary *summaries; /* by function index */
    uint32_t objects;
    size_t object_words;      /* 64-bit words of a set of objects */
    uint64_t *points;         /* [registers][object_words] */
    bool *unknown;            /* [registers] may point to something else as well */
    struct live_exact *exact; /* [registers] */
    uint64_t *escaped;        /* set of objects */
    uint32_t *definitions;    /* [registers] how many instructions write it */
    /* the dataflow: bits 0..registers-1, then the cells */
    uint32_t *cell; /* [allocas + 1] first bit of each; then the text bits, then the count bits */
    uint32_t texts; /* first text bit: one for each alloca */
    VEC_OF(struct live_count) counts;
    uint32_t *count_of;   /* [registers] which count the register always holds, or LIVE_NONE */
    uint32_t *indexed_by; /* [registers] the only instruction that writes it, if that is an INDEX; else LIVE_NONE */
    size_t words;
    VEC_OF(struct live_block) blocks;
    uint32_t *block_of;             /* [instructions] */
    struct live_outcome **outcomes; /* [instructions] or NULL */
    uint64_t *lists;                /* set of allocas: the va_lists of this frame's variable arguments */
    bool lists_known;               /* they are all of them, and none escapes */
    bool hopeful;                   /* calls are taken to succeed, and to fill all the room that they are given */
};

/* live.c: fills in `live` of every instruction, and the lives of every function. */
void live_program(struct program *p);

/* Calls `visit` with each successor's first instruction. */
void live_each_successor(const struct live_fn *v, const struct live_block *b,
                         void (*visit)(void *context, uint32_t target), void *context);
bool live_memory_alive(const struct live_fn *v, const uint64_t *bits, uint32_t alloca);

/* live_hope.c */
void live_find_lists(struct live_fn *v);
/* Fills in what is doubtful at an instruction, from what is hopefully alive after and before it. */
void live_record_doubtful(struct live_fn *v, uint32_t at, const uint64_t *after, const uint64_t *before);

/* live_operands.c: registers that an instruction reads; only a call has more than four. */
unsigned live_operand_count(enum code_op op);
bool live_is_call(enum code_op op);
void live_each_use(const struct code_function *f, const struct code_inst *inst,
                   void (*use)(void *context, uint32_t operand), void *context);

/* live_points.c */
void live_points(struct live_fn *v);
void live_points_free(struct live_fn *v);
void live_summarise(struct program *p, struct live_summary *summaries);
const uint64_t *live_points_to(const struct live_fn *v, uint32_t operand); /* NULL: nothing known of here */
/* Whether an address can only lie in allocas of this function that do not escape. */
bool live_is_private(const struct live_fn *v, uint32_t address);
const struct live_call *live_call_of(const struct program *p, const struct code_inst *inst);

/* live_memory.c */
void live_layout_cells(struct live_fn *v);
void live_set_cells(const struct live_fn *v, uint64_t *bits, uint32_t alloca, int64_t offset, uint64_t size);
void live_memory_kill(const struct live_fn *v, const struct code_inst *inst, uint64_t *bits);
void live_memory_read(const struct live_fn *v, const struct code_inst *inst, uint64_t *bits);

/* live_text.c */
void live_find_counts(struct live_fn *v);
bool live_text_alive(const struct live_fn *v, const uint64_t *bits, uint32_t alloca);
bool live_text_only(const struct live_fn *v, const uint64_t *bits, uint32_t alloca); /* the text bit alone */
/* A read of `length` bytes, or up to a NUL; false if it must be taken as a read of everything. */
bool live_read_count(const struct live_fn *v, uint64_t *bits, uint32_t address, uint32_t length);
bool live_read_text(const struct live_fn *v, uint64_t *bits, uint32_t address);
void live_kill_text(const struct live_fn *v, uint64_t *bits, uint32_t alloca);
/* What an instruction writes, as far as text and count bits go. */
void live_text_back(const struct live_fn *v, const struct code_inst *inst, uint64_t *bits);

/* live_outcome.c */
struct live_outcome {
    uint32_t alloca;
    int64_t offset;
    uint32_t edges[2];   /* instructions that the branch behind the call goes to */
    uint64_t written[2]; /* bytes from offset that are sure to be overwritten on the way there */
    bool text[2];        /* a whole string was written */
};
void live_find_outcomes(struct live_fn *v);
void live_apply_outcome(const struct live_fn *v, const struct live_outcome *o, uint64_t *bits);

#define LIVE_ALL UINT64_MAX

static inline bool bit_get(const uint64_t *bits, uint32_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}
static inline void bit_set(uint64_t *bits, uint32_t i)
{
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}
static inline void bit_clear(uint64_t *bits, uint32_t i)
{
    bits[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

/* a |= b; whether a changed. */
static inline bool bits_join(uint64_t *a, const uint64_t *b, size_t words)
{
    uint64_t news = 0;
    for (size_t i = 0; i < words; i++) {
        news |= b[i] & ~a[i];
        a[i] |= b[i];
    }
    return news != 0;
}

static inline bool live_constant(const struct program *p, uint32_t operand, uint64_t *value)
{
    if (operand < OPERAND_CONST)
        return false;
    *value = p->constants.items[operand - OPERAND_CONST];
    return true;
}

#endif
