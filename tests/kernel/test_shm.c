/* Goal: spec/shm.md. Method: mappings and accesses in the harness, then random traffic against plain memory. */
#include <signal.h>
#include <sys/mman.h>

#include "harness.h"

#define ANONYMOUS (MAP_SHARED | MAP_ANONYMOUS)

static uint64_t map(struct world *w, uint32_t pid, uint64_t length, int protection)
{
    int64_t base = DO(w, pid, MMAP, 0, length, I(protection), ANONYMOUS, I(-1), 0);
    cr_assert_gt(base, 0);
    return (uint64_t)base;
}

Test(shm, is_shared_with_children_forked_later)
{
    struct world *w = world_open(); /* SHM-09, SHM-13, PROC-01 */
    uint64_t m = map(w, MAIN, 100, PROT_READ | PROT_WRITE);
    cr_assert_eq(m >> 32, 0x20000000 + 16 * MAIN);
    cr_assert_eq(DO(w, MAIN, LOAD, m + 96, 4), 0);
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(DO(w, child, STORE, m + 96, 4, 0x1234567890), 0);
    cr_assert_eq(DO(w, MAIN, LOAD, m + 96, 4), 0x34567890);
    cr_assert_eq(DO(w, MAIN, LOAD, m + 98, 1), 0x56);
    world_close(w);
}

Test(shm, an_increment_is_a_load_and_a_store)
{
    struct world *w = world_open(); /* SHM-10 */
    uint64_t m = map(w, MAIN, 4, PROT_READ | PROT_WRITE);
    uint32_t child = world_fork(w, MAIN);
    int64_t a = DO(w, MAIN, LOAD, m, 4), b = DO(w, child, LOAD, m, 4);
    DO(w, MAIN, STORE, m, 4, (uint64_t)a + 1);
    DO(w, child, STORE, m, 4, (uint64_t)b + 1);
    cr_assert_eq(DO(w, MAIN, LOAD, m, 4), 1, "one was lost");
    world_close(w);
}

Test(shm, atomic_operations_are_one_step)
{
    struct world *w = world_open(); /* SHM-10 */
    static const struct {
        uint64_t operation, bytes, old, operand, new;
    } rows[] = {
        {0, 4, 5, 9, 9},          {1, 1, 255, 2, 1},     {1, 8, 5, UINT64_MAX, 4}, {2, 4, 0, 1, 0xffffffff},
        {3, 4, 6, 3, 2},          {4, 1, 6, 3, 0xfd},    {5, 4, 6, 3, 7},          {6, 4, 6, 3, 5},
        {7, 1, 0xff, 1, 1},       {8, 1, 0xff, 1, 0xff}, {9, 1, 0xff, 1, 0xff},    {10, 1, 0xff, 1, 1},
        {7, 4, 7, 0xfffffffe, 7},
    };
    uint64_t m = map(w, MAIN, 8, PROT_READ | PROT_WRITE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        DO(w, MAIN, STORE, m, 8, 0);
        DO(w, MAIN, STORE, m, rows[i].bytes, rows[i].old);
        cr_assert_eq(STEP(w, MAIN, 0, RMW, m, rows[i].bytes, rows[i].operation, rows[i].operand), (int64_t)rows[i].old);
        cr_assert_eq(DO(w, MAIN, LOAD, m, 8), (int64_t)rows[i].new, "row %zu", i);
    }
    DO(w, MAIN, STORE, m, 8, 7);
    cr_assert_eq(DO(w, MAIN, CAS, m, 4, 7, 8), 7);
    cr_assert_eq(DO(w, MAIN, CAS, m, 4, 7, 9), 8);
    cr_assert_eq(DO(w, MAIN, LOAD, m, 4), 8);
    DO(w, MAIN, RMW, m, 4, 99, 1);
    cr_assert(w->k.outcome.limit);
    world_close(w);
}

Test(shm, bad_accesses_are_a_segmentation_fault)
{
    struct world *w = world_open(); /* SHM-06 */
    uint64_t m = map(w, MAIN, 10, PROT_READ | PROT_WRITE), r = map(w, MAIN, 10, PROT_READ);
    uint64_t none = map(w, MAIN, 10, PROT_NONE);
    cr_assert_eq(DO(w, MAIN, LOAD, r, 4), 0);
    cr_assert_eq(DO(w, MAIN, STORE, r, 4, 1), DIED);
    cr_assert_eq(w->k.outcome.error, SIGSEGV);
    cr_assert_eq(DO(w, MAIN, LOAD, none, 4), DIED);
    cr_assert_eq(DO(w, MAIN, LOAD, m + 6, 4), 0);
    cr_assert_eq(DO(w, MAIN, LOAD, m + 7, 4), DIED);
    cr_assert_eq(DO(w, MAIN, LOAD, m + 4096, 1), DIED);
    cr_assert_eq(DO(w, MAIN, SET, m, 1, 11), DIED);
    cr_assert_eq(DO(w, MAIN, MUNMAP, m, 10), 0);
    cr_assert_eq(DO(w, MAIN, LOAD, m, 4), DIED);
    cr_assert_neq(w->k.outcome.note, 0);
    world_close(w);
}

