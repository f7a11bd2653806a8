/* The simulated Unix as guarded steps on data (design.md 3).
 *
 * A call that a task has pending is tried by one handler, a pure function of the call and of the components that it
 * reads. The handler ends with exactly one of kstep_return, kstep_fail, kstep_block, kstep_continue, kstep_exit,
 * kstep_spawn, kstep_die. Because blocking is decided by the same code that takes the effect, `enabled` and `apply`
 * cannot disagree. Where the kernel may choose, the handler calls kstep_choose; it is run again for every choice.
 * What was read and written (the footprint) is recorded by kstep_get and kstep_put.
 *
 * A primitive adds its file, its rows in calls.def, and (if it has objects) a slot kind. Nothing else.
 */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/intern.h"
#include "base/slots.h"
#include "base/vec.h"

/* What a slot of the state vector can hold. X(name, "text for diagrams") */
#define SLOT_KINDS(X)                                                                                                  \
    X(TASK, "task")         /* owner tid: local state of a task; the machine's, opaque here */                         \
    X(PROCESS, "process")   /* owner pid: kernel/process.h */                                                          \
    X(OFD, "open file")     /* owner creator's pid, index lowest free number: kernel/ofd.h */                          \
    X(PIPE, "pipe")         /* owner creator's pid, index lowest free number: kernel/pipe.h */                         \
    X(REGION, "mapping")    /* owner creator's pid, index lowest free number: kernel/shm.h */                          \
    X(SHARED, "shared")     /* owner slot of the region, index chunk number: bytes of shared memory, kernel/shm.h */   \
    X(SIGNALS, "signals")   /* owner pid: kernel/signals.h; empty while all is at its default */                       \
    X(SIGNALFD, "signalfd") /* owner creator's pid, index lowest free number: kernel/signalfd.c */                     \
    X(SYSTEM, "system")     /* one: counters against the limits, processes without a parent */                         \
    X(DIRECTORY,                                                                                                       \
      "directory")        /* owner creator's pid, 0 for permanent ones; index lowest free number: kernel/inode.h */    \
    X(FILE, "file")       /* the same */                                                                               \
    X(FIFO, "FIFO")       /* the same; while it is open its bytes are in a PIPE: kernel/fifo.h */                      \
    X(EPOLL, "epoll")     /* owner creator's pid, index lowest free number: kernel/epoll.h */                          \
    X(DEVICE, "device")   /* owner 0; never holds anything */                                                          \
    X(CONSOLE, "console") /* index stream 1 or 2: all text written to it, or epoll_watch.c; with console_state */

enum slot_kind {
    SLOT_NONE,
#define X(name, text) SLOT_##name,
    SLOT_KINDS(X)
#undef X
};

/* Settings, changed by --set NAME=VALUE. X(name, default, minimum, maximum, "help") */
#define KERNEL_SETTINGS(X)                                                                                             \
    X(processes, 64, 1, 4096, "most processes at once, zombies included (RLIMIT_NPROC)")                               \
    X(descriptors, 1024, 3, 65536, "most descriptors of one process (RLIMIT_NOFILE)")                                  \
    X(file_bytes, 1048576, 0, 1073741824, "most bytes of one regular file")                                            \
    X(pipe_capacity, 65536, 1, 16777216, "bytes that a new pipe holds; historic is 4096")                              \
    X(pipe_slots, 0, 0, 1,                                                                                             \
      "or pipe_model=slots: pipes hold page slots as Linux's do (PIPE-09); bytes: plain bytes (PIPE-08)")              \
    X(linux_order, 0, 0, 1, "1: choose as Linux does where POSIX leaves it open (MODE-02, MODE-03)")                   \
    X(short_io, 0, 0, 1, "1: pipe writes above PIPE_BUF may also take any smaller chunk (PIPE-11)")                    \
    X(console_state, 0, 0, 1, "1: the console is no terminal, and what was written to it is part of the state")        \
    X(forget_eof, 0, 0, 1, "1: a planted error, the hook of a test: readers of a pipe never see its end")              \
    X(signal_order, 0, 0, 1, "any or 1: pending signals come in any order; linux or 0: lowest first (MODE-01)")

