/* Goal: spec/psem.md. Method: semaphores in shared and in private memory of the harness, the errno table, then random
 * waits and posts against a counter. */
#include <signal.h>
#include <sys/mman.h>

#include "harness.h"

static uint64_t semaphore(struct world *w, unsigned value)
{
    int64_t m = DO(w, MAIN, MMAP, 0, 64, 3, MAP_SHARED | MAP_ANONYMOUS, I(-1), 0);
    cr_assert_eq(DO(w, MAIN, SEM_INIT, (uint64_t)m, 1, value), 0);
    return (uint64_t)m;
}

static int value_of(struct world *w, uint32_t pid, uint64_t s)
{
    int value;
    cr_assert_eq(DO(w, pid, SEM_GETVALUE, s, MEMORY), 0);
    memcpy(&value, w->memory, sizeof value);
    return value;
}

static void deadline(struct world *w, int64_t nanoseconds)
{
    int64_t t[2] = {1, nanoseconds};
    memcpy(w->memory + 64, t, sizeof t);
}

Test(psem, wait_takes_one_or_blocks)
{
    struct world *w = world_open(); /* PSEM-01 */
    uint64_t s = semaphore(w, 1);
    cr_assert_eq(DO(w, MAIN, SEM_WAIT, s), 0);
    cr_assert_eq(DO(w, MAIN, SEM_WAIT, s), BLOCKED);
    FAILS(EAGAIN, DO(w, MAIN, SEM_TRYWAIT, s));
    cr_assert_eq(DO(w, MAIN, SEM_POST, s), 0);
    cr_assert_eq(DO(w, MAIN, SEM_TRYWAIT, s), 0);
    cr_assert_eq(DO(w, MAIN, SEM_DESTROY, s), 0);
    world_close(w);
}

Test(psem, a_deadline_ends_a_wait_that_would_block)
{
    struct world *w = world_open(); /* PSEM-01, GEN-09 */
    uint64_t s = semaphore(w, 1);
    deadline(w, 0);
    cr_assert_eq(DO(w, MAIN, SEM_TIMEDWAIT, s, MEMORY + 64), 0, "past, but the value is above 0");
    FAILS(ETIMEDOUT, DO(w, MAIN, SEM_TIMEDWAIT, s, MEMORY + 64));
    FAILS(ETIMEDOUT, DO(w, MAIN, SEM_CLOCKWAIT, s, 1, MEMORY + 64));
    deadline(w, 1000000000);
    FAILS(EINVAL, DO(w, MAIN, SEM_TIMEDWAIT, s, MEMORY + 64));
    world_close(w);
}

Test(psem, any_contender_may_win_a_post)
{
    struct world *w = world_open(); /* PSEM-02, GEN-05, GEN-06, GEN-14 */
    uint64_t s = semaphore(w, 0);
    uint32_t child[2] = {world_fork(w, MAIN), world_fork(w, MAIN)};
    for (int winner = 0; winner < 2; winner++) {
        cr_assert_eq(DO(w, child[0], SEM_WAIT, s), BLOCKED);
        cr_assert_eq(DO(w, child[1], SEM_WAIT, s), BLOCKED);
        cr_assert_eq(DO(w, MAIN, SEM_POST, s), 0);
        cr_assert_eq(DO(w, child[winner], SEM_WAIT, s), 0);
        cr_assert_eq(DO(w, child[!winner], SEM_WAIT, s), BLOCKED);
    }
    world_close(w);
}

Test(psem, getvalue_is_zero_with_sleepers)
{
    struct world *w = world_open(); /* PSEM-03 */
    uint64_t s = semaphore(w, 0);
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(DO(w, child, SEM_WAIT, s), BLOCKED);
    cr_assert_eq(value_of(w, MAIN, s), 0);
    world_close(w);
}

Test(psem, posting_at_the_maximum_overflows)
{
    struct world *w = world_open(); /* PSEM-04, LIM-10 */
    uint64_t s = semaphore(w, INT32_MAX);
    FAILS(EOVERFLOW, DO(w, MAIN, SEM_POST, s));
    cr_assert_eq(value_of(w, MAIN, s), INT32_MAX);
    world_close(w);
}

Test(psem, a_holder_that_dies_leaves_it_taken)
{
    struct world *w = world_open(); /* PSEM-05 */
    uint64_t s = semaphore(w, 1);
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(DO(w, child, SEM_WAIT, s), 0);
    cr_assert_eq(DO(w, child, DIE, SIGKILL), EXITED);
    cr_assert_eq(DO(w, MAIN, SEM_WAIT, s), BLOCKED);
    world_close(w);
}

