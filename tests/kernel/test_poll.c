/* Goal: spec/poll.md, and poll's rules of pipes. Method: handlers driven through kstep in the harness; the flags of
 * each object state, select, epoll, explanations, the errno table as measured on Linux 6.18, and random traffic on
 * pipes whose edge-triggered reports are held against a naive list of arrivals. */
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>

#include "harness.h"

#define ROWS (MEMORY + 4096)
#define SETS (MEMORY + 8192)
#define EVENTS (MEMORY + 16384)

static int64_t poll_rows(struct world *w, struct pollfd *rows, size_t count, int timeout)
{
    memcpy(w->memory + (ROWS - MEMORY), rows, count * sizeof *rows);
    int64_t ready = DO(w, MAIN, POLL, ROWS, count, I(timeout));
    memcpy(rows, w->memory + (ROWS - MEMORY), count * sizeof *rows);
    return ready;
}

static int bits(struct world *w, int fd, int asked)
{
    struct pollfd row = {fd, (short)asked, 0};
    cr_assert_geq(poll_rows(w, &row, 1, 0), 0);
    return row.revents;
}

Test(poll, read_end_shows_data_and_hang_up)
{
    struct world *w = world_open(); /* PIPE-15 */
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    cr_assert_eq(bits(w, p[0], POLLIN | POLLOUT), 0);
    world_write(w, MAIN, p[1], "a", 1);
    cr_assert_eq(bits(w, p[0], POLLIN | POLLRDNORM | POLLOUT), POLLIN | POLLRDNORM);
    DO(w, MAIN, CLOSE, I(p[1]));
    cr_assert_eq(bits(w, p[0], POLLIN), POLLIN | POLLHUP);
    world_read_bytes(w, MAIN, p[0], &c, 1);
    cr_assert_eq(bits(w, p[0], POLLIN), POLLHUP);
    cr_assert_eq(bits(w, p[0], 0), POLLHUP);
    world_close(w);
}

Test(poll, write_end_shows_room_and_error)
{
    struct world *w = world_open(); /* PIPE-16, POLL-08 */
    int p[2];
    w->settings.pipe_capacity = 8192;
    world_pipe(w, MAIN, p);
    cr_assert_eq(bits(w, p[1], POLLOUT), POLLOUT);
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), MEMORY, 4096), 4096);
    cr_assert_eq(bits(w, p[1], POLLOUT), POLLOUT);
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), MEMORY, 1), 1);
    cr_assert_eq(bits(w, p[1], POLLOUT), 0);
    DO(w, MAIN, CLOSE, I(p[0]));
    cr_assert_eq(bits(w, p[1], 0), POLLERR);
    world_close(w);
}

Test(poll, closed_descriptors_are_ready_and_negative_ones_ignored)
{
    struct world *w = world_open(); /* POLL-02, POLL-07 */
    struct pollfd rows[] = {{77, POLLIN, 0}, {-5, POLLIN, 9}, {0, POLLIN | POLLOUT, 0}};
    cr_assert_eq(poll_rows(w, rows, 3, -1), 2);
    cr_assert_eq(rows[0].revents, POLLNVAL);
    cr_assert_eq(rows[1].revents, 0);
    cr_assert_eq(rows[2].revents, POLLIN | POLLOUT);
    world_close(w);
}

Test(poll, waits_for_ever_or_may_end_by_time)
{
    struct world *w = world_open(); /* POLL-01, POLL-11, GEN-09 */
    int p[2];
    world_pipe(w, MAIN, p);
    struct pollfd row = {p[0], 0, 7};
    cr_assert_eq(poll_rows(w, &row, 1, -1), BLOCKED);
    cr_assert_eq(poll_rows(w, &row, 1, 1000), 0);
    cr_assert_eq(row.revents, 0);
    DO(w, MAIN, CLOSE, I(p[1]));
    cr_assert_eq(poll_rows(w, &row, 1, -1), 1);
    cr_assert_eq(poll_rows(w, &row, 0, -1), BLOCKED);
    world_close(w);
}