/* A regular file that is there before the first step. */
struct kernel_file {
    const char *path; /* absolute */
    const unsigned char *bytes;
    size_t size;
};

/* A program that exec finds (PROC-25). */
struct kernel_program {
    const char *path; /* as exec names it: with a slash that path, else the last part of any path */
    uint32_t image;   /* which of the machine's programs it is */
    bool is_file; /* the path is absolute, and there is a file before the first step that exec finds it by (PROC-33) */
};

struct kernel_settings {
#define X(name, def, min, max, help) int64_t name;
    KERNEL_SETTINGS(X)
#undef X
    const struct kernel_file *files; /* [file_count] borrowed */
    size_t file_count;
    const struct kernel_program *programs; /* [program_count] borrowed; the first that fits counts */
    size_t program_count;
    const uint32_t *starts; /* [start_count] images of processes that are there from the start, beside main */
    size_t start_count;
};

void kernel_settings_default(struct kernel_settings *s);
/* "name=value"; false if unknown or out of range, with a message in `why`. */
bool kernel_settings_parse(struct kernel_settings *s, const char *text, vec_char *why);

/* What is wrong with the path of a kernel_file; NULL if nothing. */
const char *kernel_file_path_wrong(const char *path);

/* The call table: enum kcall_number from calls.def. */
enum kcall_number {
    KCALL_NONE,
#define CALL(name, ...) KCALL_##name,
#include "kernel/calls.def"
#undef CALL
    KCALL_COUNT
};

struct kcall {
    uint32_t number; /* enum kcall_number */
    uint32_t unused;
    uint64_t args[6];  /* as the C call passed them, zero-extended from their C types */
    uint64_t progress; /* 0 at first; what kstep_continue left */
};

/* In the progress of a read or write: it sleeps, and looks at O_NONBLOCK no more (FD-14). */
#define KCALL_ASLEEP (UINT64_C(1) << 63)

enum koutcome_kind {
    KOUT_NONE,
    KOUT_RETURN,
    KOUT_BLOCK,
    KOUT_CONTINUE,
    KOUT_EXIT,
    KOUT_SPAWN,
    KOUT_DIE,
    KOUT_SIGNAL,
    KOUT_EXEC
};

/* KOUT_EXEC: what the new program is given: this, then the strings, each with its zero. */
struct kexec_counts {
    uint32_t arguments, environment;
};

/* What a step is about: the pending call itself, or something that happens to the task while the call is pending. */
enum kevent { KEVENT_CALL, KEVENT_SIGNAL /* acted on */, KEVENT_TIMER /* ran out */ };

/* KOUT_SIGNAL: a signal handler is to run, or the process is to die of a signal that is no fault of its own. When the
 * handler returns, the pending call begins again, or has returned. */
struct kdelivery {
    uint32_t signal;
    uint32_t info;    /* interned siginfo_t for a handler that asked for it (SA_SIGINFO), 0: none */
    uint64_t handler; /* address; 0: the process dies */
    uint64_t mask;    /* blocked signals, to be restored */
    bool interrupts;  /* the call returns as below (EINTR) instead of beginning again */
    int32_t error;
    int64_t value;
};

/* Bytes that a call writes into the caller's private memory. */
struct kcopy {
    uint64_t address;
    uint32_t bytes; /* interned */
};

struct koutcome {
    uint32_t kind;  /* enum koutcome_kind */
    uint32_t event; /* enum kevent */
    struct kdelivery delivery;
    int32_t error;      /* errno of a failed call, or 0 (errno stays as it was); or the signal of KOUT_DIE */
    int64_t value;      /* what the call returns */
    uint64_t progress;  /* KOUT_CONTINUE; KOUT_SPAWN: not 0 if the parent's call goes on, as vfork's does */
    uint32_t child;     /* KOUT_SPAWN: pid of the new process; value is what the parent's call returns */
    uint32_t image;     /* KOUT_EXEC: the new program, and */
    uint32_t arguments; /* interned, what it is given */
    uint32_t note;      /* interned text: why a limit was met or the process died; 0: none */
    bool limit;         /* a limit of the simulation was met: a final "ok" becomes "incomplete" */
    bool waited;        /* the call returns because a time is over: until then it was waiting */
    VEC_OF(struct kcopy) copies;
    VEC_OF(struct kcopy) console; /* .address = descriptor 1 or 2: text written to the simulated console */
};

