/* What search and reports see of a program: a transition system over state vectors, and nothing of Unix.
 *
 * A state is a vector of component ids, one per slot; slots beyond its length hold 0. A step is one visible operation
 * of one task with one of its outcomes, then all local code up to the next one. Steps of a state come in a fixed
 * order: tasks ascending by id, outcomes ascending by number; the order never depends on the search.
 *
 * Not safe for concurrent use, except where a comment says so.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/vec.h"

struct model;
struct program;
struct kernel_settings;
struct machine_options;

enum model_trouble { MODEL_FINE, MODEL_CRASH, MODEL_ASSERTION, MODEL_ENDLESS, MODEL_LIMIT };

struct model_write {
    uint32_t slot, value;
};

/* One outcome of one operation, with its whole effect on the vector. Lives as long as the model. */
struct model_effect {
    const struct model_write *writes; /* [write_count] each slot once, values that differ from what was there */
    uint32_t write_count;
    uint32_t outcome; /* number among the operation's outcomes, 0 first */
    uint8_t trouble;  /* enum model_trouble: the acting task (or its child) is in trouble after this step */
    bool limit;       /* a limit of the simulation was met */
    uint32_t output;  /* index into the model's console output lists, 0: none */
    uint32_t label;   /* interned text of impasse_mark, 0: none */
    uint32_t next;    /* the acting task's local state after it, 0: it is gone */
    bool holds;       /* somebody is in an atomic section after it */
    bool still;       /* nothing changes but what the acting task remembers by itself, and nothing is on the console */
    bool progress;    /* not still, or where the program calls impasse_progress, that was called; or as LIVE-01 says */
    uint32_t write_set; /* dense number of its slots in order: effects with the same number write the same slots */
};

struct model_step {
    uint32_t task; /* number of the task, see model_task_* */
    const struct model_effect *effect;
};

enum model_task_status {
    TASK_ABSENT,
    TASK_ENABLED,
    TASK_BLOCKED,
    TASK_IDLE /* blocked, and that is fine */,
    TASK_HELD /* another task is in an atomic section */
};

/* The steps of one state. Made empty ({0}), reused for every state, freed with model_expansion_free. */
struct model_expansion {
    VEC_OF(struct model_step) steps;
    VEC_OF(uint32_t) leaves;     /* [tasks] of the memo; private to the model */
    VEC_OF(uint8_t) status;      /* [model_tasks()] enum model_task_status by task number */
    struct reduction *reduction; /* scratch of model_reduce */
    uint32_t blocked;            /* tasks that are TASK_BLOCKED */
    uint32_t live;               /* tasks that are not TASK_ABSENT */
    bool reduced;                /* model_reduce left steps out */
};

/* The program, settings and options are borrowed and must outlive the model. */
struct model *model_create(const struct program *program, const struct kernel_settings *settings,
                           const struct machine_options *options);
void model_destroy(struct model *m);

/* With machine_options.clear: sources of values that were thrown away and then read (machine_stale_reads), ascending.
 * Once there is one, nothing that this model says counts: create another one that keeps these too. Which ones there are
 * after a set of states was expanded does not depend on the order. */
unsigned model_stale_reads(const struct model *m, const uint32_t **sources);

/* Lessons: how often this model had to work something out, by model_expand or model_stuck. Whoever repeats the calls
 * that changed it, in their order, on a fresh model of the same program brings that one to the same numbers of
 * components, slots and tasks. model_digest tells models apart that were taught differently. */
uint64_t model_learned(const struct model *m);
uint64_t model_digest(const struct model *m);

/* Slots met so far; grows while states are expanded. Vectors that callers pass must be at least this long (or shorter,
 * with the count given). */
uint32_t model_slots(const struct model *m);
/* Writes of the initial state onto the empty vector, and whether the first process is in trouble before any step. */
const struct model_effect *model_initial(struct model *m);

/* All steps of the state vector[0..count). */
void model_expand(struct model *m, const uint32_t *vector, uint32_t count, struct model_expansion *out);
/* The same from what the model remembers, without changing it: safe for several threads at once while nobody calls
 * anything else of the model. False if something new would have to be worked out; *out is then of no use. */
