/* The world of harness.h for programs that use signals. Header-only. */
#ifndef TESTS_KERNEL_SIGNALS_H
#define TESTS_KERNEL_SIGNALS_H

#include <signal.h>

#include "harness.h"
#include "kernel/signals.h"

/* Addresses that stand for signal handlers, and places in memory for what calls read and fill. */
#define HANDLER UINT64_C(0x0100000100000000)
#define ACT (MEMORY + 4096)
#define OLD (MEMORY + 8192)
#define SET (MEMORY + 12288)

static inline struct world *signals_open(void)
{
    struct world *w = world_open();
    w->k.signals = true;
    return w;
}

static inline uint64_t set_of(int signal)
{
    return UINT64_C(1) << (signal - 1);
}

static inline void put_set(struct world *w, uint64_t set)
{
    memcpy(w->memory + (SET - MEMORY), &set, sizeof set);
}

static inline uint64_t take_set(const struct world *w)
{
    uint64_t set;
    memcpy(&set, w->memory + (OLD - MEMORY), sizeof set);
    return set;
}

static inline int64_t act(struct world *w, uint32_t pid, int signal, uint64_t handler, int flags, uint64_t mask)
{
    struct sigaction a;
    memset(&a, 0, sizeof a);
    memcpy(&a, &handler, sizeof handler);
    memcpy(&a.sa_mask, &mask, sizeof mask);
    a.sa_flags = flags;
    memcpy(w->memory + (ACT - MEMORY), &a, sizeof a);
    return DO(w, pid, SIGACTION, I(signal), ACT, 0);
}

static inline int64_t change_mask(struct world *w, uint32_t pid, int how, uint64_t set)
{
    put_set(w, set);
    return DO(w, pid, SIGPROCMASK, I(how), SET, OLD);
}

/* What may happen to a process while a call is pending, with its first choice; and its effect. */
static inline int64_t event(struct world *w, uint32_t pid, uint32_t call, const uint64_t args[6], bool waiting,
                            uint32_t choice)
{
    struct kstep *k = &w->k;
    k->vector = w->vector.items;
    k->vector_count = (uint32_t)w->vector.count;
    k->pid = k->tid = pid;
    k->call = (struct kcall){.number = call};
    memcpy(k->call.args, args, sizeof k->call.args);
    k->choices.count = k->choice_limits.count = 0;
    if (choice)
        VEC_PUSH(&k->choices, choice);
    kstep_run_event(k, waiting);
    world_apply(w);
    return world_result(&k->outcome);
}

#define EVENT(w, pid, NAME, waiting, choice, ...)                                                                      \
    event((w), (pid), KCALL_##NAME, (const uint64_t[6]){__VA_ARGS__}, (waiting), (choice))
#define PAUSED(w, pid) EVENT((w), (pid), PAUSE, true, 0, 0)

/* How many choices the last event had. */
static inline uint32_t alternatives(const struct world *w)
{
    return w->k.choice_limits.count ? w->k.choice_limits.items[0] : 1;
}

static inline bool is_due(struct world *w, uint32_t pid)
{
    w->k.pid = w->k.tid = pid;
    kstep_begin(&w->k);
    return kstep_signal_due(&w->k);
}

static inline uint64_t pending_of(struct world *w, uint32_t pid)
{
    struct signals s;
    kstep_begin(&w->k);
    signals_get(&w->k, pid, &s);
    return signals_pending_set(&s, pid);
}

#endif
