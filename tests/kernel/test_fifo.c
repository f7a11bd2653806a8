/* Goal: spec/fifo.md. Method: handlers driven through kstep in the harness; the whole matrix of opens first, then
 * names, then random opens, closes, reads and writes against a naive reference that counts arrivals as Linux does. */
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "harness.h"

#define PATH (MEMORY + 200000)

static uint64_t path(struct world *w, const char *text)
{
    strcpy((char *)w->memory + (PATH - MEMORY), text);
    return PATH;
}

static struct world *world_with_fifo(void)
{
    struct world *w = world_open();
    cr_assert_eq(DO(w, MAIN, MKFIFO, path(w, "/tmp/f"), 0600), 0);
    return w;
}

/* The first step of an open. */
static int64_t begin(struct world *w, uint32_t pid, int flags)
{
    return STEP(w, pid, 0, OPEN, path(w, "/tmp/f"), I(flags));
}

/* A sleeping open tries again; progress as its first step left it. */
static int64_t again(struct world *w, uint32_t pid, uint64_t progress)
{
    return STEP(w, pid, progress, OPEN, path(w, "/tmp/f"), 0);
}

static int events(struct world *w, uint32_t pid, int64_t fd)
{
    struct pollfd row = {(int)fd, POLLIN | POLLOUT, 0};
    memcpy(w->memory + 512, &row, sizeof row);
    cr_assert_geq(DO(w, pid, POLL, MEMORY + 512, 1, 0), 0);
    memcpy(&row, w->memory + 512, sizeof row);
    return row.revents;
}

Test(fifo, names_are_made_once_and_o_creat_makes_regular_files)
{
    struct world *w = world_with_fifo(); /* FIFO-01 */
    struct stat s;
    FAILS(EEXIST, DO(w, MAIN, MKFIFO, path(w, "/tmp/f"), 0600));
    FAILS(ENOENT, DO(w, MAIN, OPEN, path(w, "/tmp/none"), O_RDONLY));
    cr_assert_eq(DO(w, MAIN, OPEN, path(w, "/tmp/g"), O_WRONLY | O_CREAT, 0600), 3);
    FAILS(EEXIST, DO(w, MAIN, MKFIFO, path(w, "/tmp/g"), 0600));
    cr_assert_eq(DO(w, MAIN, STAT, path(w, "/tmp/g"), MEMORY), 0);
    memcpy(&s, w->memory, sizeof s);
    cr_assert(S_ISREG(s.st_mode));
    cr_assert_eq(DO(w, MAIN, MKNOD, path(w, "/tmp/h"), S_IFIFO | 0666, 0), 0);
    cr_assert_eq(DO(w, MAIN, STAT, path(w, "/tmp/h"), MEMORY), 0);
    memcpy(&s, w->memory, sizeof s);
    cr_assert_eq(s.st_mode, S_IFIFO | 0644);
    world_close(w);
}

Test(fifo, each_side_waits_for_the_other)
{
    for (int writer_first = 0; writer_first < 2; writer_first++) { /* FIFO-02, FIFO-03, GEN-01 */
        struct world *w = world_with_fifo();
        uint32_t child = world_fork(w, MAIN);
        char c;
        cr_assert_eq(begin(w, MAIN, writer_first ? O_WRONLY : O_RDONLY), CONTINUED);
        uint64_t asleep = w->k.outcome.progress;
        cr_assert_eq(again(w, MAIN, asleep), BLOCKED);
        cr_assert_eq(begin(w, child, writer_first ? O_RDONLY : O_WRONLY), 3);
        cr_assert_eq(again(w, MAIN, asleep), 3);
        cr_assert_eq(world_write(w, writer_first ? MAIN : child, 3, "x", 1), 1);
        cr_assert_eq(world_read_bytes(w, writer_first ? child : MAIN, 3, &c, 1), 1);
        world_close(w);
    }
}

Test(fifo, an_opposite_open_counts_even_if_it_is_gone_again)
{
    struct world *w = world_with_fifo(); /* FIFO-03 */
    uint32_t child = world_fork(w, MAIN);
    char c;
    cr_assert_eq(begin(w, MAIN, O_RDONLY), CONTINUED);
    cr_assert_eq(begin(w, child, O_WRONLY | O_NONBLOCK), 3);
    cr_assert_eq(DO(w, child, CLOSE, 3), 0);
    cr_assert_eq(again(w, MAIN, 4), 3);
    cr_assert_eq(world_read_bytes(w, MAIN, 3, &c, 1), 0);
    world_close(w);
}

Test(fifo, one_opposite_open_releases_all_sleepers)
{
    for (int both = 0; both < 2; both++) { /* FIFO-05, FIFO-06 */
        struct world *w = world_with_fifo();
        uint32_t child = world_fork(w, MAIN), opener = world_fork(w, MAIN);
        cr_assert_eq(begin(w, MAIN, O_RDONLY), CONTINUED);
        cr_assert_eq(begin(w, child, O_RDONLY), CONTINUED);
        cr_assert_eq(again(w, child, 4), BLOCKED);
        cr_assert_eq(begin(w, opener, both ? O_RDWR : O_WRONLY), 3);
        cr_assert_eq(again(w, MAIN, 4), 3);
        cr_assert_eq(again(w, child, 4), 3);
        world_close(w);
    }
}

