/* See streams.h. A program may have overwritten its FILEs: whatever is read is checked, and the list followed no
 * further than STREAMS_MAX. */
#include "machine/streams.h"

#include <stdio.h>

#include "machine/memory.h"

enum { STREAMS_MAX = 256 };

static bool peek(struct task *t, uint64_t address, void *bytes, size_t n)
{
    if (memory_probe(t, address, n, false) != KMEMORY_OK)
        return false;
    object_read(t, memory_find(t, address_object(address)), address_offset(address), bytes, n);
    return true;
}

uint64_t streams_unwritten(struct task *t, int32_t descriptor)
{
    uint32_t global = task_image(t)->streams_global;
    uint64_t at = 0, waiting = 0;
    FILE file;
    if (global == UINT32_MAX || !peek(t, (uint64_t)(OBJECT_GLOBAL + global) << 32, &at, sizeof at))
        return 0;
    for (unsigned i = 0; i < STREAMS_MAX && at && peek(t, at, &file, sizeof file); i++) {
        uint64_t from = (uint64_t)(uintptr_t)file._IO_write_base, to = (uint64_t)(uintptr_t)file._IO_write_ptr;
        if (file._fileno == descriptor && from < to)
            waiting += to - from;
        at = (uint64_t)(uintptr_t)file._chain;
    }
    return waiting;
}