/* What the caller's private memory says of a range. */
enum kmemory { KMEMORY_OK, KMEMORY_FAULT /* not mapped: EFAULT */, KMEMORY_CRASH /* overruns an object: a crash */ };

struct kstep;
struct krecords;

/* Private memory of the caller, provided by the machine. Shared memory never comes here (kernel/shm.c serves it). */
struct kmemory_ops {
    enum kmemory (*read)(void *context, uint64_t address, void *bytes, size_t n);
    enum kmemory (*check_write)(void *context, uint64_t address, size_t n);
};

struct kaccess {
    uint32_t slot;
    uint32_t value; /* component id read (before this step), or written */
};

/* One try of one call. Made and reused by the model; handlers use only the functions below and `call`, `pid`. */
struct kstep {
    struct intern *components;
    struct slots *slots;
    const struct kernel_settings *settings;
    const uint32_t *vector; /* [vector_count] the state before the step; slots beyond hold 0 */
    uint32_t vector_count;
    uint32_t pid, tid;              /* of the caller */
    bool signals;                   /* whether the program uses signals at all; else SLOT_SIGNALS is never looked at */
    bool quiet;                     /* it does, but no process ever gets one from another (RED-10) */
    bool sets_flags;                /* whether the program may set O_NONBLOCK of a description that is open (FD-14) */
    const bool *used;               /* [KCALL_COUNT] calls that the program names; NULL: any */
    const struct krecords *records; /* [record_slots] by slot of the pipe: kernel/future.h; NULL: nothing is known */
    size_t record_slots;
    struct kcall call;
    const struct kmemory_ops *memory;
    void *memory_context;
    struct koutcome outcome;
    VEC_OF(struct kaccess) reads;  /* each slot once, in order of first read */
    VEC_OF(struct kaccess) writes; /* each slot once; final values */
    vec_u32 choices;               /* script: choice i is choices.items[i]; appended with 0 when first met */
    vec_u32 choice_limits;
    size_t choices_used;
};

/* Components. kstep_get: the bytes now in a slot (own writes included), NULL if empty; borrowed until the next put of
 * the same slot. kstep_put: size 0 empties the slot. */
const void *kstep_get(struct kstep *k, uint32_t slot, size_t *size);
void kstep_put(struct kstep *k, uint32_t slot, const void *bytes, size_t size);
/* The bytes of a slot before the step, without being part of what was read: for facts that never change. */
const void *kstep_peek(const struct kstep *k, uint32_t slot, size_t *size);
/* The slot of an object's canonical name. */
uint32_t kstep_slot(struct kstep *k, enum slot_kind kind, uint32_t owner, uint64_t index);
/* Lowest index such that slot (kind, owner, index) is empty now. */
uint64_t kstep_free_index(struct kstep *k, enum slot_kind kind, uint32_t owner);

/* A free choice of the kernel: each of 0..n-1 is explored. n >= 1. */
uint32_t kstep_choose(struct kstep *k, uint32_t n);

/* The caller's memory, private or shared. On false the step has ended (EFAULT, or a crash): return at once. */
bool kstep_copy_in(struct kstep *k, uint64_t address, void *bytes, size_t n);
bool kstep_copy_out(struct kstep *k, uint64_t address, const void *bytes, size_t n);
/* Whether n bytes there could be written; on false the step has ended. */
bool kstep_check_out(struct kstep *k, uint64_t address, size_t n);
void kstep_console(struct kstep *k, int descriptor, const void *bytes, size_t n);

