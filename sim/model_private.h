/* Private to sim/model*.c: the model's parts. See model.h for what it is. */
#ifndef MODEL_PRIVATE_H
#define MODEL_PRIVATE_H

#include "kernel/future.h"
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
#define ENTRY_ATOMIC (UINT32_C(1) << 31) /* the task is in an atomic section */

struct memo_leaf {
    const struct model_effect *effects;
    uint32_t effect_count; /* 0: blocked */
    bool idle, atomic;
    bool progress; /* some effect makes some */
};

struct memo_edge {
    uint64_t key; /* node << 32 | value, 0: free (node 0 is never used) */
    uint32_t next;
};

struct step_memo {
    VEC_OF(struct memo_node) nodes; /* [0] unused */
    VEC_OF(struct memo_leaf) leaves;
    vec_u32 entry; /* by component id of a local state: its root node, 0: none yet; and ENTRY_ATOMIC */
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
#define LEAF_UNKNOWN UINT32_MAX

static inline uint32_t vector_at(const uint32_t *vector, uint32_t count, uint32_t slot)
{
    return slot < count ? vector[slot] : 0;
}

/* The root node of a local state; 0: none yet. */
static inline uint32_t step_memo_root(const struct step_memo *memo, uint32_t local)
{
    return local < memo->entry.count ? memo->entry.items[local] & ~ENTRY_ATOMIC : 0;
}

/* The leaf's number for a local state in this vector, by a walk down the decision tree; LEAF_UNKNOWN: never met. */
static inline uint32_t step_memo_find(const struct step_memo *memo, const uint32_t *vector, uint32_t count,
                                      uint32_t local)
{
    uint32_t node = step_memo_root(memo, local);
    while (node) {
        const struct memo_node *n = &memo->nodes.items[node];
        if (n->slot == MEMO_LEAF)
            return n->next[0];
        uint32_t value = vector_at(vector, count, n->slot);
        if (n->value[0] == value && n->next[0])
            node = n->next[0];
        else if (n->value[1] == value && n->next[1])
            node = n->next[1];
        else
            node = step_memo_next(memo, node, value);
    }
    return LEAF_UNKNOWN;
}

void *step_memo_own(struct step_memo *memo, size_t bytes);

struct model_task {
    uint32_t pid, tid, slot;
};

struct model_output_range {
    size_t first, count; /* range of model->console */
};

/* What a task may do from a local state on (model_future.c). */
struct future_node {
    uint32_t local, process; /* its local state, and what its process looks like then */
    uint32_t use_first, use_count, edge_first, edge_count;
    bool known; /* its uses are */
    bool open;  /* what comes after it is not known: anything */
};

struct future {
    uint32_t node_first, node_count;   /* the first is the local state itself */
    uint32_t sum_first, sum_count;     /* all uses, by slot */
    uint32_t reach_first, reach_count; /* what an unknown call could do, by slot: enum kreach */
    uint32_t rely_first, rely_count;   /* slots that nothing unknown may reach, or it is all unknown */
    bool open;                         /* some node is */
    bool head;                         /* it is not open, and a later local state leads back to its first */
};

struct future_sum {
    uint32_t slot, uses; /* bits by enum kuse */
};

struct futures {
    struct step_memo
        memo; /* by local state and the process's own tables; effect_count of a leaf is the index of its future */
    VEC_OF(struct future) items;
    VEC_OF(struct future_node) nodes;
    VEC_OF(struct kuse_of) uses;
    vec_u32 edges; /* indices of nodes of the same future */
    vec_u32 relies;
    VEC_OF(struct krecords) records; /* by slot of a pipe */
    uint64_t learned;                /* futures built, of all epochs */
    uint32_t epoch;    /* goes up when what futures rely on turned out to be wrong: they are all made anew */
    uint32_t built_in; /* the epoch of those that there are */
    VEC_OF(struct future_sum) sums;
    VEC_OF(uint8_t) reach;
    struct kfuture scratch, promise;
    vec_u32 vector; /* scratch: the state, with the process as it is in a node */
};

void futures_init(struct model *m);
void futures_free(struct futures *f);
/* The index of the future of a task in a state; LEAF_UNKNOWN: not met yet. */
uint32_t future_find(const struct model *m, const uint32_t *vector, uint32_t count, uint32_t local);
uint32_t future_build(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, uint32_t local);
void records_init(struct model *m);
void records_free(struct futures *f);
/* A call with these uses may be made. Calls that append what is not known, or take what is not a record, leave no
 * records. */
void records_note(struct model *m, const struct kfuture *f);
/* Forgets all futures if they are of an earlier epoch. */
void futures_refresh(struct futures *f);
/* Takes note of a pipe whose content is changed by a leaf of the memo. */
void futures_note_leaf(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, uint32_t local,
                       const struct memo_leaf *leaf);
/* Invariant M2: what a pending call does is within what its future says. Asked before its outcomes are worked out
 * (false: nothing is promised), and after each. */
bool future_promises(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, uint32_t local);
bool future_is_kept(const struct model *m);
/* What the unknown part of a future could do to a slot. */
enum kreach future_reach(const struct model *m, const struct future *f, uint32_t slot);
/* Whether a call with one of `uses` on a slot can come before any call that waits for the same as `wait` does. visited:
 * scratch. */
bool future_enables(const struct model *m, const struct future *f, const struct kuse_of *wait, uint32_t uses,
                    vec_u32 *scratch);
void reduction_free(struct reduction *r);

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
    bool memo_off;                   /* machine_options.memo_off: a leaf is built whenever it is asked for */
    bool signals, sends;             /* the program uses signals; and sends them to others */
    bool marks;                      /* the program calls impasse_progress */
    bool reducible;                  /* it uses none, or only in a way that no other process can notice (RED-10) */
    uint32_t slots_seen;
    vec_u32 access_slots; /* slots of kinds PROCESS, OFD, REGION, FIFO: who can reach what */
    vec_u32 activity;     /* by slot */
    VEC_OF(struct kcopy) console;
    VEC_OF(struct model_output_range) outputs; /* [0] is empty */
    struct model_effect initial;
    uint32_t limit_note;          /* interned text of the first limit that was met, 0: none said */
    VEC_OF(struct kaccess) reads; /* scratch: what decides the leaf or future being built */
    struct kwait wait;            /* scratch */
    struct futures futures;
    bool used[KCALL_COUNT]; /* calls that the program names */
    struct stuck_entry *stuck_index;
    size_t stuck_size, stuck_count;
    uint64_t wakers_found; /* how often wakers had to be worked out */
    vec_u32 stuck_tasks;
};

/* What is wrong with a task, by its pending call. */
enum model_trouble pending_trouble(const struct machine_pending *p);
/* Builds the leaf of a task's local state in a state (model_leaf.c); returns its node of the memo. */
uint32_t leaf_build(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, uint32_t local);
/* Makes m->initial. */
void initial_build(struct model *m, const struct machine_options *options);
/* Adds what m->step has read to m->reads; of each slot the value that was read first is kept. */
void reads_merge(struct model *m);
/* Takes notice of slots registered since the last call. */
void model_notice_slots(struct model *m);
/* Points the shared kstep at a task of a state, ready for kstep_begin. */
void model_aim(struct model *m, const uint32_t *vector, uint32_t count, uint32_t pid, uint32_t tid, uint32_t local);
/* Everything that a task may do in a state, one run of m->step each: the outcomes of its pending call, and what may
 * happen to it instead (KEVENT_...). Started with model_try_first; m->step holds the run until the next one. */
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

#endif
