/* Goal: spec/pipe.md. Method: handlers driven through kstep in the harness; the rules in order, then the errno table,
 * then random reads and writes against a naive reference for both models of capacity. */
#include <fcntl.h>
#include <signal.h>

#include "harness.h"

static struct world *world_of_capacity(int64_t capacity)
{
    struct world *w = world_open();
    w->settings.pipe_capacity = capacity;
    return w;
}

static void nonblocking(struct world *w, int fd)
{
    cr_assert_eq(DO(w, MAIN, FCNTL, I(fd), F_SETFL, O_NONBLOCK), 0);
}

Test(pipe, one_object_has_two_descriptions)
{
    struct world *w = world_open(); /* PIPE-01 */
    int p[2];
    world_pipe(w, MAIN, p);
    cr_assert_eq(p[0], 3);
    cr_assert_eq(p[1], 4);
    cr_assert_eq(world_objects(w, SLOT_PIPE), 1);
    cr_assert_eq(world_objects(w, SLOT_OFD), 3);
    world_close(w);
}

Test(pipe, read_coalesces_writes_and_never_waits_for_more)
{
    struct world *w = world_open(); /* PIPE-02 */
    int p[2];
    char got[8];
    world_pipe(w, MAIN, p);
    world_write(w, MAIN, p[1], "abc", 3);
    world_write(w, MAIN, p[1], "de", 2);
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], got, 8), 5);
    cr_assert_eq(memcmp(got, "abcde", 5), 0);
    world_write(w, MAIN, p[1], "xyz", 3);
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], got, 2), 2);
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], got, 2), 1);
    cr_assert_eq(got[0], 'z');
    world_close(w);
}

Test(pipe, reading_an_empty_pipe_blocks_while_somebody_could_write)
{
    struct world *w = world_open(); /* PIPE-03, GEN-01, FD-05 */
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], &c, 1), BLOCKED);
    nonblocking(w, p[0]);
    FAILS(EAGAIN, world_read_bytes(w, MAIN, p[0], &c, 1));
    world_close(w);
}

Test(pipe, end_of_file_comes_after_the_buffered_bytes_and_every_time)
{
    struct world *w = world_open(); /* PIPE-04 */
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    world_write(w, MAIN, p[1], "a", 1);
    DO(w, MAIN, CLOSE, I(p[1]));
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], &c, 1), 1);
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], &c, 1), 0);
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], &c, 1), 0);
    world_close(w);
}

Test(pipe, zero_bytes_never_block_nor_break)
{
    struct world *w = world_of_capacity(1); /* PIPE-05 */
    int p[2];
    world_pipe(w, MAIN, p);
    cr_assert_eq(DO(w, MAIN, READ, I(p[0]), 0, 0), 0);
    world_write(w, MAIN, p[1], "a", 1);
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), 0, 0), 0);
    DO(w, MAIN, CLOSE, I(p[0]));
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), 0, 0), 0);
    world_close(w);
}

Test(pipe, writing_without_readers_kills_with_sigpipe)
{
    struct world *w = world_open(); /* PIPE-06 */
    int p[2];
    world_pipe(w, MAIN, p);
    DO(w, MAIN, CLOSE, I(p[0]));
    cr_assert_eq(world_write(w, MAIN, p[1], "a", 1), DIED);
    cr_assert_eq(w->k.outcome.error, SIGPIPE);
    cr_assert_neq(w->k.outcome.note, 0);
    world_close(w);
}

Test(pipe, small_writes_are_all_or_nothing)
{
    struct world *w = world_of_capacity(4); /* PIPE-07, PIPE-08 */
    int p[2];
    char got[8];
    world_pipe(w, MAIN, p);
    cr_assert_eq(world_write(w, MAIN, p[1], "ab", 2), 2);
    cr_assert_eq(world_write(w, MAIN, p[1], "cde", 3), BLOCKED);
    cr_assert_eq(world_write(w, MAIN, p[1], "cd", 2), 2);
    cr_assert_eq(world_write(w, MAIN, p[1], "e", 1), BLOCKED);
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], got, 1), 1);
    cr_assert_eq(world_write(w, MAIN, p[1], "e", 1), 1);
    world_close(w);
}

