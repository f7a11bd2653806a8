/* Signals of a process: dispositions, masks, what is pending, whether it is stopped, its timers (SIG-01). See
 * spec/signal.md.
 *
 * All of it is one component (SLOT_SIGNALS, owner pid), empty while everything is at its default: a program that uses
 * no signals has none, and pays nothing. It is unpacked into a struct with a place for every signal.
 *
 * Invariants of the component: (1) no padding, every byte defined; (2) actions ascend by signal, those at the default
 * are left out; masks ascend by tid, empty ones are left out; (3) pending ones ascend by signal, those of one number
 * stand in the order in which they were sent, a standard signal stands once for the process and once for each task, and
 * besides once for each timer (SIG-02, SIG-03, SIG-39); (4) nothing is pending that is ignored and not blocked
 * (SIG-09); (5) a process that is dead or a zombie has none; (6) timers ascend by id.
 */
#ifndef KERNEL_SIGNALS_H
#define KERNEL_SIGNALS_H

#include "kernel/kernel.h"

enum {
    SIGNAL_MAX = 64,         /* LIM-09 */
    SIGNAL_REALTIME = 32,    /* from here on they queue; glibc keeps 32 and 33 for itself */
    SIGNAL_QUEUE_MAX = 128,  /* pending at once in one process: a limit of the simulation (SIG-29) */
    SIGNAL_MASKS_MAX = 64,   /* tasks of a process with a mask */
    SIGNAL_TIMERS_MAX = 32,  /* of timer_create, in one process: a limit of the simulation (SIG-39) */
    SIGNAL_INFO_BYTES = 128, /* of a siginfo_t */
};

/* What stands in the place of a handler's address. */
enum { SIGNAL_DEFAULT = 0, SIGNAL_IGNORE = 1 };

struct signal_action {
    uint32_t signal, flags; /* SA_* */
    uint64_t handler;       /* address, SIGNAL_DEFAULT or SIGNAL_IGNORE */
    uint64_t mask;
};

struct signal_mask {
    uint32_t tid, unused;
    uint64_t blocked;
};

/* A signal that was sent, and what its siginfo_t says. */
struct signal_info {
    uint32_t signal;
    int32_t code;   /* SI_USER, SI_QUEUE, CLD_EXITED... */
    uint32_t pid;   /* of the sender or child; 0: the kernel; of SI_TIMER: the timer's id */
    uint32_t tid;   /* sent to this task alone; 0: to the process */
    uint64_t value; /* si_value of sigqueue and of a timer, si_status of a child, si_addr of a fault */
};

/* A timer of timer_create (SIG-39). */
struct signal_timer {
    uint32_t id;
    uint32_t signal;  /* 0: SIGEV_NONE */
    uint32_t tid;     /* that it is sent to (SIGEV_THREAD_ID); 0: to the process */
    uint32_t missed;  /* whether it ran out again while its signal was pending: 0 or 1 */
    uint32_t overrun; /* what `missed` was when the signal was last taken */
    uint32_t unused;
    uint64_t value;          /* si_value */
    uint64_t left, interval; /* nanoseconds; left 0: not armed */
};

/* Stopping and continuing (SIG-26, SIG-27, PROC-15). The signal that stopped it is job >> 8. */
enum { JOB_STOPPED = 1, JOB_STOP_NEWS = 2, JOB_CONTINUE_NEWS = 4, JOB_SIGNAL_SHIFT = 8 };

/* The component is this header, then actions, masks, pending, timers. */
struct signals_header {
    uint32_t action_count, mask_count, pending_count;
    uint32_t job;
    uint64_t timer, interval; /* of the real-time timer, in microseconds; timer 0: not armed */
    uint32_t timer_count, unused;
    uint64_t interrupting; /* set of the signals for which signal() leaves SA_RESTART out (SIG-34) */
};

/* Standard ones find room for the process and for a few tasks, timers always. */
enum { SIGNAL_PENDING_MAX = SIGNAL_QUEUE_MAX + 4 * SIGNAL_REALTIME + SIGNAL_TIMERS_MAX };