Test(shm, kernel_calls_fail_on_bad_addresses_instead)
{
    struct world *w = world_open();
    uint64_t m = map(w, MAIN, 10, PROT_READ | PROT_WRITE), r = map(w, MAIN, 10, PROT_READ);
    int p[2];
    world_pipe(w, MAIN, p);
    memcpy(w->memory, "abcdef", 6);
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), MEMORY, 6), 6);
    FAILS(EFAULT, DO(w, MAIN, READ, I(p[0]), r, 3));
    cr_assert_eq(DO(w, MAIN, READ, I(p[0]), m, 3), 3);
    cr_assert_eq(DO(w, MAIN, LOAD, m, 3), 'a' | 'b' << 8 | 'c' << 16);
    cr_assert_eq(DO(w, MAIN, READ, I(p[0]), m + 8, 3), DIED, "over the end");
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), m + 1, 2), 2);
    cr_assert_eq(DO(w, MAIN, PIPE, m), 0);
    DO(w, MAIN, MUNMAP, m, 10);
    FAILS(EFAULT, DO(w, MAIN, WRITE, I(p[1]), m, 1));
    world_close(w);
}

Test(shm, the_last_unmapping_frees_it)
{
    struct world *w = world_open(); /* SHM-14 */
    uint64_t m = map(w, MAIN, 200000, PROT_READ | PROT_WRITE);
    uint32_t child = world_fork(w, MAIN);
    DO(w, child, SET, m + 1000, 7, 100000);
    DO(w, child, STORE, m + 199999, 1, 7);
    cr_assert_eq(world_objects(w, SLOT_REGION), 1);
    cr_assert_eq(DO(w, child, EXIT, 0), EXITED);
    cr_assert_eq(DO(w, MAIN, LOAD, m + 100999, 1), 7, "death rolls nothing back");
    cr_assert_eq(DO(w, MAIN, MUNMAP, m, 200000), 0);
    cr_assert_eq(world_objects(w, SLOT_REGION), 0);
    cr_assert_eq(world_objects(w, SLOT_SHARED), 0);
    cr_assert_eq(map(w, MAIN, 200000, PROT_READ | PROT_WRITE), m, "the name is free again");
    cr_assert_eq(DO(w, MAIN, LOAD, m + 100999, 1), 0);
    world_close(w);
}

Test(shm, zero_bytes_need_no_component)
{
    struct world *w = world_open();
    uint64_t m = map(w, MAIN, 64, PROT_READ | PROT_WRITE);
    DO(w, MAIN, STORE, m, 4, 0);
    cr_assert_eq(world_objects(w, SLOT_SHARED), 0);
    DO(w, MAIN, STORE, m, 4, 1);
    DO(w, MAIN, STORE, m + 32, 4, 1);
    cr_assert_eq(world_objects(w, SLOT_SHARED), 2);
    DO(w, MAIN, STORE, m, 4, 0);
    cr_assert_eq(world_objects(w, SLOT_SHARED), 1);
    world_close(w);
}

Test(shm, accesses_to_different_chunks_touch_nothing_in_common)
{
    struct world *w = world_open();
    uint64_t m = map(w, MAIN, 64, PROT_READ | PROT_WRITE);
    DO(w, MAIN, SET, m, 1, 64);
    TRY(w, MAIN, STORE, m, 4, 5);
    cr_assert_eq(w->k.writes.count, 1);
    uint32_t slot = w->k.writes.items[0].slot;
    for (size_t i = 0; i < w->k.reads.count; i++)
        cr_assert_neq(slots_name(w->slots, w->k.reads.items[i].slot).kind, SLOT_REGION);
    TRY(w, MAIN, STORE, m + 32, 4, 5);
    cr_assert_neq(w->k.writes.items[0].slot, slot);
    world_close(w);
}

Test(shm, what_is_not_modelled_is_said)
{
    struct world *w = world_open();
    uint64_t m = map(w, MAIN, 10000, PROT_READ | PROT_WRITE);
    cr_assert_eq(DO(w, MAIN, MMAP, 0, 10, 3, MAP_PRIVATE | MAP_ANONYMOUS, I(-1), 0), -1);
    cr_assert(w->k.outcome.limit);
    cr_assert_eq(DO(w, MAIN, MMAP, 0, 10, 3, MAP_SHARED, 3, 0), -1);
    cr_assert(w->k.outcome.limit);
    cr_assert_eq(DO(w, MAIN, MMAP, m, 10, 3, ANONYMOUS | MAP_FIXED, I(-1), 0), -1);
    cr_assert(w->k.outcome.limit);
    FAILS(ENOMEM, DO(w, MAIN, MMAP, 0, UINT64_C(1) << 40, 3, ANONYMOUS, I(-1), 0));
    cr_assert(w->k.outcome.limit);
    FAILS(EINVAL, DO(w, MAIN, MUNMAP, m, 4096));
    cr_assert(w->k.outcome.limit);
    FAILS(EINVAL, DO(w, MAIN, MMAP, 0, 0, 3, ANONYMOUS, I(-1), 0));
    FAILS(EINVAL, DO(w, MAIN, MMAP, 0, 10, 3, MAP_ANONYMOUS, I(-1), 0)); /* SHM-15 */
    FAILS(EINVAL, DO(w, MAIN, MMAP, 0, 10, 3, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, I(-1), 0));
    FAILS(EINVAL, DO(w, MAIN, MUNMAP, m + 1, 10000));
    FAILS(EINVAL, DO(w, MAIN, MUNMAP, m, 0));
    FAILS(EINVAL, DO(w, MAIN, MUNMAP, m, UINT64_C(1) << 62));
    cr_assert_not(w->k.outcome.limit);
    cr_assert_not(w->k.outcome.limit);
    cr_assert_eq(DO(w, MAIN, MUNMAP, m, 12000), 0, "the same pages");
    cr_assert_eq(DO(w, MAIN, MUNMAP, m, 12000), 0, "nothing is mapped there");
    world_close(w);
}

