/* Goal: epoll instances inside one another, and objects that go while they are watched (POLL-12, POLL-14).
 * Method: each answer is what Linux 6.18 gave to the same calls. The rest of epoll is in test_poll.c. */
#include <fcntl.h>
#include <sys/epoll.h>

#include "harness.h"

#define EVENTS (MEMORY + 16384)

static int64_t control(struct world *w, int64_t e, int operation, int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    memcpy(w->memory + (EVENTS - MEMORY), &event, sizeof event);
    return DO(w, MAIN, EPOLL_CTL, I(e), I(operation), I(fd), EVENTS);
}

/* How many events there are, and the bits of the first. */
static int64_t events_of(struct world *w, int64_t e, uint32_t *bits)
{
    struct epoll_event event = {0};
    int64_t n = DO(w, MAIN, EPOLL_WAIT, I(e), EVENTS, 4, 0);
    memcpy(&event, w->memory + (EVENTS - MEMORY), sizeof event);
    *bits = n > 0 ? event.events : 0;
    return n;
}

#define READY(w, e) (events_of((w), (e), &bits) == 1 && bits == EPOLLIN)

Test(epoll_console, its_last_close_takes_the_entry_away) /* FD-15 */
{
    for (int terminal = 0; terminal < 2; terminal++) {
        struct world *w = world_open();
        if (!terminal) { /* begun again, with descriptions of its own */
            w->settings.console_state = 1;
            kernel_initial(&w->k, MAIN);
            world_apply(w);
        }
        int64_t e = DO(w, MAIN, EPOLL_CREATE1, 0);
        struct epoll_event wanted = {.events = EPOLLIN};
        memcpy(w->memory + (EVENTS - MEMORY), &wanted, sizeof wanted);
        cr_assert_eq(DO(w, MAIN, EPOLL_CTL, I(e), EPOLL_CTL_ADD, 0, EVENTS), 0);
        uint32_t child = world_fork(w, MAIN);
        DO(w, MAIN, CLOSE, 0);
        cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(e), EVENTS, 4, 0), 1, "the child has it");
        DO(w, child, CLOSE, 0);
        cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(e), EVENTS, 4, 0), terminal, "only who started it has it, if anybody");
        for (int fd = 1; fd < 3; fd++)
            DO(w, MAIN, CLOSE, I(fd)), DO(w, child, CLOSE, I(fd));
        cr_assert_eq(world_objects(w, SLOT_OFD), 1u + (unsigned)terminal);
        cr_assert_eq(world_objects(w, SLOT_CONSOLE), 0);
        DO(w, child, CLOSE, I(e)), DO(w, MAIN, CLOSE, I(e));
        world_close(w);
    }
}

Test(epoll_nested, is_described_by_names) /* POLL-14 */
{
    struct world *w = world_open();
    int64_t inner = DO(w, MAIN, EPOLL_CREATE1, 0), outer = DO(w, MAIN, EPOLL_CREATE1, 0);
    struct epoll_event wanted = {.events = EPOLLIN, .data.u64 = 7};
    vec_char text = {0};
    for (int i = 0; i < 2; i++) {
        memcpy(w->memory + (EVENTS - MEMORY), &wanted, sizeof wanted);
        cr_assert_eq(DO(w, MAIN, EPOLL_CTL, I(i ? outer : inner), EPOLL_CTL_ADD, I(i ? inner : 1), EVENTS), 0);
    }
    kernel_describe_exact(&w->k, kstep_slot(&w->k, SLOT_EPOLL, MAIN, 0), &text);
    cr_assert_str_eq(text.items, "epoll 2.0: 1 entries\n"
                                 "epoll 2.0 watches 1 for 19 armed 0 data 7 open file 2.0\n"
                                 "epoll 2.0 watched by epoll 2.1");
    VEC_FREE(&text);
    world_close(w);
}

Test(epoll_console, tells_of_no_arrival) /* FD-15 */
{
    struct world *w = world_open();
    int64_t e = DO(w, MAIN, EPOLL_CREATE1, 0);
    struct epoll_event wanted = {.events = EPOLLIN | EPOLLOUT | EPOLLET};
    for (int i = 0; i < 2; i++) {
        memcpy(w->memory + (EVENTS - MEMORY), &wanted, sizeof wanted);
        cr_assert_eq(DO(w, MAIN, EPOLL_CTL, I(e), i ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, 1, EVENTS), 0);
        cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(e), EVENTS, 4, 0), 1);
        world_write(w, MAIN, 1, "x", 1);
        cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(e), EVENTS, 4, 0), 0);
    }
    world_close(w);
}

