/* Private to sim/model*.c: the model's parts. See model.h for what it is. */
#ifndef MODEL_PRIVATE_H
#define MODEL_PRIVATE_H

#include "kernel/kernel.h"
#include "machine/machine.h"
#include "model.h"
#include "program/program.h"

/* The memo of steps is a decision tree per local state. An inner node says which slot decides next; a component id of
 * that slot leads to the next node. A leaf holds the operation's outcomes. Because a handler is a pure function of what
 * it reads, the slots along a path are exactly what it read, in its order (invariant M1), and a walk to a leaf is a
 * complete check of enabledness together with the effect. */
struct memo_node {
    uint32_t slot;              /* read next; MEMO_LEAF: a leaf, next[0] is the index of its struct memo_leaf */
    uint32_t value[2], next[2]; /* the first two values met; others are in memo->edges. next 0: free */
};
#define MEMO_LEAF UINT32_MAX

struct memo_leaf {
    const struct model_effect *effects;
    uint32_t effect_count; /* 0: blocked */
    bool idle, atomic;
};

struct memo_edge {
    uint64_t key; /* node << 32 | value, 0: free (node 0 is never used) */
    uint32_t next;
};

struct step_memo {
    VEC_OF(struct memo_node) nodes; /* [0] unused */
    VEC_OF(struct memo_leaf) leaves;
    vec_u32 entry; /* by component id of a local state: its root node, 0: none yet */
    struct memo_edge *edges;
    size_t edge_size, edge_count; /* size: a power of two */
    VEC_OF(void *) blocks;        /* owned memory of effects and writes */
    size_t bytes;
};

void step_memo_init(struct step_memo *memo);
void step_memo_free(struct step_memo *memo);
/* The node that `value` leads to from an inner node, or 0. */
uint32_t step_memo_next(const struct step_memo *memo, uint32_t node, uint32_t value);
/* Adds the path of reads (slot, value) for a local state with the given leaf. Returns the leaf's node. */
uint32_t step_memo_add(struct step_memo *memo, uint32_t local, const struct kaccess *reads, size_t read_count,
                       struct memo_leaf leaf);
void *step_memo_own(struct step_memo *memo, size_t bytes);

struct model_task {
    uint32_t pid, tid, slot;
};

struct model_output_range {
    size_t first, count; /* range of model->console */
};

struct stuck_entry {
    uint64_t key; /* hash of (access epoch, leaf); 0: free */
    uint32_t first, count;
};

struct model {
    const struct program *program;
    const struct kernel_settings *settings;
    struct intern *components;
    struct intern *write_sets; /* slots in order, as bytes */
    struct slots *slots;
    struct machine *machine;
    struct kstep step;
    struct step_memo memo;
    VEC_OF(struct model_task) tasks; /* in order of discovery */
    vec_u32 order;                   /* task numbers ascending by tid */
    vec_u32 slot_task;               /* by slot: task number + 1, 0 if it is no TASK slot */
    bool signals, sends; /* the program uses signals; and sends them to others */
    uint32_t slots_seen;
    vec_u32 access_slots; /* slots of kinds PROCESS, OFD, REGION, FIFO: who can reach what */
    vec_u32 activity;     /* by slot */
    VEC_OF(struct kcopy) console;
    VEC_OF(struct model_output_range) outputs; /* [0] is empty */
    struct model_effect initial;
    uint32_t limit_note; /* interned text of the first limit that was met, 0: none said */
    VEC_OF(struct kaccess) reads; /* scratch: union over the outcomes being built */
    struct kwait wait;            /* scratch */
    struct stuck_entry *stuck_index;
    size_t stuck_size, stuck_count;
    uint64_t wakers_found; /* how often wakers had to be worked out */
    vec_u32 stuck_tasks;
};

/* Takes notice of slots registered since the last call. */
void model_notice_slots(struct model *m);
/* Points the shared kstep at a task of a state, ready for kstep_begin. */
void model_aim(struct model *m, const uint32_t *vector, uint32_t count, uint32_t pid, uint32_t tid, uint32_t local);
/* Everything that a task may do in a state, one run of m->step each: the outcomes of its pending call, and what may happen
 * to it instead (KEVENT_...). Started with model_try_first; m->step holds the run until the next one. */
struct model_try {
    const uint32_t *vector;
    uint32_t count, task, local;
    bool event, stopped, waits; /* waits: no outcome yet that is not the end of a wait */
    uint32_t outcomes;          /* runs so far that did not block */
};
bool model_try_first(struct model *m, struct model_try *t);
bool model_try_next(struct model *m, struct model_try *t);
/* Runs the outcome number `outcome` of a task's pending call in m->step; false if there is none. */
bool model_redo(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, uint32_t outcome);

static inline uint32_t vector_at(const uint32_t *vector, uint32_t count, uint32_t slot)
{
    return slot < count ? vector[slot] : 0;
}

#endif