Test(poll, readiness_is_advice)
{
    struct world *w = world_open(); /* POLL-05 */
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    uint32_t child = world_fork(w, MAIN);
    world_write(w, MAIN, p[1], "a", 1);
    struct pollfd row = {p[0], POLLIN, 0};
    memcpy(w->memory + (ROWS - MEMORY), &row, sizeof row);
    cr_assert_eq(DO(w, MAIN, POLL, ROWS, 1, I(-1)), 1);
    cr_assert_eq(DO(w, child, POLL, ROWS, 1, I(-1)), 1);
    cr_assert_eq(world_read_bytes(w, child, p[0], &c, 1), 1);
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], &c, 1), BLOCKED);
    world_close(w);
}

static uint64_t set_put(struct world *w, int which, uint64_t value)
{
    memcpy(w->memory + (SETS - MEMORY) + which * 128, &value, sizeof value);
    return SETS + (uint64_t)which * 128;
}

static uint64_t set_of(struct world *w, int which)
{
    uint64_t value;
    memcpy(&value, w->memory + (SETS - MEMORY) + which * 128, sizeof value);
    return value;
}

#define BIT(fd) (UINT64_C(1) << (fd))

Test(select, overwrites_its_sets)
{
    struct world *w = world_open(); /* POLL-04, PIPE-15, PIPE-16 */
    int p[2];
    world_pipe(w, MAIN, p);
    uint64_t both = BIT(p[0]) | BIT(p[1]);
    cr_assert_eq(DO(w, MAIN, SELECT, 5, set_put(w, 0, both), set_put(w, 1, both), set_put(w, 2, both), 0), 1);
    cr_assert_eq(set_of(w, 0), 0);
    cr_assert_eq(set_of(w, 1), BIT(p[1]));
    cr_assert_eq(set_of(w, 2), 0);
    cr_assert_eq(DO(w, MAIN, SELECT, 5, set_put(w, 0, BIT(p[0])), 0, 0, 0), BLOCKED);
    struct timeval t = {3, 0};
    memcpy(w->memory, &t, sizeof t);
    cr_assert_eq(DO(w, MAIN, SELECT, 5, set_put(w, 0, BIT(p[0])), 0, 0, MEMORY), 0);
    memcpy(&t, w->memory, sizeof t);
    cr_assert_eq(t.tv_sec, 0);
    cr_assert_eq(set_of(w, 0), 0);
    DO(w, MAIN, CLOSE, I(p[0]));
    cr_assert_eq(DO(w, MAIN, SELECT, 5, set_put(w, 0, BIT(p[1])), set_put(w, 1, BIT(p[1])), 0, 0), 2);
    world_close(w);
}

Test(select, closed_descriptors_fail_and_those_beyond_the_table_do_not)
{
    struct world *w = world_open(); /* POLL-03 */
    struct timeval now = {0, 0};
    uint64_t far[6] = {0, 0, 0, 0, BIT(44), 0};
    memcpy(w->memory, &now, sizeof now);
    FAILS(EBADF, DO(w, MAIN, SELECT, 41, set_put(w, 0, BIT(40)), 0, 0, MEMORY));
    memcpy(w->memory + (SETS - MEMORY), far, sizeof far);
    cr_assert_eq(DO(w, MAIN, SELECT, 301, SETS, 0, 0, MEMORY), 0);
    cr_assert_eq(DO(w, MAIN, DUP2, 0, 200), 200);
    memcpy(w->memory + (SETS - MEMORY), far, sizeof far);
    cr_assert_eq(DO(w, MAIN, SELECT, 301, SETS, 0, 0, MEMORY), 0, "the table has 256 places");
    cr_assert_eq(DO(w, MAIN, DUP2, 0, 299), 299);
    memcpy(w->memory + (SETS - MEMORY), far, sizeof far);
    FAILS(EBADF, DO(w, MAIN, SELECT, 301, SETS, 0, 0, MEMORY));
    world_close(w);
}

static int64_t control(struct world *w, int64_t e, int operation, int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    memcpy(w->memory + (EVENTS - MEMORY), &event, sizeof event);
    return DO(w, MAIN, EPOLL_CTL, I(e), I(operation), I(fd), EVENTS);
}