/* The ends of a step. */
void kstep_return(struct kstep *k, int64_t value);
void kstep_fail(struct kstep *k, int error);                          /* returns -1 with errno */
void kstep_block(struct kstep *k);                                    /* not enabled now */
void kstep_continue(struct kstep *k, uint64_t progress);              /* one step of several: the call stays pending */
void kstep_exit(struct kstep *k);                                     /* the task is gone */
void kstep_spawn(struct kstep *k, uint32_t child, int64_t value);     /* fork: the child's call returns 0 */
void kstep_exec(struct kstep *k, uint32_t image, uint32_t arguments); /* the caller becomes another program */
void kstep_die(struct kstep *k, int signal, const char *why, ...) __attribute__((format(printf, 3, 4)));
void kstep_limit(struct kstep *k, const char *what, ...) __attribute__((format(printf, 2, 3))); /* then fail */

/* Why a pending call cannot go on now, and who could still let it. */
enum kwait_kind {
    KWAIT_OTHER,
    KWAIT_PIPE_EMPTY,
    KWAIT_PIPE_FULL,
    KWAIT_SEMAPHORE,
    KWAIT_CHILD,
    KWAIT_FOREVER,
    KWAIT_SIGNAL,
    KWAIT_STOPPED,
    KWAIT_SPIN,
    KWAIT_FIFO_OPEN,
    KWAIT_FIFO_GONE, /* its name was removed: nobody can open it any more */
    KWAIT_EDGE,      /* an edge-triggered descriptor that was reported already */
    KWAIT_ANY        /* poll and its like: any of several things */
};

struct kwaker {
    uint32_t pid;
    int32_t descriptor; /* of that process, through which it could; -1: none */
    bool weak;          /* only by changing the rules (F_SETPIPE_SZ, O_NONBLOCK, setpgid): counts, but is not shown */
};

struct kwait {
    uint32_t kind;                /* enum kwait_kind */
    uint32_t object;              /* slot waited for, or UINT32_MAX */
    bool late;                    /* O_NONBLOCK was set when the caller slept already (FD-14) */
    vec_char needs;               /* "the pipe is empty: needs data, or its last write end closed" */
    VEC_OF(struct kwaker) wakers; /* every process that could enable it, the caller itself included if so; by pid */
};

/* Why the caller of a call that blocks waits: the call's own `explain`, or that the process is stopped. */
void kstep_explain(struct kstep *k, struct kwait *w);
/* Everybody who could send a signal to the caller; `children`: only those who could by ending (SIGCHLD). */
void kwait_add_senders(struct kstep *k, struct kwait *w, bool children);

/* One row of the table. */
struct kcall_info {
    const char *name;      /* the C function, or an internal name with a leading '.' */
    const char *arguments; /* one letter per argument, see calls.def */
    void (*handler)(struct kstep *k);
    /* Fills *w for a call that kstep_block-ed in this state. Depends only on the call, on what the handler read and on
     * slots of kinds PROCESS, OFD, REGION and FIFO. NULL: never blocks. */
    void (*explain)(struct kstep *k, struct kwait *w);
    /* Whether no other task could ever tell when this call happens (getpid; a write to the console): it is then made
     * silently, as part of the step before it. Such a call must not block, choose, spawn or exit. NULL: never. */
    bool (*silent)(struct kstep *k);
};

/* What a signal handler does to a call that waits (spec/signal.md, table of EINTR): the rows of interrupt.def. */
enum kinterrupt {
    KINTERRUPT_NONE,     /* the call never waits */
    KINTERRUPT_RESTARTS, /* EINTR, or again with SA_RESTART */
    KINTERRUPT_ALWAYS,   /* EINTR whatever the flags */
    KINTERRUPT_STOPS,    /* the same, and EINTR too after a stop and a continuation, without any handler */
    KINTERRUPT_SLEEP,    /* returns the seconds that are left */
    KINTERRUPT_NEVER     /* goes on waiting */
};
enum kinterrupt kernel_interrupt(uint32_t call);

const struct kcall_info *kernel_call(uint32_t number);
/* Whether the program of a step names a call at all. */
bool kstep_program_uses(const struct kstep *k, enum kcall_number call);
/* KCALL_NONE if no call has that C name. */
uint32_t kernel_call_by_name(const char *name);