struct signals {
    uint32_t pid;
    struct signals_header h;                      /* action_count is not kept */
    struct signal_action actions[SIGNAL_MAX + 1]; /* by number */
    struct signal_mask masks[SIGNAL_MASKS_MAX];
    struct signal_info pending[SIGNAL_PENDING_MAX];
    struct signal_timer timers[SIGNAL_TIMERS_MAX];
};

static inline uint64_t signal_bit(uint32_t signal)
{
    return UINT64_C(1) << (signal - 1);
}
static inline bool signal_exists(int32_t signal)
{
    return signal >= 1 && signal <= SIGNAL_MAX && signal != 32 && signal != 33;
}

/* Drops what is pending and ignored, and what the mask of a wait lets in (SIG-44); whether there was something. */
bool signals_drop_ignored(struct signals *s, uint32_t tid, uint64_t mask);
/* All at the default where the process has no component. */
void signals_get(struct kstep *k, uint32_t pid, struct signals *s);
/* Drops what invariant (4) forbids. */
void signals_put(struct kstep *k, struct signals *s);
/* The process is gone. */
void signals_remove(struct kstep *k, uint32_t pid);

uint64_t signals_blocked(const struct signals *s, uint32_t tid);
/* SIGKILL and SIGSTOP stay unblocked (SIG-08). */
void signals_block(struct signals *s, uint32_t tid, uint64_t blocked);
bool signals_ignored(const struct signals *s, uint32_t signal);
/* Pending for a task, as a set. */
uint64_t signals_pending_set(const struct signals *s, uint32_t tid);
/* The signal of `set`, all pending for a task, that Linux would take first; 0 if the set is empty (SIG-04). */
uint32_t signals_first(const struct signals *s, uint32_t tid, uint64_t set);
/* One of a set that is not empty: the first one, or any of them (SIG-04, MODE-01). */
uint32_t signals_choose(struct kstep *k, const struct signals *s, uint64_t set);
/* Takes the oldest pending one of a number away, of those that are the task's alone first; it must be there. */
struct signal_info signals_take(struct signals *s, uint32_t tid, uint32_t signal);
/* Pending, unblocked and not ignored: what the task must act on. */
uint64_t signals_due(const struct signals *s, uint32_t tid);

enum signal_default { SIGNAL_ENDS, SIGNAL_DUMPS /* ends, with a core */, SIGNAL_STOPS, SIGNAL_NOTHING };
enum signal_default signal_default(uint32_t signal);

enum signal_sent { SIGNAL_SENT, SIGNAL_DISCARDED, SIGNAL_MERGED, SIGNAL_NO_ROOM };
/* Sends to a process that must be running. NO_ROOM: only for a real-time signal; nothing was sent. */
enum signal_sent signal_send(struct kstep *k, uint32_t pid, struct signal_info info);
/* The end of a process, a stop, a continuation, told to its parent (SIG-24). */
enum signal_sent signal_tell_parent(struct kstep *k, uint32_t parent, int32_t code, uint32_t child, int32_t status);

/* Ends the step with a handler for a signal that was taken: before the pending call, or inside it (signal_event.c). */
void signal_handle(struct kstep *k, struct signals *s, const struct signal_info *info, bool inside);
/* The caller faults: true if a handler catches that, and the step has ended (SIG-33). */
bool signal_fault_caught(struct kstep *k, uint32_t signal, int32_t code, uint64_t address);

/* The timer with that id; NULL if there is none. */
struct signal_timer *signals_timer(struct signals *s, uint32_t id);
/* Drops what a timer has sent and nobody has taken (SIG-39). */
void signals_drop_timer(struct signals *s, uint32_t id);
/* Whether something would change if the timer ran out. NULL: the real-time timer. */
bool signals_expires(const struct signals *s, const struct signal_timer *t);

/* The bytes of the siginfo_t of a signal that was just taken. */
void signal_info_bytes(struct signals *s, const struct signal_info *info, unsigned char bytes[SIGNAL_INFO_BYTES]);

#endif