bool model_expand_known(const struct model *m, const uint32_t *vector, uint32_t count, struct model_expansion *out);
void model_expansion_free(struct model_expansion *e);
/* For those who need to know of a state only whether it is free, as no task waits and model_makes_progress, and else
 * one way on: GLANCE_STEP with a step that is in no trouble, of the first such task from the task numbered `first` on,
 * round and round. Cheaper than model_expand_known, and as safe; where it cannot tell (GLANCE_UNKNOWN: an atomic
 * section, no such step, something new) that is to be asked. */
enum model_glance { GLANCE_UNKNOWN, GLANCE_FREE, GLANCE_STEP };
enum model_glance model_glance(const struct model *m, const uint32_t *vector, uint32_t count, uint32_t first,
                               struct model_step *step);
/* What a reduced search must preserve (spec/reduction.md). */
enum model_reduction {
    MODEL_REDUCE_NOTHING,   /* plain search */
    MODEL_REDUCE_DEADLOCKS, /* exactly the reachable deadlocks */
    MODEL_REDUCE_ALL        /* those, and tasks that can never move again, and steps into trouble */
};

/* Leaves those steps of an expanded state that are enough: a stubborn set of tasks. *e is the expansion of the same
 * vector; which steps stay is a function of the vector, for one model. model_reduce_known is to it what
 * model_expand_known is to model_expand: false if something new would have to be worked out. */
void model_reduce(struct model *m, enum model_reduction what, const uint32_t *vector, uint32_t count,
                  struct model_expansion *e);
bool model_reduce_known(const struct model *m, enum model_reduction what, const uint32_t *vector, uint32_t count,
                        struct model_expansion *e);
/* Goes up when something turned up on which earlier answers of model_reduce relied wrongly: a reduced search during
 * which that happens does not count, and is made again. It does not happen for ever. */
uint32_t model_reduction_epoch(const struct model *m);
/* Whether the program says by impasse_progress what progress is. */
bool model_has_marks(const struct model *m);
/* There is a step that makes progress; or none at all, as it is over. */
bool model_makes_progress(const struct model_expansion *e);
/* No step, and some task neither gone nor idle. */
bool model_is_deadlock(const struct model_expansion *e);
/* First tier of `stuck` (design.md 5): marks in stuck[0..model_tasks()) the blocked tasks that no task which can still
 * move could ever wake, however it behaves. Returns how many. e is the expansion of the same vector. Sound, not exact.
 */
uint32_t model_stuck(struct model *m, const uint32_t *vector, uint32_t count, const struct model_expansion *e,
                     uint8_t *stuck);

/* The same from what the model remembers: 1 if some task is stuck, 0 if none, -1 if something new would have to be
 * worked out. Safe as model_expand_known is. stuck: scratch. */
int model_stuck_known(const struct model *m, const uint32_t *vector, uint32_t count, const struct model_expansion *e,
                      uint8_t *stuck);

/* Tasks met so far, numbered in the order of discovery; task_order gives them ascending by id. */
uint32_t model_tasks(const struct model *m);
uint32_t model_task_slot(const struct model *m, uint32_t task);
uint32_t model_task_pid(const struct model *m, uint32_t task);
/* Task number of the first task of a process, or UINT32_MAX. */
uint32_t model_task_of_pid(const struct model *m, uint32_t pid);
/* "main", "child", "child 2", "child 1.2": by the place in the tree of forks; where there are several programs,
 * "server", "client 2", "client 2 child 1". The same in every state. Appended to out. */
void model_task_name(const struct model *m, uint32_t task, vec_char *out);

/* How often slots are written by distinct effects, for the layout of the store: activity[slot] for slot < model_slots.
 */
const uint32_t *model_activity(const struct model *m);
/* Calls `visit` for every distinct effect so far with its task's slot, for the layout of the store. */
void model_visit_effects(const struct model *m,
                         void (*visit)(void *context, uint32_t task_slot, const struct model_effect *e), void *context);
/* What limit of the simulation was met first, in words; NULL: none, or nothing said. Borrowed from the model. */
const char *model_limit_text(struct model *m);
size_t model_bytes(const struct model *m); /* host memory held by components and memo tables */

/* ---- descriptions, for reports ---- */

struct model_place {
    const char *file; /* NULL if unknown */
    uint32_t line, column;
};

struct model_operation {
    const char *call; /* C name; "load", "store" for shared memory */
    vec_char arguments, result, note;
    struct model_place place;
};

/* The pending operation of a task in a state (result and note empty). Free with model_operation_free. */
void model_describe_pending(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task,
                            struct model_operation *out);
/* A step out of a state. */
void model_describe_step(struct model *m, const uint32_t *vector, uint32_t count, const struct model_step *step,
                         struct model_operation *out);