Test(fifo, without_blocking_reading_opens_and_writing_needs_a_reader)
{
    struct world *w = world_with_fifo(); /* FIFO-04, FIFO-08 */
    char c;
    FAILS(ENXIO, begin(w, MAIN, O_WRONLY | O_NONBLOCK));
    cr_assert_eq(world_objects(w, SLOT_PIPE), 0);
    cr_assert_eq(begin(w, MAIN, O_RDONLY | O_NONBLOCK), 3);
    cr_assert_eq(world_read_bytes(w, MAIN, 3, &c, 1), 0);
    cr_assert_eq(begin(w, MAIN, O_WRONLY | O_NONBLOCK), 4);
    FAILS(EAGAIN, world_read_bytes(w, MAIN, 3, &c, 1));
    world_close(w);
}

Test(fifo, a_holder_of_both_ends_never_waits_nor_sees_the_end)
{
    struct world *w = world_with_fifo(); /* FIFO-05 */
    char c;
    cr_assert_eq(begin(w, MAIN, O_RDWR), 3);
    cr_assert_eq(world_read_bytes(w, MAIN, 3, &c, 1), BLOCKED);
    cr_assert_eq(world_write(w, MAIN, 3, "a", 1), 1);
    cr_assert_eq(world_read_bytes(w, MAIN, 3, &c, 1), 1);
    cr_assert_eq(begin(w, MAIN, O_WRONLY), 4);
    cr_assert_eq(DO(w, MAIN, CLOSE, 4), 0);
    cr_assert_eq(world_read_bytes(w, MAIN, 3, &c, 1), BLOCKED);
    cr_assert_eq(DO(w, MAIN, CLOSE, 3), 0);
    cr_assert_eq(world_objects(w, SLOT_PIPE), 0);
    world_close(w);
}

Test(fifo, end_of_file_is_a_state_and_a_new_writer_ends_it)
{
    struct world *w = world_with_fifo(); /* FIFO-09, FD-08 */
    char c;
    cr_assert_eq(begin(w, MAIN, O_RDONLY | O_NONBLOCK), 3);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(begin(w, MAIN, O_WRONLY), 4);
        world_write(w, MAIN, 4, "a", 1);
        DO(w, MAIN, CLOSE, 4);
        cr_assert_eq(world_read_bytes(w, MAIN, 3, &c, 1), 1);
        cr_assert_eq(world_read_bytes(w, MAIN, 3, &c, 1), 0);
    }
    world_close(w);
}

Test(fifo, a_hang_up_shows_only_to_readers_that_saw_a_writer)
{
    struct world *w = world_with_fifo(); /* FIFO-10 */
    cr_assert_eq(begin(w, MAIN, O_RDONLY | O_NONBLOCK), 3);
    cr_assert_eq(events(w, MAIN, 3), 0);
    cr_assert_eq(begin(w, MAIN, O_WRONLY | O_NONBLOCK), 4);
    cr_assert_eq(events(w, MAIN, 3), 0);
    world_write(w, MAIN, 4, "a", 1);
    DO(w, MAIN, CLOSE, 4);
    cr_assert_eq(events(w, MAIN, 3), POLLIN | POLLHUP);
    cr_assert_eq(begin(w, MAIN, O_RDONLY | O_NONBLOCK), 4);
    cr_assert_eq(events(w, MAIN, 4), POLLIN);
    cr_assert_eq(begin(w, MAIN, O_RDWR), 5);
    cr_assert_eq(events(w, MAIN, 3), POLLIN);
    DO(w, MAIN, CLOSE, 5);
    cr_assert_eq(events(w, MAIN, 4), POLLIN | POLLHUP);
    world_close(w);
}

Test(fifo, bytes_live_as_long_as_an_end_is_open)
{
    struct world *w = world_with_fifo(); /* FIFO-11 */
    char c;
    cr_assert_eq(begin(w, MAIN, O_RDWR), 3);
    world_write(w, MAIN, 3, "ab", 2);
    cr_assert_eq(begin(w, MAIN, O_RDONLY), 4);
    DO(w, MAIN, CLOSE, 3);
    cr_assert_eq(world_read_bytes(w, MAIN, 4, &c, 1), 1);
    DO(w, MAIN, CLOSE, 4);
    cr_assert_eq(begin(w, MAIN, O_RDONLY | O_NONBLOCK), 3);
    cr_assert_eq(world_read_bytes(w, MAIN, 3, &c, 1), 0);
    world_close(w);
}

Test(fifo, truncating_changes_nothing)
{
    struct world *w = world_with_fifo(); /* FIFO-14 */
    char got[4];
    cr_assert_eq(begin(w, MAIN, O_RDWR), 3);
    world_write(w, MAIN, 3, "ab", 2);
    cr_assert_eq(begin(w, MAIN, O_WRONLY | O_TRUNC), 4);
    cr_assert_eq(world_read_bytes(w, MAIN, 3, got, 4), 2);
    FAILS(ESPIPE, DO(w, MAIN, LSEEK, 3, 0, 0));
    world_close(w);
}

