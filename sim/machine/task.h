/* The local state of one task, unpacked, while the machine runs it. Private to sim/machine.
 *
 * Invariants: (1) registers of a frame are zero when it is entered; (2) every byte of an object is defined; (3) a byte
 * that nothing wrote is its initial value, or 0; (4) once `stopped`, nothing in the task changes any more.
 */
#ifndef MACHINE_TASK_H
#define MACHINE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/intern.h"
#include "base/vec.h"
#include "machine/layout.h"
#include "machine/machine.h"
#include "machine/pool.h"

enum {
    CHUNK_BYTES = 1024,                           /* of an object, interned as one component */
    GROUP_CHUNKS = 256,                           /* chunk ids interned as one component */
    INLINE_BYTES = 64,                            /* objects up to this size stand in the local state themselves */
    STACK_BYTES_MAX = 8 << 20,                    /* of all frames, as `ulimit -s` has it */
    DYNAMIC_MAX = OBJECT_VARARGS - OBJECT_DYNAMIC /* live dynamic allocas of one frame */
};

#define OBJECT_BYTES_MAX (UINT64_C(1) << 30) /* offsets from 2^31 on mean "before the next object" */

struct chunk {
    const unsigned char *bytes;
    uint32_t id; /* interned; 0: all zero, or not interned yet (own), or initial bytes */
    bool own;    /* bytes are a private copy from the pool */
};

struct object {
    uint64_t size;
    const unsigned char *initial; /* of a static object; NULL: all zero */
    struct chunk *chunks;         /* NULL: not looked at yet */
    struct chunk one;             /* chunks of an object that has only one */
    uint32_t id;
    uint32_t content; /* interned content, of an object that was unpacked */
    bool unpacked;    /* its content is `content`, or already loaded */
    bool dirty;       /* written since */
    bool constant;
    bool mapping; /* of the heap: made by mmap */
};

struct frame {
    uint32_t function;
    uint32_t pc;            /* the instruction that runs, or at which the frame waits */
    size_t registers;       /* its first one in task->registers */
    size_t locals;          /* its first static alloca in task->locals */
    size_t dynamics;        /* its first dynamic alloca in task->dynamics */
    struct object *varargs; /* or NULL */
    uint64_t stack_bytes;   /* of this frame and all below */
    bool jumps;             /* it has called setjmp */
};

/* A signal handler is about to run (then .sigenter is pending, if no other one interrupts it first), runs, or has just
 * returned (then .sigreturn is pending), and this is what it interrupted. */
struct interruption {
    uint32_t depth;    /* number of the handler's frame */
    uint32_t idle;     /* of the interrupted call: task->idle */
    struct kcall call; /* the pending one */
    uint64_t mask;     /* to be restored */
    int64_t value;     /* if it interrupts: what the call returns, and the errno */
    int32_t error;
    uint32_t interrupts;
    uint32_t entered; /* the handler has begun: its frame is at an instruction like any other */
    uint32_t unused;
};

struct dynamic {
    struct object *object;
    uint32_t alloca; /* index into the function's allocas: the name */
};

struct heap_slot {
    struct object *object; /* NULL: free */
    bool dangling;         /* free, but something may still point to it: not to be used again */
};

/* Where idle stands between impasse_idle() and the call that it is about. */
#define IDLE_NONE UINT32_C(0)
#define IDLE_NEXT UINT32_MAX /* otherwise: place + 1 of the call that may wait for ever */

/* Bytes begin..end-1 of an object: zero, because their values were thrown away. See stale.h. */
struct stale_range {
    uint32_t object, begin, end;
    uint32_t source; /* whose bytes they were: stale_source of the object, or of the one they were copied from */
};

struct watch; /* loop.c */

struct task {
    const struct program *program;
    const struct layout *layout;
    struct intern *components;
    uint64_t steps_max, heap_max;
    struct pool pool;

    struct machine_pending pending;
    uint32_t image;                     /* which program it runs */
    uint32_t idle;                      /* IDLE_* */
    bool stopped;                       /* pending is complete */
    bool frozen;                        /* it will never run again: only its call stack is kept */
    uint32_t last_place, last_function; /* of the user's function that returned last: where a program without any
                                           user's frame left is said to be */

    VEC_OF(struct frame) frames;
    VEC_OF(struct interruption) interruptions; /* outermost first */
    size_t faulting; /* number, from 1, of the frame that is not at a call: .fault or .spin is pending; 0: none */
    bool handlers;   /* a signal handler was installed at some time */
    vec_u64 registers;
    VEC_OF(struct object *) locals; /* static allocas; NULL: untouched, so all zero */
    VEC_OF(struct dynamic) dynamics;
    VEC_OF(struct heap_slot) heap; /* by number */
    uint64_t heap_bytes;
    struct object **statics; /* [layout->static_count] NULL: not looked at */
    vec_u32 touched;         /* indices of statics that are not NULL */

    bool scanned;                    /* heap.c: the `dangling` marks are true, or were when `scan_steps` were done */
    uint32_t dangling_lowest;        /* the lowest marked number; UINT32_MAX: none */
    uint32_t heap_lowest;            /* every number below it is alive or marked */
    size_t heap_room;                /* numbers from here on are not marked */
    uint64_t scan_steps, scan_bytes; /* when the last scan was, and how much it read */

    bool signals;                     /* the program uses signals */
    bool quiet;                       /* but no handler ever runs */
    bool clear;                       /* machine_options.clear; otherwise `stale` is empty */
    vec_u32 kept;                     /* sources that are not to be thrown away */
    VEC_OF(struct stale_range) stale; /* see stale.h */
    vec_u32 stale_reads;              /* ascending: sources of stale bytes that were read, in any run */

    uint64_t steps;      /* instructions in this run */
    struct watch *watch; /* loop.c; NULL: not watching yet */
    uint64_t memory_sum; /* while watching: a sum over all bytes that changes with each of them */
    vec_u32 packed;      /* scratch of pack.c */
    vec_u64 arguments;   /* scratch of exec.c: evaluated arguments */
};

void task_init(struct task *t, const struct layout *layout, struct intern *components);
void task_free(struct task *t);
/* Empties it for another local state. */
void task_reset(struct task *t);

static inline const struct code_image *task_image(const struct task *t)
{
    return &t->program->images.items[t->image];
}

/* What is alive at the instruction where a frame is; NULL if unknown: then everything is. */
const struct code_live *task_live(const struct task *t, const struct frame *f);
/* Sets errno. */
void task_errno(struct task *t, int error);
/* Makes call `number` pending; its place is found by task_settle. */
void task_post(struct task *t, uint32_t number, const uint64_t *arguments, unsigned count);
/* Completes the pending operation of a task that has stopped: where it is, whether it may wait for ever. */
void task_settle(struct task *t);

#endif