Test(psem, in_private_memory_it_is_the_callers_own)
{
    struct world *w = world_open(); /* PSEM-06: the harness shares its memory, but the value lies in copies */
    cr_assert_eq(DO(w, MAIN, SEM_INIT, MEMORY + 128, 1, 1), 0);
    cr_assert_eq(w->k.writes.count, 0);
    cr_assert_eq(w->k.outcome.copies.count, 1);
    cr_assert_eq(DO(w, MAIN, SEM_WAIT, MEMORY + 128), 0);
    cr_assert_eq(w->k.writes.count, 0);
    cr_assert_eq(DO(w, MAIN, SEM_WAIT, MEMORY + 128), BLOCKED);
    struct kwait wait = {0};
    kwait_reset(&wait);
    kernel_call(KCALL_SEM_WAIT)->explain(&w->k, &wait);
    cr_assert_eq(wait.kind, KWAIT_SEMAPHORE);
    cr_assert_eq(wait.wakers.count, 0);
    kwait_free(&wait);
    cr_assert_eq(DO(w, MAIN, SEM_POST, MEMORY + 512), 0, "zeroed memory is a semaphore of 0");
    cr_assert_eq(DO(w, MAIN, SEM_WAIT, MEMORY + 512), 0);
    world_close(w);
}

Test(psem, a_waiter_names_all_who_map_it)
{
    struct world *w = world_open(); /* GEN-11 */
    uint32_t stranger = world_fork(w, MAIN);
    uint64_t s = semaphore(w, 0);
    uint32_t child = world_fork(w, MAIN);
    struct kwait wait = {0};
    cr_assert_eq(DO(w, child, SEM_WAIT, s), BLOCKED);
    kwait_reset(&wait);
    kernel_call(KCALL_SEM_WAIT)->explain(&w->k, &wait);
    cr_assert_str_eq(wait.needs.items, "the semaphore is 0: needs sem_post");
    cr_assert_eq(wait.wakers.count, 2);
    cr_assert_eq(wait.wakers.items[0].pid, MAIN);
    cr_assert_eq(wait.wakers.items[1].pid, child);
    cr_assert_neq(stranger, child);
    cr_assert_eq(slots_name(w->slots, wait.object).kind, SLOT_SHARED);
    kwait_free(&wait);
    world_close(w);
}

Test(psem, lies_in_memory_as_glibc_lays_it_out)
{
    struct world *w = world_open();
    uint32_t words[4] = {9, 9, 9, 9};
    memcpy(w->memory, words, sizeof words);
    cr_assert_eq(DO(w, MAIN, SEM_INIT, MEMORY, 1, 3), 0);
    memcpy(words, w->memory, sizeof words);
    cr_assert_eq(words[0], 3);
    cr_assert_eq(words[1], 0);
    cr_assert_eq(words[2], 128);
    cr_assert_eq(words[3], 9);
    world_close(w);
}

Test(psem, independent_semaphores_touch_nothing_in_common)
{
    struct world *w = world_open();
    uint64_t s = semaphore(w, 1);
    DO(w, MAIN, SEM_INIT, s + 32, 1, 1);
    TRY(w, MAIN, SEM_WAIT, s);
    cr_assert_eq(w->k.writes.count, 1);
    uint32_t slot = w->k.writes.items[0].slot;
    TRY(w, MAIN, SEM_WAIT, s + 32);
    cr_assert_eq(w->k.writes.count, 1);
    cr_assert_neq(w->k.writes.items[0].slot, slot);
    cr_assert_eq(w->k.reads.count, 2, "the caller's mappings and the semaphore");
    world_close(w);
}

Test(psem, errno_table)
{
    struct world *w = world_open(); /* as measured on Linux 6.18 with glibc 2.36 */
    uint64_t s = semaphore(w, 0);
    deadline(w, -1);
    FAILS(EINVAL, DO(w, MAIN, SEM_INIT, s, 1, 0x80000000));
    FAILS(EINVAL, DO(w, MAIN, SEM_TIMEDWAIT, s, MEMORY + 64));
    FAILS(EINVAL, DO(w, MAIN, SEM_CLOCKWAIT, s, 77, MEMORY + 64));
    cr_assert_eq(DO(w, MAIN, SEM_WAIT, 8), DIED, "semaphores are no system calls");
    cr_assert_eq(w->k.outcome.error, SIGSEGV);
    cr_assert_eq(DO(w, MAIN, SEM_INIT, 0, 1, 1), DIED);
    cr_assert_eq(DO(w, MAIN, SEM_GETVALUE, s, 8), DIED);
    world_close(w);
}

Test(psem, random_use_agrees_with_a_counter)
{
    struct world *w = world_open(); /* PSEM-01, PSEM-02 */
    uint64_t s = semaphore(w, 2), random = 1;
    uint32_t pid[3] = {MAIN, world_fork(w, MAIN), world_fork(w, MAIN)};
    int count = 2;
    for (int i = 0; i < 3000; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint32_t who = pid[(random >> 33) % 3];
        switch (random >> 62) {
        case 0:
            cr_assert_eq(DO(w, who, SEM_WAIT, s), count ? 0 : BLOCKED);
            count -= count > 0;
            break;
        case 1:
            cr_assert_eq(DO(w, who, SEM_TRYWAIT, s), count ? 0 : -1);
            count -= count > 0;
            break;
        default:
            if (count < 5) {
                cr_assert_eq(DO(w, who, SEM_POST, s), 0);
                count++;
            }
        }
        cr_assert_eq(value_of(w, who, s), count);
    }
    world_close(w);
}