Test(pipe, nonblocking_writes_take_what_fits_or_fail)
{
    struct world *w = world_of_capacity(8192); /* PIPE-10 */
    static char block[8192];
    int p[2];
    world_pipe(w, MAIN, p);
    nonblocking(w, p[1]);
    cr_assert_eq(world_write(w, MAIN, p[1], block, 4096), 4096);
    cr_assert_eq(world_write(w, MAIN, p[1], block, 5000), 4096);
    FAILS(EAGAIN, world_write(w, MAIN, p[1], block, 5000));
    FAILS(EAGAIN, world_write(w, MAIN, p[1], block, 1));
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], block, 10), 10);
    FAILS(EAGAIN, world_write(w, MAIN, p[1], block, 11));
    cr_assert_eq(world_write(w, MAIN, p[1], block, 10), 10);
    world_close(w);
}

Test(pipe, large_writes_go_in_chunks_and_others_come_between)
{
    struct world *w = world_of_capacity(4); /* PIPE-11, GEN-01 */
    int p[2];
    char got[8];
    world_pipe(w, MAIN, p);
    memcpy(w->memory + 1024, "abcdef", 6);
    cr_assert_eq(STEP(w, MAIN, 0, WRITE, I(p[1]), MEMORY + 1024, 6), CONTINUED);
    cr_assert_eq(w->k.outcome.progress, 4);
    cr_assert_eq(STEP(w, MAIN, 4, WRITE, I(p[1]), MEMORY + 1024, 6), BLOCKED);
    cr_assert_eq(DO(w, MAIN, READ, I(p[0]), MEMORY, 3), 3);
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), MEMORY + 1024, 1), 1);
    cr_assert_eq(STEP(w, MAIN, 4, WRITE, I(p[1]), MEMORY + 1024, 6), 6);
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], got, 8), 4);
    cr_assert_eq(memcmp(got, "daef", 4), 0);
    world_close(w);
}

Test(pipe, short_io_also_takes_the_smallest_chunk)
{
    struct world *w = world_of_capacity(4); /* PIPE-11 */
    int p[2];
    w->settings.short_io = 1;
    world_pipe(w, MAIN, p);
    w->k.choices.count = 0;
    TRY(w, MAIN, WRITE, I(p[1]), MEMORY, 6);
    cr_assert_eq(w->k.outcome.progress, 4);
    cr_assert(kstep_next_choice(&w->k));
    TRY(w, MAIN, WRITE, I(p[1]), MEMORY, 6);
    cr_assert_eq(w->k.outcome.progress, 1);
    cr_assert_not(kstep_next_choice(&w->k));
    TRY(w, MAIN, WRITE, I(p[1]), MEMORY, 4);
    cr_assert_not(kstep_next_choice(&w->k));
    world_close(w);
}

Test(pipe, a_large_write_that_loses_its_readers_halfway_dies_too)
{
    struct world *w = world_of_capacity(4); /* PIPE-12 */
    int p[2];
    world_pipe(w, MAIN, p);
    cr_assert_eq(STEP(w, MAIN, 0, WRITE, I(p[1]), MEMORY, 6), CONTINUED);
    DO(w, MAIN, CLOSE, I(p[0]));
    cr_assert_eq(STEP(w, MAIN, 4, WRITE, I(p[1]), MEMORY, 6), DIED);
    cr_assert_eq(w->k.outcome.error, SIGPIPE);
    world_close(w);
}

Test(pipe, any_of_several_readers_may_take_a_datum)
{
    struct world *w = world_open(); /* PIPE-14, GEN-05, GEN-06, GEN-14 */
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    uint32_t child[2] = {world_fork(w, MAIN), world_fork(w, MAIN)};
    for (int winner = 0; winner < 2; winner++) {
        cr_assert_eq(world_read_bytes(w, child[0], p[0], &c, 1), BLOCKED);
        cr_assert_eq(world_read_bytes(w, child[1], p[0], &c, 1), BLOCKED);
        world_write(w, MAIN, p[1], "a", 1);
        cr_assert_eq(world_read_bytes(w, child[winner], p[0], &c, 1), 1);
        cr_assert_eq(world_read_bytes(w, child[!winner], p[0], &c, 1), BLOCKED);
    }
    world_close(w);
}

