/* What waits in the buffers of a task's streams: sim/program/libc/stream.h says how they lie in its memory. */
#ifndef MACHINE_STREAMS_H
#define MACHINE_STREAMS_H

#include "machine/task.h"

/* Bytes that were written to streams on this descriptor and are in their buffers yet. Changes nothing. */
uint64_t streams_unwritten(struct task *t, int32_t descriptor);

#endif
