/* See system.h. */
#include "kernel/system.h"

#include <assert.h>
#include <string.h>

struct system {
    uint32_t processes;
};

static uint32_t system_slot(struct kstep *k)
{
    return kstep_slot(k, SLOT_SYSTEM, 0, 0);
}

uint32_t system_processes(struct kstep *k)
{
    const struct system *s = kstep_get(k, system_slot(k), NULL);
    return s ? s->processes : 0;
}

void system_add_processes(struct kstep *k, int32_t difference)
{
    int64_t processes = (int64_t)system_processes(k) + difference;
    assert(processes >= 0);
    struct system s = {.processes = (uint32_t)processes};
    kstep_put(k, system_slot(k), &s, processes ? sizeof s : 0);
}