Test(pipe, an_idle_holder_of_the_read_end_counts_as_reader)
{
    struct world *w = world_of_capacity(1); /* PIPE-17 */
    int p[2];
    world_pipe(w, MAIN, p);
    world_fork(w, MAIN);
    DO(w, MAIN, CLOSE, I(p[0]));
    cr_assert_eq(world_write(w, MAIN, p[1], "a", 1), 1);
    cr_assert_eq(world_write(w, MAIN, p[1], "b", 1), BLOCKED);
    world_close(w);
}

Test(pipe, the_last_close_of_both_ends_leaves_nothing)
{
    struct world *w = world_open(); /* PIPE-18 */
    int p[2];
    world_pipe(w, MAIN, p);
    world_write(w, MAIN, p[1], "a", 1);
    DO(w, MAIN, CLOSE, I(p[1]));
    cr_assert_eq(world_objects(w, SLOT_PIPE), 1);
    DO(w, MAIN, CLOSE, I(p[0]));
    cr_assert_eq(world_objects(w, SLOT_PIPE), 0);
    cr_assert_eq(world_objects(w, SLOT_OFD), 1);
    world_close(w);
}

Test(pipe, its_size_can_be_asked_and_set)
{
    struct world *w = world_open(); /* PIPE-19, LIM-01 */
    int p[2];
    world_pipe(w, MAIN, p);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[0]), F_GETPIPE_SZ), 65536);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[0]), F_SETPIPE_SZ, 3), 3);
    cr_assert_eq(world_write(w, MAIN, p[1], "abc", 3), 3);
    FAILS(EBUSY, DO(w, MAIN, FCNTL, I(p[1]), F_SETPIPE_SZ, 2));
    FAILS(EPERM, DO(w, MAIN, FCNTL, I(p[1]), F_SETPIPE_SZ, 1 << 30));
    FAILS(EINVAL, DO(w, MAIN, FCNTL, I(p[1]), F_SETPIPE_SZ, I(-1)));
    FAILS(EPERM, DO(w, MAIN, FCNTL, I(p[1]), F_SETPIPE_SZ, I(INT32_MIN)));
    FAILS(EBADF, DO(w, MAIN, FCNTL, 0, F_GETPIPE_SZ));
    w->settings.pipe_slots = 1;
    world_pipe(w, MAIN, p);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[0]), F_SETPIPE_SZ, 1), 4096);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[0]), F_SETPIPE_SZ, 5000), 8192);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[0]), F_SETPIPE_SZ, 0), 4096);
    world_close(w);
}

Test(pipe, page_slots_fill_as_on_linux)
{
    /* PIPE-09, MODE-04: the totals that were measured on Linux 6.18 */
    static const struct {
        uint32_t write, total;
    } rows[] = {{2049, 32784}, {4097, 45066}, {5000, 54096}, {1, 65536}, {4096, 65536}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world *w = world_open();
        int p[2];
        int64_t n, total = 0;
        w->settings.pipe_slots = 1;
        world_pipe(w, MAIN, p);
        nonblocking(w, p[1]);
        while ((n = DO(w, MAIN, WRITE, I(p[1]), MEMORY, rows[i].write)) > 0)
            total += n;
        cr_assert_eq(total, rows[i].total, "writes of %u stop at %" PRId64, rows[i].write, total);
        world_close(w);
    }
}

Test(pipe, a_page_slot_is_free_when_all_of_it_was_read)
{
    struct world *w = world_open(); /* PIPE-09 */
    int p[2];
    w->settings.pipe_slots = 1;
    world_pipe(w, MAIN, p);
    for (int i = 0; i < 16; i++)
        cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), MEMORY, 4096), 4096);
    cr_assert_eq(DO(w, MAIN, READ, I(p[0]), MEMORY, 4095), 4095);
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), MEMORY, 1), BLOCKED);
    cr_assert_eq(DO(w, MAIN, READ, I(p[0]), MEMORY, 1), 1);
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), MEMORY, 1), 1);
    world_close(w);
}

