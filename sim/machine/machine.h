/* Runs one task from one visible operation to the next.
 *
 * A *local state* is everything that only its own task can see: frames, live registers, private memory, and the
 * visible operation that is pending. It is interned bytes; its id is what the state vector holds in the task's slot.
 * Equal local states have equal ids: dead registers, dead stack objects, padding and freed memory are cleared first.
 * machine_resume is a pure function of (local state, outcome); the machine remembers its results, so that each local
 * step is interpreted once.
 */
#ifndef MACHINE_MACHINE_H
#define MACHINE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/intern.h"
#include "kernel/kernel.h"
#include "program/code.h"

struct machine;

/* A process that is there from the start, beside the first one. */
struct machine_start {
    uint32_t image;
    const char *const *arguments; /* [argument_count] argv[1..] */
    unsigned argument_count;
};

struct machine_options {
    const char *const *arguments; /* [argument_count] argv[1..]; argv[0] is the program's name */
    unsigned argument_count;
    const struct machine_start *starts; /* [start_count] as kernel_settings.starts */
    unsigned start_count;
    uint64_t local_steps_max; /* instructions between two visible operations; 0: the default of 20 million */
    uint64_t heap_bytes_max;  /* of one process; 0: the default of 256 MiB; above it malloc returns NULL, a limit */
    bool memo_off;            /* work out every step anew, here and in the model: for the tests */
    bool quiet;               /* no handler ever runs: nothing is visible for the sake of one (RED-10) */
    bool signals;             /* the program uses signals: an endless loop may be ended by one (GEN-16) */
    bool clear;               /* throw away what a pending call may overwrite, see machine_stale_reads */
    const uint32_t *keep;     /* [keep_count] but not these: sources that an earlier machine named */
    unsigned keep_count;
};

/* What is wrong with a task, found while it ran its local code. */
enum machine_trouble {
    TROUBLE_NONE,
    TROUBLE_CRASH,     /* fault, abort, out of bounds, use after free, SIGPIPE…; the pending call is .die(signal) */
    TROUBLE_ASSERTION, /* assert() failed; the pending call is .die(SIGABRT) */
    TROUBLE_ENDLESS,   /* the local code repeats a local state: it never ends; pause() stands for it as pending */
    TROUBLE_LIMIT      /* local_steps_max was reached; pending as above; the answer is incomplete */
};

/* The pending visible operation of a local state. */
struct machine_pending {
    uint32_t pid, tid;
    struct kcall call;
    uint32_t place;    /* index into program->places: the user's line (the innermost frame outside of libc) */
    uint32_t function; /* index of the function of that frame */
    bool atomic;       /* between impasse_atomic_begin and impasse_atomic_end */
    bool idle;         /* impasse_idle() was called: waiting for ever in this call is fine */
    bool limit;        /* a limit was met on the way here (heap): a final "ok" becomes "incomplete" */
    bool signalled;    /* a signal was due when the last call returned: it is acted on before anything else */
    bool progress;     /* impasse_progress() was called on the way here */
    uint8_t trouble;   /* enum machine_trouble */
    uint32_t message;  /* interned text that says what happened, 0: none */
    uint32_t label;    /* interned text of the last impasse_mark passed on the way here, 0: none */
};

/* `program` and `components` are borrowed and must outlive the machine. */
struct machine *machine_create(const struct program *program, struct intern *components,
                               const struct machine_options *options);
void machine_destroy(struct machine *m);

/* Whether a function that no bitcode defines is provided, by the machine itself or as a kernel call. */
bool machine_provides(const char *name);
/* Whether a function of that C name jumps (longjmp and its like): the mask of signals that it restores comes out of the
 * program's memory. */
bool machine_jumps(const char *name);

/* The local state of a fresh process at its first visible operation. `arguments`: those of exec (KOUT_EXEC), or 0:
 * image 0 with the machine's own. */
uint32_t machine_start(struct machine *m, uint32_t pid, uint32_t image, uint32_t arguments);
/* The same for one of the processes of machine_options.starts. */
uint32_t machine_start_beside(struct machine *m, uint32_t pid, const struct machine_start *s);
/* The same for a forked child: `local` is the parent's state, whose pending call is fork; returns 0 in the child. */
uint32_t machine_child(struct machine *m, uint32_t local, uint32_t child_pid);
/* The next local state, or 0 when the task is gone (KOUT_EXIT). For KOUT_CONTINUE only the progress changes. For
 * KOUT_SPAWN the parent's side. For KOUT_EXEC everything is new but the pid. For KOUT_DIE the pending call becomes
 * .die(signal), with trouble CRASH. For KOUT_SIGNAL a frame of the signal handler is pushed; when it returns, the
 * pending call is .sigreturn, and after that the interrupted call has returned or is pending again; without a handler
 * the pending call becomes .die. */
uint32_t machine_resume(struct machine *m, uint32_t local, const struct koutcome *outcome);

/* The same local state with `signalled` set. */
uint32_t machine_signalled(struct machine *m, uint32_t local);
/* The task has come back to `local` without a step that anybody could notice, and will again: the same with trouble
 * ENDLESS. */
uint32_t machine_endless(struct machine *m, uint32_t local, const char *why);
/* With machine_options.clear: whose bytes were read although they had been thrown away (stale.h), ascending. Once there
 * is one, no result of this machine counts: make another one that keeps these too. The set depends on which local steps
 * were made, not on their order. */
unsigned machine_stale_reads(const struct machine *m, const uint32_t **sources);

/* RED-09: between these two, results are only foreseen: outcomes are given that may never come to be. If one of them
 * makes the program read what was thrown away, that is forgotten again, and nothing that was foreseen since counts:
 * false. */
void machine_foresee(struct machine *m);
bool machine_foreseen(struct machine *m);

/* Borrowed values of a local state; constant time. */
const struct machine_pending *machine_pending(struct machine *m, uint32_t local);

/* Which of the program's images it runs. */
uint32_t machine_image(struct machine *m, uint32_t local);

/* Private memory of a local state, for kstep.memory; the context is valid until the next call on this machine. */
extern const struct kmemory_ops machine_memory_ops;
void *machine_memory_context(struct machine *m, uint32_t local);

/* For reports: how many bytes that the task has written to streams of stdio on this descriptor still wait in their
 * buffers. */
uint64_t machine_unwritten(struct machine *m, uint32_t local, int32_t descriptor);

/* The call stack for reports, innermost first, libc frames left out: place indices. Returns how many were stored. */
unsigned machine_stack(struct machine *m, uint32_t local, uint32_t *places, unsigned room);

#endif
