/* What a pending call may do in any future in which only other tasks move meanwhile, for the reduction of the state
 * space (spec/reduction.md, RED-03): which slots it may use and how, whatever their values will be then, and what the
 * call may return. It is a pure function of the local state and of the slots that it reads (kstep_get): the caller's
 * own descriptor table and descriptions, never the content of an object.
 *
 * A call without a row in future.def may do anything that its process can reach (kernel_reach). A row is a promise,
 * which debug builds check against every step that is made.
 */
#ifndef KERNEL_FUTURE_H
#define KERNEL_FUTURE_H

#include "kernel/kernel.h"

struct process;

/* How a slot is used. Which uses of two tasks disturb each other is a table in future.c. */
enum kuse {
    KUSE_SEE,    /* reads it */
    KUSE_CHANGE, /* anything */
    KUSE_REF,    /* counts a reference of its own up or down, which those who hold one cannot tell */
    KUSE_GIVE,   /* counts up: sem_post; a process less */
    KUSE_TAKE,   /* waits until it is above 0 and counts down: sem_wait; one process more */
    KUSE_PUT,    /* appends to a pipe, all or nothing, and waits for room */
    KUSE_GET,    /* takes one byte or one record from a pipe, and waits for it or for the end */
    KUSE_GETS,   /* the same for as many bytes as there are */
    KUSE_SHUT_W, /* a reference to a write end goes away */
    KUSE_SHUT_R, /* to a read end */
    KUSE_EXIT,   /* the process of this slot becomes a zombie */
    KUSE_AWAIT,  /* waits for that, and reaps it */
    KUSE_COUNT
};

struct kuse_of {
    uint32_t slot;
    uint32_t use;    /* enum kuse */
    uint64_t detail; /* of a TAKE, which of several things in the slot it waits for: its address; of a PUT, the interned
                      * bytes, 0: too many to follow */
};

struct kresult {
    int64_t value;
    int32_t error;    /* 0, or what errno becomes */
    uint32_t bytes;   /* interned: written to the caller's memory; 0: none */
    uint64_t address; /* where to */
};

/* What a pipe can hold at all: records of one size, all that are ever written to it. Found out by whoever asks for
 * futures, before any is relied upon. */
enum { KRECORDS_MAX = 64, KRECORD_BYTES_MAX = 256 };
#define KRECORDS_MIXED UINT32_MAX /* anything: sizes differ, or there are too many */
struct krecords {
    uint32_t size;     /* bytes of each; 0: nothing is ever written; or KRECORDS_MIXED */
    uint32_t capacity; /* the least that the pipe ever has; 0: not known */
    vec_u32 ids;       /* interned bytes */
};

/* What a step does to a pipe's component, as far as that matters to its records: false if the slot is no pipe's. */
struct kpipe_change {
    uint32_t capacity; /* afterwards; 0: the pipe is gone */
    bool bytes;        /* its content is another one */
};
bool kernel_pipe_change(const struct kstep *k, uint32_t slot, uint32_t from, uint32_t to, struct kpipe_change *c);

enum kresults {
    KRESULTS_ANY,    /* nothing is known */
    KRESULTS_LISTED, /* one of `results` */
    KRESULTS_RUN,    /* whatever the handler says: it looks at nothing that other tasks can change */
    KRESULTS_NONE    /* it never returns */
};

struct kfuture {
    VEC_OF(struct kuse_of) uses;
    VEC_OF(struct kresult) results;
    vec_u32 relies; /* slots: all this holds as long as no call of which nothing is known can reach them */
    enum kresults kind;
};

/* What the pending call of k may do; false: anything (and *f is of no use). */
bool kernel_future(struct kstep *k, struct kfuture *f);
void kfuture_free(struct kfuture *f);

/* For the rows. */
void kfuture_use(struct kfuture *f, uint32_t slot, enum kuse use);
void kfuture_result(struct kfuture *f, int64_t value, int32_t error);
void kfuture_result_bytes(struct kstep *k, struct kfuture *f, int64_t value, uint64_t address, const void *bytes,
                          size_t size);
/* The records of a pipe. */
const struct krecords *kstep_records(const struct kstep *k, uint32_t pipe);
/* The caller's reference to a description goes away (false: not known), or comes to be. */
bool kfuture_close(struct kstep *k, struct kfuture *f, uint32_t ofd);
void kfuture_retain(struct kstep *k, struct kfuture *f, uint32_t ofd);
/* The process's references to what it has mapped and to its working directory go away, or come to be. */
void kfuture_memory(struct kstep *k, struct kfuture *f, const struct process *p);

/* Reads the caller's tables: all that decides kernel_future and kernel_reach, but for a few calls. */
void kernel_tables(struct kstep *k);

/* Whether no signal can come to the caller as long as it makes no call about signals itself: the program has none, or
 * is quiet and this process has nothing pending, and no handler of what comes unsent, not even one that is no function
 * (RED-10). */
bool kstep_signals_known(struct kstep *k);

/* What any call, of this process or of those that it will fork, could do to a slot. Depends on the same slots as
 * kernel_future, and on who is whose child. */
enum kreach { KREACH_NOTHING, KREACH_SEES, KREACH_CHANGES };
enum kreach kernel_reach(struct kstep *k, uint32_t slot);

/* Whether a step with use t may be made before steps of other tasks with use o, whatever these are, to the same end,
 * and neither keeps the other from happening (RED-02): if not, t is disturbed. One bit per o. */
uint32_t kuse_disturbers(enum kuse t);
/* The uses that can make a call possible that waits with use t. */
uint32_t kuse_enablers(enum kuse t);
/* Whether a call with this use waits only for the use itself: two such calls wait for the same thing. */
bool kuse_is_wait(enum kuse t);

#endif