Test(pipe, equal_contents_are_equal_states)
{
    struct world *w = world_open();
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    world_write(w, MAIN, p[1], "a", 1);
    vec_u32 before = {0};
    for (size_t i = 0; i < w->vector.count; i++)
        VEC_PUSH(&before, w->vector.items[i]);
    world_write(w, MAIN, p[1], "a", 1);
    world_read_bytes(w, MAIN, p[0], &c, 1);
    cr_assert_arr_eq(w->vector.items, before.items, before.count * sizeof *before.items);
    VEC_FREE(&before);
    world_close(w);
}

Test(pipe, errno_table)
{
    struct world *w = world_open(); /* PIPE-21, FD-07 */
    int p[2];
    world_pipe(w, MAIN, p);
    const struct {
        uint32_t call;
        uint64_t args[3];
        int error;
    } rows[] = {
        {KCALL_READ, {I(p[1]), MEMORY, 1}, EBADF},  {KCALL_READ, {I(p[1]), MEMORY, 0}, EBADF},
        {KCALL_WRITE, {I(p[0]), MEMORY, 1}, EBADF}, {KCALL_WRITE, {I(p[0]), MEMORY, 0}, EBADF},
        {KCALL_READ, {9, MEMORY, 1}, EBADF},        {KCALL_WRITE, {I(-1), MEMORY, 1}, EBADF},
        {KCALL_WRITE, {I(p[1]), 8, 1}, EFAULT},     {KCALL_WRITE, {I(p[1]), MEMORY, UINT64_MAX}, EFAULT},
        {KCALL_LSEEK, {I(p[0]), 0, 0}, ESPIPE},     {KCALL_LSEEK, {9, 0, 0}, EBADF},
        {KCALL_PIPE2, {MEMORY, 12345}, EINVAL},     {KCALL_PIPE, {8}, EFAULT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t args[6] = {rows[i].args[0], rows[i].args[1], rows[i].args[2]};
        cr_assert_eq(world_call(w, MAIN, rows[i].call, args), -1, "row %zu", i);
        cr_assert_eq(error_of(w), rows[i].error, "row %zu: errno %d", i, error_of(w));
        cr_assert_not(w->k.outcome.limit);
    }
    FAILS(EINVAL, DO(w, MAIN, PIPE2, MEMORY, O_DSYNC));
    world_close(w);
}

static void explained(struct world *w, uint32_t pid, const char *needs, const struct kwaker *wakers, size_t count)
{
    struct kwait wait = {0};
    kwait_reset(&wait);
    cr_assert_eq(w->k.outcome.kind, KOUT_BLOCK);
    cr_assert_eq(w->k.pid, pid);
    kernel_call(w->k.call.number)->explain(&w->k, &wait);
    cr_assert_str_eq(wait.needs.items, needs);
    size_t strong = 0; /* weak ones hold the same end: they could only change the rules */
    for (size_t i = 0; i < wait.wakers.count; i++) {
        cr_assert(!wait.wakers.items[i].weak || wait.wakers.items[i].pid != pid);
        if (wait.wakers.items[i].weak)
            continue;
        cr_assert_lt(strong, count);
        cr_assert_eq(wait.wakers.items[i].pid, wakers[strong].pid);
        cr_assert_eq(wait.wakers.items[i].descriptor, wakers[strong].descriptor);
        strong++;
    }
    cr_assert_eq(strong, count);
    kwait_free(&wait);
}

Test(pipe, a_waiting_reader_names_all_who_hold_the_write_end)
{
    struct world *w = world_of_capacity(2); /* GEN-11, FD-05 */
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    uint32_t child = world_fork(w, MAIN);
    world_read_bytes(w, child, p[0], &c, 1);
    explained(w, child, "the pipe is empty: needs data, or its last write end closed",
              (struct kwaker[]){{MAIN, p[1], false}, {child, p[1], false}}, 2);
    DO(w, MAIN, CLOSE, I(p[1]));
    world_read_bytes(w, child, p[0], &c, 1);
    explained(w, child, "the pipe is empty: needs data, or its last write end closed", (struct kwaker[]){{child, p[1], false}},
              1);
    world_write(w, child, p[1], "ab", 2);
    DO(w, child, CLOSE, I(p[0]));
    world_write(w, child, p[1], "c", 1);
    explained(w, child, "the pipe is full (2 of 2 bytes): needs a reader to take bytes, or its last read end closed",
              (struct kwaker[]){{MAIN, p[0], false}}, 1);
    world_close(w);
}

Test(pipe, is_described_by_its_level)
{
    struct world *w = world_of_capacity(4);
    int p[2];
    vec_char text = {0};
    world_pipe(w, MAIN, p);
    world_write(w, MAIN, p[1], "abc", 3);
    for (uint32_t slot = 0; slot < w->vector.count; slot++)
        kernel_describe_slot(&w->k, slot, &text);
    cr_assert_str_eq(text.items, "pipe 3/4 bytes");
    VEC_FREE(&text);
    world_close(w);
}

/* A naive reference: bytes in a long array, and pages as Linux keeps them. */
struct reference {
    unsigned char bytes[1 << 17];
    size_t from, to;
    struct {
        size_t offset, length;
    } page[16];
    size_t pages;
};

static size_t reference_write(struct reference *r, bool slots, size_t capacity, const unsigned char *bytes, size_t n)
{
    size_t fits = 0, room = capacity - (r->to - r->from);
    if (!slots)
        fits = n <= 4096 && n <= capacity ? (n <= room ? n : 0) : (n < room ? n : room);
    if (slots) {
        size_t lead = n % 4096;
        if (lead && r->pages && r->page[r->pages - 1].offset + r->page[r->pages - 1].length + lead <= 4096) {
            r->page[r->pages - 1].length += lead;
            fits = lead;
        }
        while (fits < n && r->pages < capacity / 4096) {
            size_t length = n - fits < 4096 ? n - fits : 4096;
            r->page[r->pages].offset = 0;
            r->page[r->pages++].length = length;
            fits += length;
        }
    }
    memcpy(r->bytes + r->to, bytes, fits);
    r->to += fits;
    return fits;
}

static size_t reference_read(struct reference *r, size_t n)
{
    size_t taken = n < r->to - r->from ? n : r->to - r->from, left = taken;
    r->from += taken;
    while (left) {
        size_t piece = left < r->page[0].length ? left : r->page[0].length;
        if (!r->pages)
            break;
        r->page[0].offset += piece;
        r->page[0].length -= piece;
        left -= piece;
        if (!r->page[0].length)
            memmove(r->page, r->page + 1, --r->pages * sizeof *r->page);
    }
    return taken;
}

static void agrees_with_reference(bool slots, size_t capacity, uint64_t seed)
{
    struct world *w = world_of_capacity((int64_t)capacity);
    struct reference *r = mem_zero(1, sizeof *r);
    static unsigned char bytes[24000];
    int p[2];
    w->settings.pipe_slots = slots;
    world_pipe(w, MAIN, p);
    nonblocking(w, p[0]);
    nonblocking(w, p[1]);
    for (int i = 0; i < 400; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t n = 1 + (size_t)(seed >> 40) % (seed >> 33 & 1 ? capacity + capacity / 4 : 9);
        if (r->to + n > sizeof r->bytes) {
            memmove(r->bytes, r->bytes + r->from, r->to - r->from);
            r->to -= r->from;
            r->from = 0;
        }
        if (seed >> 32 & 1) {
            for (size_t j = 0; j < n; j++)
                bytes[j] = (unsigned char)(seed >> 24) ^ (unsigned char)j;
            size_t expected = reference_write(r, slots, capacity, bytes, n);
            cr_assert_eq(world_write(w, MAIN, p[1], bytes, n), expected ? (int64_t)expected : -1);
        } else {
            size_t from = r->from, expected = reference_read(r, n);
            cr_assert_eq(world_read_bytes(w, MAIN, p[0], bytes, n), expected ? (int64_t)expected : -1);
            cr_assert_eq(memcmp(bytes, r->bytes + from, expected), 0);
        }
    }
    mem_free(r);
    world_close(w);
}

Test(pipe, random_traffic_agrees_with_a_naive_reference)
{
    for (uint64_t seed = 1; seed <= 10; seed++) { /* PIPE-08, PIPE-09 */
        agrees_with_reference(false, 5, seed);
        agrees_with_reference(false, 4096, seed);
        agrees_with_reference(false, 10000, seed);
        agrees_with_reference(true, 4096, seed);
        agrees_with_reference(true, 16384, seed);
    }
}