Test(fifo, unlink_takes_the_name_and_leaves_the_sleepers)
{
    struct world *w = world_with_fifo(); /* FIFO-12 */
    uint32_t child = world_fork(w, MAIN);
    struct kwait wait = {0};
    cr_assert_eq(begin(w, child, O_WRONLY), CONTINUED);
    cr_assert_eq(DO(w, MAIN, UNLINK, path(w, "/tmp/f")), 0);
    cr_assert_eq(DO(w, MAIN, MKFIFO, path(w, "/tmp/f"), 0600), 0);
    cr_assert_eq(world_objects(w, SLOT_FIFO), 2);
    cr_assert_eq(begin(w, MAIN, O_RDONLY | O_NONBLOCK), 3);
    cr_assert_eq(again(w, child, 4), BLOCKED);
    kwait_reset(&wait);
    kernel_call(KCALL_OPEN)->explain(&w->k, &wait);
    cr_assert_eq(wait.kind, KWAIT_FIFO_GONE);
    cr_assert_eq(wait.wakers.count, 0);
    kwait_free(&wait);
    cr_assert_eq(DO(w, child, EXIT, 0), EXITED);
    cr_assert_eq(world_objects(w, SLOT_FIFO), 1);
    cr_assert_eq(world_objects(w, SLOT_PIPE), 1);
    world_close(w);
}

Test(fifo, a_sleeper_names_all_who_could_open)
{
    struct world *w = world_with_fifo(); /* GEN-11, FIFO-15 */
    uint32_t child = world_fork(w, MAIN);
    struct kwait wait = {0};
    cr_assert_eq(begin(w, MAIN, O_RDONLY), CONTINUED);
    cr_assert_eq(again(w, MAIN, 4), BLOCKED);
    kwait_reset(&wait);
    kernel_call(KCALL_OPEN)->explain(&w->k, &wait);
    cr_assert_eq(wait.kind, KWAIT_FIFO_OPEN);
    cr_assert_str_eq(wait.needs.items, "needs a writer to open the FIFO /tmp/f");
    cr_assert_eq(wait.wakers.count, 1);
    cr_assert_eq(wait.wakers.items[0].pid, child);
    kwait_free(&wait);
    world_close(w);
}

/* What Linux keeps: counts of ends, and counters of opens that a sleeper remembers (fs/pipe.c). */
struct reference {
    unsigned readers, writers, reader_opens, writer_opens;
};

enum { PROCESSES = 4 };

struct opener {
    int mode; /* O_RDONLY, O_WRONLY, O_RDWR; -1: has nothing open */
    bool asleep;
    unsigned waits_from; /* counter of the other side when it fell asleep */
};

static void agrees_with_counters(uint64_t seed)
{
    struct world *w = world_with_fifo();
    struct reference r = {0};
    uint32_t pid[PROCESSES] = {MAIN, world_fork(w, MAIN), world_fork(w, MAIN), world_fork(w, MAIN)};
    struct opener o[PROCESSES] = {{-1, false, 0}, {-1, false, 0}, {-1, false, 0}, {-1, false, 0}};
    for (int i = 0; i < 400; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        unsigned who = seed >> 33 & 3;
        int mode = (int)(seed >> 40 & 0xff) % 3;
        bool nonblock = seed >> 50 & 1;
        struct opener *x = &o[who];
        if (x->asleep) {
            bool met = (x->mode == O_RDONLY ? r.writer_opens : r.reader_opens) != x->waits_from;
            cr_assert_eq(again(w, pid[who], 4), met ? 3 : BLOCKED);
            x->asleep = !met;
        } else if (x->mode >= 0) {
            cr_assert_eq(DO(w, pid[who], CLOSE, 3), 0);
            r.readers -= x->mode != O_WRONLY;
            r.writers -= x->mode != O_RDONLY;
            x->mode = -1;
        } else if (mode == O_WRONLY && nonblock && !r.readers) {
            FAILS(ENXIO, begin(w, pid[who], mode | O_NONBLOCK));
        } else {
            r.readers += mode != O_WRONLY;
            r.writers += mode != O_RDONLY;
            r.reader_opens += mode != O_WRONLY;
            r.writer_opens += mode != O_RDONLY;
            x->mode = mode;
            x->asleep = !nonblock && (mode == O_RDONLY ? !r.writers : mode == O_WRONLY && !r.readers);
            x->waits_from = mode == O_RDONLY ? r.writer_opens : r.reader_opens;
            cr_assert_eq(begin(w, pid[who], nonblock ? mode | O_NONBLOCK : mode), x->asleep ? CONTINUED : 3);
        }
        cr_assert_eq(world_objects(w, SLOT_PIPE), r.readers || r.writers);
    }
    world_close(w);
}

Test(fifo, random_opens_agree_with_linux_counters)
{
    for (uint64_t seed = 1; seed <= 20; seed++) /* FIFO-02 to FIFO-06 */
        agrees_with_counters(seed);
}