/* Prepares the step for a fresh try (keeps the choice script), and runs the handler. */
void kstep_begin(struct kstep *k);
void kstep_run(struct kstep *k);
/* The same for what may happen to the task instead of its pending call: a signal, or its timer runs out. `waiting`: the
 * call cannot return now, or only because a time is over. Ends with KOUT_BLOCK if nothing can happen. */
void kstep_run_event(struct kstep *k, bool waiting);
/* Whether the task is stopped: its call does not go on (GEN-07). Reads the SIGNALS slot. */
bool kstep_stopped(struct kstep *k);
/* Blocks a call that waits under a mask of its own. Where that holds off what the task's mask lets in, falling asleep
 * is a step: what comes later stays pending (SIG-42). Fails for a bad mask. */
void kstep_block_masked(struct kstep *k);
/* Whether a timer of the process is armed. */
bool kstep_timer_armed(struct kstep *k);
/* Whether a signal is due that the task must act on before it does anything else: it returns from a call (SIG-12). */
bool kstep_signal_due(struct kstep *k);
/* The same with the mask that the call brings for its wait (SIG-37); false also after failing for a bad mask.
 * If not, what is ignored and let in is thrown away (SIG-44). */
bool kstep_signal_due_inside(struct kstep *k);
/* Whether the pending call is the end of the process or of its program, and has begun: no signal matters before the
 * next program begins, if there is one. */
bool kcall_is_ending(const struct kcall *call);
/* Whether a call is one by which signals come into a program (sigaction, kill, alarm...). `sends`: whether it sends to
 * others. */
bool kernel_call_uses_signals(uint32_t number, bool *sends);
/* RED-10: whether a call, with those arguments that are known when the program is loaded (bit i of `constant`:
 * arguments[i] is), leaves signals what a process does to itself: it sends nothing, blocks nothing, and lets SIGCHLD
 * have its default action. `functions`: what its memory says may be the address of a function. */
bool kernel_call_is_quiet(uint32_t number, const uint64_t *arguments, uint32_t constant, bool functions);
/* FD-14: whether a call, with those arguments that are known when the program is loaded, may set O_NONBLOCK of a
 * description that is open. */
bool kernel_call_sets_flags(uint32_t number, const uint64_t *arguments, uint32_t constant);
/* Moves the script on to the next combination of choices; false when all were tried (the script is then empty). */
bool kstep_next_choice(struct kstep *k);
void kstep_free(struct kstep *k);
void kwait_reset(struct kwait *w);
void kwait_free(struct kwait *w);

/* The state before the first step: main's process, and those of settings->starts with the pids that follow, each with
 * descriptors 0, 1, 2 on the console. Appends (slot, component) pairs to `writes`; TASK slots are not among them. */
#define KERNEL_INIT_PID 1
#define KERNEL_MAIN_PID 2
void kernel_initial(struct kstep *k, uint32_t pid);

/* Whether the process's whole life is over or it is a zombie (no task). Its exit status as wait gives it. */
bool kernel_process_status(struct kstep *k, uint32_t pid, int32_t *wait_status);
/* With console_state: all that was written to stream 1 or 2, borrowed. NULL, and *size 0: nothing. */
const void *kernel_console(struct kstep *k, int stream, size_t *size);
uint32_t kernel_parent(struct kstep *k, uint32_t pid);

/* Text for reports. `result` is empty for a call that did not return. */
void kernel_describe_call(struct kstep *k, const struct koutcome *outcome, vec_char *arguments, vec_char *result);
/* The path at an address of the caller's memory, without quotes; "?" if it cannot be read. */
void kernel_path_text(struct kstep *k, uint64_t address, vec_char *out);
/* One line about an object ("pipe 3/4 bytes", "sem=0" is shared memory's business); false: not worth showing. */
bool kernel_describe_slot(struct kstep *k, uint32_t slot, vec_char *out);
/* All that a slot holds, as one line or several without a final newline, the same in every run: no numbers of slots or
 * components. For comparing the states of one run with those of another. */
void kernel_describe_exact(struct kstep *k, uint32_t slot, vec_char *out);

#endif
