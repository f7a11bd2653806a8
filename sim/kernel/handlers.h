/* Prototypes of the handlers that calls.def names, so that a new call needs no second list. */
#ifndef KERNEL_HANDLERS_H
#define KERNEL_HANDLERS_H

#include "kernel/kernel.h"

#define CALL(name, text, arguments, handler, ...) void handler(struct kstep *k);
#include "kernel/calls.def"
#undef CALL

/* The explain and silent functions of calls.def. */
void wait_explain(struct kstep *k, struct kwait *w);
void clock_pause_explain(struct kstep *k, struct kwait *w);
void io_read_explain(struct kstep *k, struct kwait *w);
void io_write_explain(struct kstep *k, struct kwait *w);
void open_explain(struct kstep *k, struct kwait *w);
void poll_explain(struct kstep *k, struct kwait *w);
void select_explain(struct kstep *k, struct kwait *w);
void epoll_explain(struct kstep *k, struct kwait *w);
void psem_explain(struct kstep *k, struct kwait *w);
bool identity_silent(struct kstep *k);
bool clock_silent(struct kstep *k);
bool descriptor_isatty_silent(struct kstep *k);
bool io_write_silent(struct kstep *k);

/* An argument as the C type that the call declares. */
static inline int32_t kstep_int(const struct kstep *k, unsigned i)
{
    return (int32_t)(uint32_t)k->call.args[i];
}

#endif