/* epoll_wait without waiting; the first event goes to *event. */
static int64_t wait_now(struct world *w, int64_t e, int room, struct epoll_event *event)
{
    int64_t count = DO(w, MAIN, EPOLL_WAIT, I(e), EVENTS, I(room), 0);
    memcpy(event, w->memory + (EVENTS - MEMORY), sizeof *event);
    return count;
}

Test(epoll, level_triggered_entries_are_ready_while_the_state_is)
{
    struct world *w = world_open(); /* POLL-01 */
    struct epoll_event event;
    int p[2];
    int64_t e = DO(w, MAIN, EPOLL_CREATE1, EPOLL_CLOEXEC);
    world_pipe(w, MAIN, p);
    cr_assert_eq(control(w, e, EPOLL_CTL_ADD, p[0], EPOLLIN, 7), 0);
    cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(e), EVENTS, 4, I(-1)), BLOCKED);
    world_write(w, MAIN, p[1], "a", 1);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(wait_now(w, e, 4, &event), 1);
        cr_assert_eq(event.events, EPOLLIN);
        cr_assert_eq(event.data.u64, 7);
    }
    cr_assert_eq(bits(w, (int)e, POLLIN), POLLIN);
    DO(w, MAIN, CLOSE, I(p[1]));
    cr_assert_eq(wait_now(w, e, 4, &event), 1);
    cr_assert_eq(event.events, EPOLLIN | EPOLLHUP);
    world_close(w);
}

Test(epoll, edge_triggered_entries_tell_each_arrival_once)
{
    struct world *w = world_open(); /* POLL-12 */
    struct epoll_event event;
    int p[2];
    char c;
    int64_t e = DO(w, MAIN, EPOLL_CREATE, 1);
    world_pipe(w, MAIN, p);
    control(w, e, EPOLL_CTL_ADD, p[0], EPOLLIN | EPOLLET, 1);
    cr_assert_eq(wait_now(w, e, 4, &event), 0);
    world_write(w, MAIN, p[1], "ab", 2);
    cr_assert_eq(wait_now(w, e, 4, &event), 1);
    cr_assert_eq(wait_now(w, e, 4, &event), 0);
    world_read_bytes(w, MAIN, p[0], &c, 1);
    cr_assert_eq(wait_now(w, e, 4, &event), 0);
    world_write(w, MAIN, p[1], "c", 1);
    cr_assert_eq(wait_now(w, e, 4, &event), 1);
    cr_assert_eq(control(w, e, EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLET, 1), 0);
    cr_assert_eq(wait_now(w, e, 4, &event), 1);
    DO(w, MAIN, CLOSE, I(p[1]));
    cr_assert_eq(wait_now(w, e, 4, &event), 1);
    cr_assert_eq(event.events, EPOLLIN | EPOLLHUP);
    cr_assert_eq(wait_now(w, e, 4, &event), 0);
    world_close(w);
}

Test(epoll, room_arrives_when_a_full_pipe_is_read)
{
    struct world *w = world_open(); /* POLL-12 */
    struct epoll_event event;
    int p[2];
    char c;
    int64_t e = DO(w, MAIN, EPOLL_CREATE1, 0);
    w->settings.pipe_capacity = 2;
    world_pipe(w, MAIN, p);
    control(w, e, EPOLL_CTL_ADD, p[1], EPOLLOUT | EPOLLET, 1);
    cr_assert_eq(wait_now(w, e, 4, &event), 1);
    cr_assert_eq(wait_now(w, e, 4, &event), 0);
    world_write(w, MAIN, p[1], "a", 1);
    cr_assert_eq(wait_now(w, e, 4, &event), 0);
    world_read_bytes(w, MAIN, p[0], &c, 1);
    cr_assert_eq(wait_now(w, e, 4, &event), 1);
    DO(w, MAIN, CLOSE, I(p[0]));
    cr_assert_eq(wait_now(w, e, 4, &event), 1);
    cr_assert_eq(event.events, EPOLLOUT | EPOLLERR);
    world_close(w);
}

