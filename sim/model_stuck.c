/* First tier of `stuck`: tasks that nobody who can still move could ever wake (GEN-11; the marking of partial
 * deadlocks from runnable tasks follows Saioc et al., GOLF, ASPLOS 2025, with descriptors and mappings in place of
 * heap references).
 *
 * A blocked task names its wakers: the processes that hold a descriptor or mapping through which they could enable it.
 * Nobody else can come to hold one, as descriptors and mappings only pass from holders to their children. Tasks that
 * can move are alive; a blocked task with a living waker may be woken and is alive; the rest is stuck for ever.
 */
#include <string.h>

#include "base/hash.h"
#include "model_private.h"

enum { STUCK_INDEX_MIN = 1 << 10, STUCK_INDEX_MAX = 1 << 20 };

/* Who can reach what: the part of the state that decides wakers, besides what the blocked call itself read. */
static uint64_t access_epoch(const struct model *m, const uint32_t *vector, uint32_t count)
{
    uint64_t h = 0;
    for (size_t i = 0; i < m->access_slots.count; i++) {
        uint32_t slot = m->access_slots.items[i], value = vector_at(vector, count, slot);
        if (value)
            h += hash_mix((uint64_t)slot << 32 | value);
    }
    return h;
}

static void stuck_clear(struct model *m, size_t size)
{
    mem_free(m->stuck_index);
    m->stuck_size = size;
    m->stuck_index = mem_zero(size, sizeof *m->stuck_index);
    m->stuck_count = 0;
    m->stuck_tasks.count = 0;
}

static uint64_t stuck_key(uint64_t epoch, uint32_t leaf)
{
    return hash_mix(epoch ^ ((uint64_t)(leaf + 1) << 20)) | 1;
}

static struct stuck_entry *stuck_find(const struct model *m, uint64_t key)
{
    size_t mask = m->stuck_size - 1, i = key & mask;
    while (m->stuck_index[i].key && m->stuck_index[i].key != key)
        i = (i + 1) & mask;
    return &m->stuck_index[i];
}

/* Works out the tasks that could wake a blocked task, and remembers them. */
static void wakers_find(struct model *m, const uint32_t *vector, uint32_t count, uint64_t epoch, uint32_t task,
                        uint32_t leaf)
{
    if (!m->stuck_index || m->stuck_count * 2 >= m->stuck_size) {
        size_t grown = m->stuck_size ? m->stuck_size * 4 : STUCK_INDEX_MIN;
        stuck_clear(m, grown > STUCK_INDEX_MAX ? STUCK_INDEX_MAX : grown);
    }
    uint64_t key = stuck_key(epoch, leaf);
    struct stuck_entry *entry = stuck_find(m, key);
    if (entry->key)
        return;
    entry->key = key;
    m->wakers_found++;
    entry->first = (uint32_t)m->stuck_tasks.count;
    m->stuck_count++;
    const struct model_task t = m->tasks.items[task];
    uint32_t local = vector_at(vector, count, t.slot);
    model_aim(m, vector, count, t.pid, t.tid, local);
    kstep_begin(&m->step);
    kwait_reset(&m->wait);
    kstep_explain(&m->step, &m->wait);
    if (m->signals) /* whoever could kill it, or break off its wait with a SIGCHLD */
        kwait_add_senders(&m->step, &m->wait, !m->sends);
    for (size_t i = 0; i < m->wait.wakers.count; i++)
        for (uint32_t other = 0; other < m->tasks.count; other++)
            if (m->tasks.items[other].pid == m->wait.wakers.items[i].pid)
                VEC_PUSH(&m->stuck_tasks, other);
    entry->count = (uint32_t)m->stuck_tasks.count - entry->first;
}

static bool has_living_waker(const struct model *m, const struct stuck_entry *w, const struct model_expansion *e,
                             const uint8_t *stuck)
{
    for (uint32_t i = 0; i < w->count; i++) {
        uint32_t waker = m->stuck_tasks.items[w->first + i];
        if (waker < e->status.count && !stuck[waker] && e->status.items[waker] != TASK_ABSENT)
            return true;
    }
    return false;
}

/* The marking itself, from remembered wakers. -1 if those of some task are not known: *missing is then that task. */
static int mark(const struct model *m, uint64_t epoch, const struct model_expansion *e, uint8_t *stuck,
                uint32_t *missing)
{
    uint32_t tasks = (uint32_t)e->status.count, left = e->blocked;
    for (uint32_t t = 0; t < tasks; t++)
        stuck[t] = e->status.items[t] == TASK_BLOCKED || e->status.items[t] == TASK_IDLE;
    for (bool again = true; again && left;) {
        again = false;
        for (uint32_t t = 0; t < tasks; t++) {
            if (!stuck[t])
                continue;
            const struct stuck_entry *w = m->stuck_index ? stuck_find(m, stuck_key(epoch, e->leaves.items[t])) : NULL;
            if (!w || !w->key) {
                *missing = t;
                return -1;
            }
            if (has_living_waker(m, w, e, stuck)) {
                stuck[t] = 0;
                again = true;
                left -= e->status.items[t] == TASK_BLOCKED;
            }
        }
    }
    for (uint32_t t = 0; t < tasks; t++)
        stuck[t] = left && stuck[t] && e->status.items[t] == TASK_BLOCKED;
    return (int)left;
}

uint32_t model_stuck(struct model *m, const uint32_t *vector, uint32_t count, const struct model_expansion *e,
                     uint8_t *stuck)
{
    uint64_t epoch = access_epoch(m, vector, count);
    for (;;) {
        uint32_t missing;
        int left = mark(m, epoch, e, stuck, &missing);
        if (left >= 0)
            return (uint32_t)left;
        wakers_find(m, vector, count, epoch, missing, e->leaves.items[missing]);
    }
}

int model_stuck_known(const struct model *m, const uint32_t *vector, uint32_t count, const struct model_expansion *e,
                      uint8_t *stuck)
{
    uint32_t missing;
    int left = mark(m, access_epoch(m, vector, count), e, stuck, &missing);
    return left > 0 ? 1 : left;
}
