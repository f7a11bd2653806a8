/* Prototypes of the handlers that calls.def names, so that a new call needs no second list. */
#ifndef KERNEL_HANDLERS_H
#define KERNEL_HANDLERS_H

#include "kernel/future.h"
#include "kernel/kernel.h"

#define CALL(name, text, arguments, handler, ...) void handler(struct kstep *k);
#include "kernel/calls.def"
#undef CALL

/* The explain and silent functions of calls.def. */
void wait_explain(struct kstep *k, struct kwait *w);
void vfork_explain(struct kstep *k, struct kwait *w);
void io_read_explain(struct kstep *k, struct kwait *w);
void io_write_explain(struct kstep *k, struct kwait *w);
void signal_wait_explain(struct kstep *k, struct kwait *w);
void signal_spin_explain(struct kstep *k, struct kwait *w);
bool signal_fault_silent(struct kstep *k);
bool signal_enter_silent(struct kstep *k);
bool signal_return_silent(struct kstep *k);
bool signal_stack_silent(struct kstep *k);
void open_explain(struct kstep *k, struct kwait *w);
void poll_explain(struct kstep *k, struct kwait *w);
void select_explain(struct kstep *k, struct kwait *w);
void epoll_explain(struct kstep *k, struct kwait *w);
void psem_explain(struct kstep *k, struct kwait *w);
bool identity_silent(struct kstep *k);
bool limit_refuse_silent(struct kstep *k);
bool clock_silent(struct kstep *k);
bool descriptor_isatty_silent(struct kstep *k);
bool io_write_silent(struct kstep *k);

/* The functions of future.def. */
#define FUTURE(name, function) bool function(struct kstep *k, struct kfuture *f);
#define FUTURE_OWN(name)
#include "kernel/future.def"
#undef FUTURE
#undef FUTURE_OWN

/* signal_event.c: what may happen to a task instead of its pending call. */
void signal_event(struct kstep *k, bool waiting);

/* The one moment of every run, in seconds: 2001-09-09 01:46:40 UTC. */
#define CLOCK_NOW INT64_C(1000000000)

/* An argument as the C type that the call declares. */
static inline int32_t kstep_int(const struct kstep *k, unsigned i)
{
    return (int32_t)(uint32_t)k->call.args[i];
}

#endif
