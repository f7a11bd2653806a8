/* Stale bytes: values that were thrown away in the hope that nobody reads them. See spec/dead-values.md.
 *
 * While a call is pending that may overwrite some bytes, their old values are forgotten: they are zero and marked as
 * stale. Whatever the call writes is fresh again; what it leaves alone (a short read, an error) stays stale until
 * something writes it. A program that reads a stale byte proves the hope wrong: then the machine goes on with zero, and
 * remembers whose bytes they were (machine_stale_reads); no result of this machine counts any more, and another one
 * that keeps these bytes has to be asked.
 *
 * Invariants: (1) ranges are sorted, apart, not empty, and neighbours of the same source are one; (2) every byte in a
 * range is zero; (3) without machine_options.clear there are none.
 */
#ifndef MACHINE_STALE_H
#define MACHINE_STALE_H

#include "machine/task.h"

/* What is kept or not: all bodies of a variable together (every call of its function), the heap as a whole. */
uint32_t stale_source(uint32_t object);

/* Ranges of bytes begin..end-1 of an object; each does nothing where nothing is stale. */
void stale_write(struct task *t, uint32_t object, uint64_t begin, uint64_t end);
void stale_read(struct task *t, uint32_t object, uint64_t begin, uint64_t end);
/* The marks of begin..end-1 become those of as many bytes of `to`, from `at` on. */
void stale_copy(struct task *t, uint32_t to, uint64_t at, uint32_t from, uint64_t begin, uint64_t end);
void stale_forget(struct task *t, uint32_t object);
/* The innermost frame is gone. */
void stale_leave(struct task *t);

/* Before a task that has stopped is packed: forgets what its pending call may overwrite. */
void stale_settle(struct task *t);

#endif