Test(epoll_nested, an_instance_in_another_one) /* POLL-14; each answer as Linux gave it */
{
    struct world *w = world_open();
    int p[2], q[2];
    char c[8];
    uint32_t bits;
    world_pipe(w, MAIN, p);
    world_pipe(w, MAIN, q);
    int64_t in = DO(w, MAIN, EPOLL_CREATE1, 0), edge = DO(w, MAIN, EPOLL_CREATE1, 0);
    int64_t level = DO(w, MAIN, EPOLL_CREATE1, 0);
    control(w, in, EPOLL_CTL_ADD, p[0], EPOLLIN, 0);
    control(w, edge, EPOLL_CTL_ADD, (int)in, EPOLLIN | EPOLLET, 0);
    control(w, level, EPOLL_CTL_ADD, (int)in, EPOLLIN | EPOLLOUT, 0);
    cr_assert_not(READY(w, edge));
    world_write(w, MAIN, p[1], "a", 1);
    cr_assert(READY(w, edge));
    cr_assert_not(READY(w, edge), "reported");
    cr_assert(READY(w, level));
    cr_assert(READY(w, level));
    world_write(w, MAIN, p[1], "b", 1);
    cr_assert(READY(w, edge), "an arrival, though the inner one was ready already");
    cr_assert(READY(w, in));
    cr_assert_not(READY(w, edge));
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], c, 8), 2);
    cr_assert_not(READY(w, edge));
    cr_assert_not(READY(w, level));
    world_write(w, MAIN, p[1], "c", 1);
    cr_assert(READY(w, edge));
    control(w, in, EPOLL_CTL_MOD, p[0], EPOLLIN, 0);
    cr_assert_not(READY(w, edge), "it was ready before");
    world_write(w, MAIN, q[1], "q", 1);
    control(w, in, EPOLL_CTL_ADD, q[0], EPOLLIN, 0);
    cr_assert(READY(w, edge), "an entry that is ready when it comes");
    DO(w, MAIN, CLOSE, I(in));
    cr_assert_not(READY(w, level), "gone with its description");
    cr_assert_eq(world_objects(w, SLOT_EPOLL), 2);
    world_write(w, MAIN, p[1], "d", 1);
    DO(w, MAIN, CLOSE, I(level));
    DO(w, MAIN, CLOSE, I(edge));
    cr_assert_eq(world_objects(w, SLOT_EPOLL), 0);
    world_close(w);
}

Test(epoll_nested, instances_are_nested_five_deep_and_in_no_circle) /* POLL-14 */
{
    for (int up = 0; up < 2; up++) {
        struct world *w = world_open();
        int64_t e[8];
        for (int i = 0; i < 8; i++)
            e[i] = DO(w, MAIN, EPOLL_CREATE1, 0);
        for (int i = 0; i < 7; i++) {
            int64_t outer = e[up ? i + 1 : i], inner = e[up ? i : i + 1];
            if (i == 4)
                FAILS(ELOOP, DO(w, MAIN, EPOLL_CTL, I(outer), EPOLL_CTL_ADD, I(inner), EVENTS));
            else
                cr_assert_eq(DO(w, MAIN, EPOLL_CTL, I(outer), EPOLL_CTL_ADD, I(inner), EVENTS), 0);
        }
        int64_t top = e[up ? 2 : 0], below = e[up ? 0 : 2];
        FAILS(ELOOP, DO(w, MAIN, EPOLL_CTL, I(below), EPOLL_CTL_ADD, I(top), EVENTS));
        for (int i = 0; i < 8; i++)
            cr_assert_eq(DO(w, MAIN, CLOSE, I(e[i])), 0);
        cr_assert_eq(world_objects(w, SLOT_EPOLL), 0);
        world_close(w);
    }
}

Test(epoll_nested, a_closed_end_is_watched_by_nobody) /* POLL-12, FIFO-14 */
{
    struct world *w = world_open();
    strcpy((char *)w->memory + 60000, "/tmp/f");
    DO(w, MAIN, MKFIFO, MEMORY + 60000, 0600);
    int64_t reader = DO(w, MAIN, OPEN, MEMORY + 60000, O_RDONLY | O_NONBLOCK);
    int64_t writer = DO(w, MAIN, OPEN, MEMORY + 60000, O_WRONLY), e = DO(w, MAIN, EPOLL_CREATE1, 0);
    control(w, e, EPOLL_CTL_ADD, (int)reader, EPOLLIN | EPOLLET, 0);
    DO(w, MAIN, CLOSE, I(reader));
    DO(w, MAIN, CLOSE, I(e));
    cr_assert_geq(DO(w, MAIN, OPEN, MEMORY + 60000, O_RDONLY), 0);
    cr_assert_eq(world_write(w, MAIN, (int)writer, "x", 1), 1);
    world_close(w);
}