Test(epoll, one_shot_entries_rest_until_they_are_changed)
{
    struct world *w = world_open(); /* POLL-12 */
    struct epoll_event event;
    int p[2];
    int64_t e = DO(w, MAIN, EPOLL_CREATE1, 0);
    world_pipe(w, MAIN, p);
    control(w, e, EPOLL_CTL_ADD, p[0], EPOLLIN | EPOLLONESHOT, 1);
    world_write(w, MAIN, p[1], "a", 1);
    cr_assert_eq(wait_now(w, e, 4, &event), 1);
    world_write(w, MAIN, p[1], "a", 1);
    DO(w, MAIN, CLOSE, I(p[1]));
    cr_assert_eq(wait_now(w, e, 4, &event), 0);
    control(w, e, EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLONESHOT, 1);
    cr_assert_eq(wait_now(w, e, 4, &event), 1);
    world_close(w);
}

Test(epoll, an_entry_lives_as_long_as_its_description)
{
    struct world *w = world_open(); /* POLL-12, GEN-13 */
    struct epoll_event event;
    int p[2];
    int64_t e = DO(w, MAIN, EPOLL_CREATE1, 0);
    world_pipe(w, MAIN, p);
    control(w, e, EPOLL_CTL_ADD, p[0], EPOLLIN, 1);
    world_write(w, MAIN, p[1], "a", 1);
    int64_t copy = DO(w, MAIN, DUP, I(p[0]));
    DO(w, MAIN, CLOSE, I(p[0]));
    cr_assert_eq(wait_now(w, e, 4, &event), 1);
    FAILS(EBADF, control(w, e, EPOLL_CTL_DEL, p[0], 0, 0));
    DO(w, MAIN, CLOSE, I(copy));
    cr_assert_eq(wait_now(w, e, 4, &event), 0);
    control(w, e, EPOLL_CTL_ADD, p[1], EPOLLOUT, 1);
    DO(w, MAIN, CLOSE, I(e));
    cr_assert_eq(world_objects(w, SLOT_EPOLL), 0);
    cr_assert_eq(DO(w, MAIN, CLOSE, I(p[1])), 0);
    world_close(w);
}

/* Found by tests/fuzz/: the pipe still knew an instance that was gone. */
Test(epoll, an_instance_may_end_between_the_two_ends_of_a_pipe)
{
    struct world *w = world_open(); /* POLL-12, GEN-13 */
    int p[2];
    int64_t e = DO(w, MAIN, EPOLL_CREATE1, 0);
    world_pipe(w, MAIN, p);
    control(w, e, EPOLL_CTL_ADD, p[0], EPOLLIN, 1);
    DO(w, MAIN, CLOSE, I(p[0]));
    DO(w, MAIN, CLOSE, I(e));
    cr_assert_eq(world_objects(w, SLOT_EPOLL), 0);
    cr_assert_eq(DO(w, MAIN, CLOSE, I(p[1])), 0);
    cr_assert_eq(world_objects(w, SLOT_PIPE), 0);
    world_close(w);
}

Test(epoll, any_of_too_many_ready_ones_may_come_first)
{
    struct world *w = world_open(); /* POLL-13 */
    int p[3][2];
    bool seen[3] = {false};
    unsigned outcomes = 0;
    int64_t e = DO(w, MAIN, EPOLL_CREATE1, 0);
    for (unsigned i = 0; i < 3; i++) {
        world_pipe(w, MAIN, p[i]);
        control(w, e, EPOLL_CTL_ADD, p[i][1], EPOLLOUT, i);
    }
    w->k.choices.count = 0;
    do {
        struct epoll_event event;
        size_t n;
        TRY(w, MAIN, EPOLL_WAIT, I(e), EVENTS, 1, 0);
        cr_assert_eq(w->k.outcome.value, 1);
        memcpy(&event, intern_get(w->components, w->k.outcome.copies.items[0].bytes, &n), sizeof event);
        seen[event.data.u64] = true;
        outcomes++;
    } while (kstep_next_choice(&w->k));
    cr_assert_eq(outcomes, 3);
    cr_assert(seen[0] && seen[1] && seen[2]);
    world_close(w);
}

/* Who holds the same end could only change the rules: left out. */
static void strong_only(struct kwait *wait)
{
    size_t kept = 0;
    for (size_t i = 0; i < wait->wakers.count; i++)
        if (!wait->wakers.items[i].weak)
            wait->wakers.items[kept++] = wait->wakers.items[i];
    wait->wakers.count = kept;
}