void model_operation_free(struct model_operation *o);

/* Why a blocked task waits, in a state reached by a path (for "inherited by fork at line 12"). */
enum model_wait {
    MODEL_WAIT_OTHER,
    MODEL_WAIT_PIPE_EMPTY,
    MODEL_WAIT_PIPE_FULL,
    MODEL_WAIT_SEMAPHORE,
    MODEL_WAIT_CHILD,
    MODEL_WAIT_SPIN, /* for nothing: it is in an endless loop, which only a signal could end */
    MODEL_WAIT_FOREVER,
    MODEL_WAIT_SIGNAL,
    MODEL_WAIT_STOPPED,
    MODEL_WAIT_NAME_OPEN, /* somebody to open the other end of a FIFO */
    MODEL_WAIT_NAME_GONE, /* the same, but its name was removed */
    MODEL_WAIT_EDGE,      /* something new at a descriptor that is ready, and was reported already */
    MODEL_WAIT_ANY        /* any of several things: poll */
};

struct model_waker {
    uint32_t task;      /* number */
    int32_t descriptor; /* -1: none */
    uint64_t unwritten; /* bytes for it that wait in the buffers of its streams */
    vec_char how;       /* "its own descriptor 4, inherited by fork at line 12"; empty if there is nothing to add */
};

struct model_explanation {
    uint32_t kind;   /* enum model_wait */
    uint32_t object; /* slot, UINT32_MAX: none */
    bool late;       /* what would have kept it from waiting came when it waited already */
    vec_char needs;
    VEC_OF(struct model_waker) wakers; /* ascending by pid */
};

/* A path: states[0] is the initial one, states[i+1] follows by steps[i]; each state is `width` ids. */
struct model_path {
    const uint32_t *states;
    uint32_t width;
    const struct model_step *steps; /* [length] */
    size_t length;
};

/* For reports: the names of all tasks, but a process that executed another program is called by that. Reused; freed
 * with model_titles_free. */
struct model_titles {
    vec_char texts; /* each with its zero */
    vec_u32 starts; /* [tasks] */
};
void model_task_titles(struct model *m, const struct model_path *path, struct model_titles *out);
void model_titles_free(struct model_titles *t);
static inline const char *model_title(const struct model_titles *t, uint32_t task)
{
    return t->texts.items + t->starts.items[task];
}

void model_explain(struct model *m, const struct model_path *path, uint32_t task, struct model_explanation *out);
void model_explanation_free(struct model_explanation *e);
/* Lines about kernel objects of a state that are worth showing, e.g. "pipe 3/4 bytes"; newline-separated. */
void model_describe_objects(struct model *m, const uint32_t *vector, uint32_t count, vec_char *out);
/* A state as lines that are the same in every model of the program, however it was searched: the pending call of each
 * task and where it is, and all kernel objects with their whole content. Local values of tasks are left out. */
void model_describe_exact(struct model *m, const uint32_t *vector, uint32_t count, vec_char *out);
/* Trouble text of a task in a state ("out of bounds: …"), appended; nothing if fine. The place of the trouble too. */
void model_describe_trouble(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task, vec_char *out,
                            struct model_place *place);
enum model_trouble model_task_trouble(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task);
/* Whether the task, in a state in which it can make no step, is busy all the same: in an endless loop of its own
 * (GEN-16). */
bool model_task_spins(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task);

/* Text written to the console by a step: calls sink(context, descriptor, bytes, n) in order. */
void model_output(const struct model *m, const struct model_effect *e,
                  void (*sink)(void *context, int descriptor, const void *bytes, size_t n), void *context);
/* With the setting console_state: the text on stream 1 or 2 in a state, borrowed until the next call on the model. */
const void *model_console(struct model *m, const uint32_t *vector, uint32_t count, int stream, size_t *size);
/* Whether main has ended in a state, and its status as wait gives it. */
bool model_main_ended(struct model *m, const uint32_t *vector, uint32_t count, int32_t *wait_status);
/* The signal that a task in trouble is about to die of, or 0. */
int model_task_signal(struct model *m, const uint32_t *vector, uint32_t count, uint32_t task);
/* If the step ends a process: true with its pid and wait status. */
bool model_step_ends_process(struct model *m, const uint32_t *vector, uint32_t count, const struct model_step *step,
                             uint32_t *pid, int32_t *wait_status);

#endif
