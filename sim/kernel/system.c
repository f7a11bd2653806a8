/* See system.h. */
#include "kernel/system.h"

#include <assert.h>
#include <string.h>

/* The component is this, then orphans[] up to its end. */
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

static void system_put(struct kstep *k, uint32_t processes, const vec_u32 *orphans)
{
    vec_char packed = {0};
    struct system s = {.processes = processes};
    text_append(&packed, &s, sizeof s);
    text_append(&packed, orphans->items, orphans->count * sizeof *orphans->items);
    kstep_put(k, system_slot(k), packed.items, processes ? packed.count : 0);
    VEC_FREE(&packed);
}

void system_add_processes(struct kstep *k, int32_t difference)
{
    int64_t processes = (int64_t)system_processes(k) + difference;
    vec_u32 orphans = {0};
    assert(processes >= 0);
    system_orphans(k, &orphans);
    system_put(k, (uint32_t)processes, &orphans);
    VEC_FREE(&orphans);
}

void system_orphans(struct kstep *k, vec_u32 *pids)
{
    size_t size;
    const char *bytes = kstep_get(k, system_slot(k), &size);
    pids->count = 0;
    for (size_t at = sizeof(struct system); bytes && at < size; at += sizeof(uint32_t)) {
        uint32_t pid;
        memcpy(&pid, bytes + at, sizeof pid);
        VEC_PUSH(pids, pid);
    }
}

void system_add_orphan(struct kstep *k, uint32_t pid)
{
    vec_u32 pids = {0};
    if (!k->signals)
        return;
    system_orphans(k, &pids);
    VEC_PUSH(&pids, pid);
    for (size_t i = pids.count - 1; i > 0 && pids.items[i - 1] > pid; i--) {
        pids.items[i] = pids.items[i - 1];
        pids.items[i - 1] = pid;
    }
    system_put(k, system_processes(k), &pids);
    VEC_FREE(&pids);
}

void system_drop_orphan(struct kstep *k, uint32_t pid)
{
    vec_u32 pids = {0};
    size_t kept = 0;
    if (!k->signals)
        return;
    system_orphans(k, &pids);
    for (size_t i = 0; i < pids.count; i++)
        if (pids.items[i] != pid)
            pids.items[kept++] = pids.items[i];
    if (kept < pids.count) {
        pids.count = kept;
        system_put(k, system_processes(k), &pids);
    }
    VEC_FREE(&pids);
}