Test(poll, a_sleeper_names_all_who_could_end_it)
{
    struct world *w = world_open(); /* GEN-11 */
    struct kwait wait = {0};
    int p[2], q[2];
    world_pipe(w, MAIN, p);
    world_pipe(w, MAIN, q);
    uint32_t child = world_fork(w, MAIN);
    DO(w, MAIN, CLOSE, I(p[1]));
    struct pollfd rows[] = {{p[0], POLLIN, 0}, {q[0], POLLIN, 0}};
    cr_assert_eq(poll_rows(w, rows, 1, -1), BLOCKED);
    kwait_reset(&wait);
    kernel_call(KCALL_POLL)->explain(&w->k, &wait);
    strong_only(&wait);
    cr_assert_eq(wait.kind, KWAIT_PIPE_EMPTY);
    cr_assert_str_eq(wait.needs.items, "descriptor 3: the pipe is empty: needs data, or its last write end closed");
    cr_assert_eq(wait.wakers.count, 1);
    cr_assert_eq(wait.wakers.items[0].pid, child);
    cr_assert_eq(poll_rows(w, rows, 2, -1), BLOCKED);
    kwait_reset(&wait);
    kernel_call(KCALL_POLL)->explain(&w->k, &wait);
    strong_only(&wait);
    cr_assert_eq(wait.kind, KWAIT_ANY);
    cr_assert_eq(wait.wakers.count, 2);
    cr_assert_eq(wait.wakers.items[0].pid, MAIN);
    cr_assert_eq(wait.wakers.items[1].pid, child);
    cr_assert_eq(DO(w, MAIN, SELECT, 0, 0, 0, 0, 0), BLOCKED);
    kwait_reset(&wait);
    kernel_call(KCALL_SELECT)->explain(&w->k, &wait);
    strong_only(&wait);
    cr_assert_eq(wait.kind, KWAIT_FOREVER);
    int64_t e = DO(w, MAIN, EPOLL_CREATE1, 0);
    control(w, e, EPOLL_CTL_ADD, p[0], EPOLLIN, 0);
    cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(e), EVENTS, 4, I(-1)), BLOCKED);
    kwait_reset(&wait);
    kernel_call(KCALL_EPOLL_WAIT)->explain(&w->k, &wait);
    strong_only(&wait);
    cr_assert_eq(wait.wakers.count, 1);
    kwait_free(&wait);
    world_close(w);
}

