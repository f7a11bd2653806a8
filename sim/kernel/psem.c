/* POSIX unnamed semaphores: an integer in the memory of whoever maps it. See spec/psem.md.
 *
 * The value is the low half of glibc's struct new_sem on x86-64, so that semaphores in private memory, copies made by
 * fork (PSEM-06) and zeroed ones are what they are natively. There is no owner and no undo (PSEM-05), and no queue: a
 * waiter is anybody who finds the value above 0 first (PSEM-02, GEN-05, GEN-06, GEN-14).
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <time.h>

#include "kernel/handlers.h"
#include "kernel/shm.h"

/* What sem_init of glibc writes; the rest of sem_t stays as it was. */
struct psem {
    uint32_t value;
    uint32_t waiters; /* not kept: always 0 */
    uint32_t shared;  /* FUTEX_SHARED if pshared */
};

enum { PSEM_FUTEX_SHARED = 128 };

#define PSEM_VALUE_MAX UINT32_C(2147483647) /* SEM_VALUE_MAX, LIM-10 */

/* Semaphores are code of the program's own, so a bad address is a SIGSEGV and never EFAULT. */
static bool psem_access(struct kstep *k, bool accessed, uint64_t address)
{
    if (accessed)
        return true;
    if (k->outcome.kind == KOUT_RETURN) {
        k->outcome.kind = KOUT_NONE;
        kstep_die(k, SIGSEGV, "%s: 0x%" PRIx64 " is no address of a semaphore", kernel_call(k->call.number)->name,
                  address);
    }
    return false;
}

static bool value_get(struct kstep *k, uint32_t *value)
{
    return psem_access(k, kstep_copy_in(k, k->call.args[0], value, sizeof *value), k->call.args[0]);
}

static bool value_put(struct kstep *k, uint32_t value)
{
    return psem_access(k, kstep_copy_out(k, k->call.args[0], &value, sizeof value), k->call.args[0]);
}

static void finish(struct kstep *k, bool done)
{
    if (done)
        kstep_return(k, 0);
}

void psem_init(struct kstep *k)
{
    struct psem s = {.value = (uint32_t)k->call.args[2], .shared = kstep_int(k, 1) ? PSEM_FUTEX_SHARED : 0};
    if (s.value > PSEM_VALUE_MAX)
        kstep_fail(k, EINVAL);
    else
        finish(k, psem_access(k, kstep_copy_out(k, k->call.args[0], &s, sizeof s), k->call.args[0]));
}

void psem_destroy(struct kstep *k)
{
    uint32_t value;
    finish(k, value_get(k, &value));
}

/* The blocking rule (PSEM-01). */
static bool psem_wait_blocks(uint32_t value)
{
    return value == 0;
}

/* Decrements if that is possible; true if the step has ended. */
static bool try_wait(struct kstep *k)
{
    uint32_t value;
    if (!value_get(k, &value))
        return true;
    if (psem_wait_blocks(value))
        return false;
    finish(k, value_put(k, value - 1));
    return true;
}

void psem_wait(struct kstep *k)
{
    if (!try_wait(k))
        kstep_block(k);
}

void psem_trywait(struct kstep *k)
{
    if (!try_wait(k))
        kstep_fail(k, EAGAIN); /* PSEM-01 */
}

/* Waiting with a deadline never blocks for ever: where it would wait, the deadline may pass (GEN-09). */
static void timed_wait(struct kstep *k, uint64_t deadline)
{
    struct timespec t;
    if (!psem_access(k, kstep_copy_in(k, deadline, &t, sizeof t), deadline))
        return;
    if (t.tv_nsec < 0 || t.tv_nsec > 999999999)
        kstep_fail(k, EINVAL);
    else if (!try_wait(k)) {
        kstep_fail(k, ETIMEDOUT); /* PSEM-01 */
        k->outcome.waited = true;
    }
}

void psem_timedwait(struct kstep *k)
{
    timed_wait(k, k->call.args[1]);
}

void psem_clockwait(struct kstep *k)
{
    int32_t clock = kstep_int(k, 1);
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        kstep_fail(k, EINVAL);
    else
        timed_wait(k, k->call.args[2]);
}

void psem_post(struct kstep *k)
{
    uint32_t value;
    if (!value_get(k, &value))
        return;
    if (value >= PSEM_VALUE_MAX)
        kstep_fail(k, EOVERFLOW); /* PSEM-04 */
    else
        finish(k, value_put(k, value + 1)); /* PSEM-02 */
}

void psem_getvalue(struct kstep *k)
{
    uint32_t value;
    uint64_t address = k->call.args[1];
    if (value_get(k, &value)) /* PSEM-03: 0 while others wait */
        finish(k, psem_access(k, kstep_copy_out(k, address, &value, sizeof value), address));
}

struct mappers {
    struct kwait *w;
    uint32_t region;
};

static void mapper_add(void *context, const struct process *p)
{
    struct mappers *m = context;
    for (uint32_t i = 0; i < p->h.mapping_count; i++)
        if (p->mappings[i].region == m->region) {
            VEC_PUSH(&m->w->wakers, ((struct kwaker){p->h.pid, -1, false}));
            return;
        }
}

void psem_explain(struct kstep *k, struct kwait *w)
{
    uint64_t address = k->call.args[0];
    const struct mapping *m = shm_is_shared(address) ? shm_mapping(k, address) : NULL;
    w->kind = KWAIT_SEMAPHORE;
    if (!m) { /* PSEM-06 */
        text_printf(&w->needs, "the semaphore is 0 and lies in private memory: no other process can post it");
        return;
    }
    text_printf(&w->needs, "the semaphore is 0: needs sem_post");
    w->object = shm_chunk_slot(k, m, address);
    struct mappers all = {w, m->region};
    process_visit(k, mapper_add, &all);
}

/* RED-03. Posting can fail (PSEM-04), which nobody counts on. */
static bool semaphore_future(struct kstep *k, struct kfuture *f, enum kuse use)
{
    uint64_t address = k->call.args[0];
    const struct mapping *m = shm_is_shared(address) ? shm_mapping(k, address) : NULL;
    if (!shm_is_shared(address)) {
        f->kind = KRESULTS_RUN; /* PSEM-06 */
        return true;
    }
    if (!m || shm_check(k, address, sizeof(uint32_t), true) != KMEMORY_OK)
        return false;
    kfuture_use(f, m->region, KUSE_REF); /* what was touched of it */
    kfuture_use(f, shm_chunk_slot(k, m, address), use);
    f->uses.items[f->uses.count - 1].detail = address;
    kfuture_result(f, 0, 0);
    return true;
}

bool sem_wait_future(struct kstep *k, struct kfuture *f)
{
    return semaphore_future(k, f, KUSE_TAKE);
}

bool sem_post_future(struct kstep *k, struct kfuture *f)
{
    if (!semaphore_future(k, f, KUSE_GIVE))
        return false;
    if (f->kind == KRESULTS_LISTED)
        kfuture_result(f, -1, EOVERFLOW);
    return true;
}

bool sem_trywait_future(struct kstep *k, struct kfuture *f)
{
    if (!semaphore_future(k, f, KUSE_CHANGE))
        return false;
    if (f->kind == KRESULTS_LISTED)
        kfuture_result(f, -1, EAGAIN);
    return true;
}