Test(shm, more_regions_than_have_names_still_get_addresses)
{
    struct world *w = world_open();
    uint64_t bases[40];
    for (size_t i = 0; i < 40; i++) {
        bases[i] = map(w, MAIN, 8, PROT_READ | PROT_WRITE);
        for (size_t j = 0; j < i; j++)
            cr_assert_neq(bases[i], bases[j]);
        DO(w, MAIN, STORE, bases[i], 8, i);
    }
    for (size_t i = 0; i < 40; i++)
        cr_assert_eq(DO(w, MAIN, LOAD, bases[i], 8), (int64_t)i);
    world_close(w);
}

Test(shm, a_copy_goes_in_pieces)
{
    struct world *w = world_open(); /* SHM-10 */
    uint64_t m = map(w, MAIN, 1000, PROT_READ | PROT_WRITE);
    memcpy(w->memory, "0123456789abcdefghij", 20);
    cr_assert_eq(STEP(w, MAIN, 0, COPY, m, MEMORY, 20), CONTINUED);
    cr_assert_eq(w->k.outcome.progress, 8);
    cr_assert_eq(DO(w, MAIN, LOAD, m + 8, 1), 0);
    cr_assert_eq(STEP(w, MAIN, 8, COPY, m, MEMORY, 20), CONTINUED);
    cr_assert_eq(STEP(w, MAIN, 16, COPY, m, MEMORY, 20), 0);
    cr_assert_eq(DO(w, MAIN, COPY, m + 4, m, 20), 0);
    cr_assert_eq(DO(w, MAIN, COPY, MEMORY + 100, m, 24), 0);
    cr_assert_eq(memcmp(w->memory + 100, "01230123456789abcdefghij", 24), 0);
    cr_assert_eq(DO(w, MAIN, COPY, m + 100, m, 500), 0);
    cr_assert_eq(DO(w, MAIN, COPY, m, MEMORY, 0), 0);
    cr_assert_eq(DO(w, MAIN, COPY, m + 900, MEMORY, 101), DIED);
    FAILS(EFAULT, DO(w, MAIN, COPY, m, 8, 4));
    world_close(w);
}

Test(shm, random_traffic_agrees_with_plain_memory)
{
    static const uint32_t lengths[] = {100, 65536, 65537, 200000};
    for (size_t l = 0; l < 4; l++) {
        struct world *w = world_open(); /* SHM-09 */
        uint32_t length = lengths[l];
        unsigned char *plain = mem_zero(1, length);
        uint64_t m = map(w, MAIN, length, PROT_READ | PROT_WRITE), random = length;
        uint32_t pid[2] = {MAIN, world_fork(w, MAIN)};
        for (int i = 0; i < 1500; i++) {
            random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            uint64_t at = (random >> 20) % (length - 8), bytes = 1 + (random >> 50) % 8, value = random >> 9;
            uint32_t who = pid[random >> 63];
            uint64_t from = (random >> 13) % length, n = (random >> 40) % 3000, to = at;
            n = n < length - from ? n : length - from;
            n = n < length - to ? n : length - to;
            switch (random >> 60 & 3) {
            case 0:
                cr_assert_eq(DO(w, who, STORE, m + at, bytes, value), 0);
                memcpy(plain + at, &value, bytes);
                break;
            case 1:
                value = 0;
                memcpy(&value, plain + at, bytes);
                cr_assert_eq((uint64_t)DO(w, who, LOAD, m + at, bytes), value);
                break;
            case 2:
                cr_assert_eq(DO(w, who, SET, m + to, value & 1, n), 0);
                memset(plain + to, (int)(value & 1), n);
                break;
            default:
                cr_assert_eq(DO(w, who, COPY, m + to, m + from, n), 0);
                memmove(plain + to, plain + from, n);
            }
        }
        cr_assert_eq(DO(w, MAIN, COPY, MEMORY, m, length), 0);
        cr_assert_eq(memcmp(w->memory, plain, length), 0);
        DO(w, pid[1], EXIT, 0);
        DO(w, MAIN, MUNMAP, m, length);
        cr_assert_eq(world_objects(w, SLOT_SHARED), 0);
        mem_free(plain);
        world_close(w);
    }
}