Test(poll, errno_table)
{
    struct world *w = world_open(); /* POLL-02, POLL-07 */
    int p[2];
    world_pipe(w, MAIN, p);
    strcpy((char *)w->memory + 60000, "/tmp/a");
    int64_t file = DO(w, MAIN, OPEN, MEMORY + 60000, O_RDWR | O_CREAT, 0600);
    int64_t e = DO(w, MAIN, EPOLL_CREATE1, 0), nested = DO(w, MAIN, EPOLL_CREATE1, 0);
    struct timespec bad = {0, -1};
    memcpy(w->memory + 50000, &bad, sizeof bad);
    control(w, e, EPOLL_CTL_ADD, p[0], EPOLLIN, 0);
    const struct {
        uint32_t call;
        uint64_t args[5];
        int error;
    } rows[] = {
        {KCALL_POLL, {0, 1, 0}, EFAULT},
        {KCALL_POLL, {8, 1, 0}, EFAULT},
        {KCALL_POLL, {0, 1000000, 0}, EINVAL},
        {KCALL_PPOLL, {0, 0, MEMORY + 50000}, EINVAL},
        {KCALL_SELECT, {I(-1), 0, 0, 0, 0}, EINVAL},
        {KCALL_SELECT, {1, 8, 0, 0, 0}, EFAULT},
        {KCALL_PSELECT, {0, 0, 0, 0, MEMORY + 50000}, EINVAL},
        {KCALL_EPOLL_CREATE, {0}, EINVAL},
        {KCALL_EPOLL_CREATE1, {99}, EINVAL},
        {KCALL_EPOLL_CTL, {I(e), EPOLL_CTL_ADD, I(file), EVENTS}, EPERM},
        {KCALL_EPOLL_CTL, {I(e), EPOLL_CTL_ADD, 77, EVENTS}, EBADF},
        {KCALL_EPOLL_CTL, {77, EPOLL_CTL_ADD, I(p[1]), EVENTS}, EBADF},
        {KCALL_EPOLL_CTL, {I(file), EPOLL_CTL_ADD, I(p[1]), EVENTS}, EINVAL},
        {KCALL_EPOLL_CTL, {I(e), EPOLL_CTL_ADD, I(e), EVENTS}, EINVAL},
        {KCALL_EPOLL_CTL, {I(e), EPOLL_CTL_ADD, I(p[0]), EVENTS}, EEXIST},
        {KCALL_EPOLL_CTL, {I(e), 99, I(p[1]), EVENTS}, EINVAL},
        {KCALL_EPOLL_CTL, {I(e), EPOLL_CTL_MOD, I(p[1]), EVENTS}, ENOENT},
        {KCALL_EPOLL_CTL, {I(e), EPOLL_CTL_DEL, I(p[1]), 0}, ENOENT},
        {KCALL_EPOLL_CTL, {I(e), EPOLL_CTL_ADD, I(p[1]), 0}, EFAULT},
        {KCALL_EPOLL_WAIT, {I(e), EVENTS, 0, 0}, EINVAL},
        {KCALL_EPOLL_WAIT, {I(file), EVENTS, 4, 0}, EINVAL},
        {KCALL_EPOLL_WAIT, {77, EVENTS, 4, 0}, EBADF},
        {KCALL_READ, {I(e), MEMORY, 1}, EINVAL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t args[6] = {0};
        memcpy(args, rows[i].args, sizeof rows[i].args);
        cr_assert_eq(world_call(w, MAIN, rows[i].call, args), -1, "row %zu", i);
        cr_assert_eq(error_of(w), rows[i].error, "row %zu: errno %d", i, error_of(w));
        cr_assert_not(w->k.outcome.limit);
    }
    struct epoll_event exclusive = {.events = EPOLLIN | EPOLLEXCLUSIVE};
    memcpy(w->memory + (EVENTS - MEMORY), &exclusive, sizeof exclusive);
    FAILS(EINVAL, DO(w, MAIN, EPOLL_CTL, I(e), EPOLL_CTL_ADD, I(nested), EVENTS)); /* POLL-14 */
    world_close(w);
}

Test(epoll, random_arrivals_agree_with_a_list)
{
    enum { PIPES = 3 };
    for (uint64_t seed = 1; seed <= 20; seed++) { /* POLL-12 */
        struct world *w = world_open();
        int p[PIPES][2];
        bool arrived[PIPES] = {false};
        unsigned level[PIPES] = {0};
        uint64_t random = seed;
        char c[8];
        int64_t e = DO(w, MAIN, EPOLL_CREATE1, 0);
        w->settings.pipe_capacity = 8;
        for (unsigned i = 0; i < PIPES; i++) {
            world_pipe(w, MAIN, p[i]);
            control(w, e, EPOLL_CTL_ADD, p[i][0], EPOLLIN | EPOLLET, i);
        }
        for (int step = 0; step < 200; step++) {
            random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            unsigned i = (unsigned)(random >> 33 & 0xff) % PIPES, what = random >> 50 & 3;
            if (what < 2 && level[i] < 8) {
                cr_assert_eq(world_write(w, MAIN, p[i][1], "x", 1), 1);
                level[i]++;
                arrived[i] = true;
            } else if (what == 2 && level[i]) {
                cr_assert_eq(world_read_bytes(w, MAIN, p[i][0], c, 8), (int64_t)level[i]);
                level[i] = 0;
            } else if (what == 3) {
                unsigned expected = 0;
                struct epoll_event event;
                for (unsigned j = 0; j < PIPES; j++) {
                    expected += arrived[j] && level[j];
                    arrived[j] = arrived[j] && !level[j];
                }
                cr_assert_eq(wait_now(w, e, PIPES, &event), (int64_t)expected);
            }
        }
        world_close(w);
    }
}
