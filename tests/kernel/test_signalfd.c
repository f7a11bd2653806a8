/* Goal: signalfd, SIG-35 and SIG-38. Method: reads, polls and epolls by two processes that share one descriptor; what
 * is left pending. Its row of the table of EINTR is in test_interrupt.c. */
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

#include "signals.h"

static int open_one(struct world *w, uint32_t pid, uint64_t set, int flags)
{
    put_set(w, set);
    int64_t fd = DO(w, pid, SIGNALFD, I(-1), SET, I(flags));
    cr_assert_geq(fd, 0);
    return (int)fd;
}

static int64_t take(struct world *w, uint32_t pid, int fd, struct signalfd_siginfo *info, unsigned count)
{
    return world_read_bytes(w, pid, fd, info, count * sizeof *info);
}

static int64_t poll_one(struct world *w, uint32_t pid, int fd)
{
    struct pollfd row = {.fd = fd, .events = POLLIN | POLLOUT};
    memcpy(w->memory, &row, sizeof row);
    int64_t ready = DO(w, pid, POLL, MEMORY, 1, 0);
    memcpy(&row, w->memory, sizeof row);
    return ready ? row.revents : 0;
}

Test(signalfd, a_read_takes_pending_signals) /* SIG-35, SIG-02, SIG-03 */
{
    struct world *w = signals_open();
    struct signalfd_siginfo info[4];
    uint64_t set = set_of(SIGUSR1) | set_of(SIGUSR2) | set_of(34);
    change_mask(w, MAIN, SIG_BLOCK, set | set_of(SIGHUP));
    int fd = open_one(w, MAIN, set, 0);
    cr_assert_eq(take(w, MAIN, fd, info, 1), BLOCKED);
    DO(w, MAIN, RAISE, SIGHUP), DO(w, MAIN, RAISE, SIGUSR2), DO(w, MAIN, RAISE, SIGUSR1);
    DO(w, MAIN, SIGQUEUE, MAIN, 34, 77), DO(w, MAIN, SIGQUEUE, MAIN, 34, 78);
    cr_assert_eq(take(w, MAIN, fd, info, 1), (int64_t)sizeof *info);
    cr_assert_eq(info[0].ssi_signo, SIGUSR1);
    cr_assert_eq(info[0].ssi_code, SI_TKILL);
    cr_assert_eq(info[0].ssi_pid, MAIN);
    cr_assert_eq(take(w, MAIN, fd, info, 4), (int64_t)(3 * sizeof *info));
    cr_assert_eq(info[0].ssi_signo, SIGUSR2);
    cr_assert_eq(info[1].ssi_signo, 34);
    cr_assert_eq(info[1].ssi_int, 77);
    cr_assert_eq(info[2].ssi_ptr, 78);
    cr_assert_eq(pending_of(w, MAIN), set_of(SIGHUP), "not of the set");
    world_close(w);
}

Test(signalfd, what_is_wrong) /* SIG-35, SIG-08 */
{
    struct world *w = signals_open();
    int ends[2];
    uint64_t all = UINT64_MAX;
    world_pipe(w, MAIN, ends);
    int fd = open_one(w, MAIN, all, SFD_NONBLOCK | SFD_CLOEXEC);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(fd), F_GETFD, 0), FD_CLOEXEC);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(fd), F_GETFL, 0), O_RDWR | O_NONBLOCK);
    FAILS(EAGAIN, DO(w, MAIN, READ, I(fd), MEMORY, 128));
    FAILS(EINVAL, DO(w, MAIN, READ, I(fd), MEMORY, 127));
    FAILS(EINVAL, DO(w, MAIN, READ, I(fd), MEMORY, 0));
    FAILS(EINVAL, DO(w, MAIN, WRITE, I(fd), MEMORY, 128));
    FAILS(EFAULT, DO(w, MAIN, SIGNALFD, I(-1), 0, 0));
    FAILS(EBADF, DO(w, MAIN, SIGNALFD, 77, SET, 0));
    FAILS(EINVAL, DO(w, MAIN, SIGNALFD, I(ends[0]), SET, 0));
    FAILS(EINVAL, DO(w, MAIN, SIGNALFD, I(-1), SET, 1));
    uint32_t child = world_fork(w, MAIN);
    DO(w, MAIN, KILL, child, SIGKILL);
    FAILS(EAGAIN, DO(w, child, READ, I(fd), MEMORY, 128));
    world_close(w);
}

Test(signalfd, everybody_reads_his_own) /* SIG-38 */
{
    struct world *w = signals_open();
    struct signalfd_siginfo info[1];
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1) | set_of(SIGUSR2));
    int fd = open_one(w, MAIN, set_of(SIGUSR1), 0);
    uint32_t child = world_fork(w, MAIN);
    DO(w, MAIN, KILL, MAIN, SIGUSR1);
    cr_assert_eq(poll_one(w, MAIN, fd), POLLIN);
    cr_assert_eq(poll_one(w, child, fd), 0);
    cr_assert_eq(take(w, child, fd, info, 1), BLOCKED);
    DO(w, MAIN, KILL, child, SIGUSR2);
    put_set(w, set_of(SIGUSR2));
    cr_assert_eq(DO(w, MAIN, SIGNALFD, I(fd), SET, 0), fd);
    cr_assert_eq(take(w, child, fd, info, 1), (int64_t)sizeof *info);
    cr_assert_eq(info[0].ssi_signo, SIGUSR2, "another set for both");
    cr_assert_eq(poll_one(w, MAIN, fd), 0);
    world_close(w);
}

Test(signalfd, a_signal_that_is_not_blocked) /* SIG-35, SIG-20 */
{
    struct world *w = signals_open();
    struct signalfd_siginfo info[1];
    int fd = open_one(w, MAIN, set_of(SIGUSR1) | set_of(SIGTERM), 0);
    act(w, MAIN, SIGUSR1, HANDLER, 0, 0);
    DO(w, MAIN, KILL, MAIN, SIGTERM);
    cr_assert_eq(take(w, MAIN, fd, info, 1), BLOCKED, "it kills");
    DO(w, MAIN, KILL, MAIN, SIGUSR1);
    cr_assert_eq(take(w, MAIN, fd, info, 1), (int64_t)sizeof *info, "no handler runs");
    cr_assert_eq(info[0].ssi_signo, SIGUSR1);
    world_close(w);
}

Test(signalfd, epoll_watches_it_until_it_is_closed) /* SIG-38, POLL-01 */
{
    struct world *w = signals_open();
    struct epoll_event asked = {.events = EPOLLIN, .data.u32 = 7}, edge = {.events = EPOLLIN | EPOLLET};
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
    int fd = open_one(w, MAIN, set_of(SIGUSR1), 0);
    int ep = (int)DO(w, MAIN, EPOLL_CREATE1, 0);
    memcpy(w->memory, &edge, sizeof edge);
    FAILS(EINVAL, DO(w, MAIN, EPOLL_CTL, I(ep), EPOLL_CTL_ADD, I(fd), MEMORY));
    cr_assert(w->k.outcome.limit);
    memcpy(w->memory, &asked, sizeof asked);
    cr_assert_eq(DO(w, MAIN, EPOLL_CTL, I(ep), EPOLL_CTL_ADD, I(fd), MEMORY), 0);
    cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(ep), MEMORY, 1, I(-1)), BLOCKED);
    DO(w, MAIN, RAISE, SIGUSR1);
    cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(ep), MEMORY, 1, I(-1)), 1);
    cr_assert_eq(DO(w, MAIN, CLOSE, I(fd)), 0);
    cr_assert_eq(world_objects(w, SLOT_SIGNALFD), 0);
    cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(ep), MEMORY, 1, I(-1)), BLOCKED, "forgotten");
    fd = open_one(w, MAIN, set_of(SIGUSR1), 0);
    memcpy(w->memory, &asked, sizeof asked);
    cr_assert_eq(DO(w, MAIN, EPOLL_CTL, I(ep), EPOLL_CTL_ADD, I(fd), MEMORY), 0);
    cr_assert_eq(DO(w, MAIN, CLOSE, I(ep)), 0);
    cr_assert_eq(DO(w, MAIN, CLOSE, I(fd)), 0);
    cr_assert_eq(world_objects(w, SLOT_EPOLL) + world_objects(w, SLOT_SIGNALFD), 0);
    world_close(w);
}

/* Whether epoll_ctl takes the descriptor; if not, it must be the limit. */
static bool watches(struct world *w, int ep, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events};
    memcpy(w->memory, &event, sizeof event);
    int64_t result = DO(w, MAIN, EPOLL_CTL, I(ep), EPOLL_CTL_ADD, I(fd), MEMORY);
    cr_assert_eq(result == 0, !w->k.outcome.limit);
    return result == 0;
}

Test(signalfd, inside_an_instance_that_stands_in_another_one) /* SIG-38, POLL-14 */
{
    struct world *w = signals_open();
    change_mask(w, MAIN, SIG_BLOCK, set_of(SIGUSR1));
    int fd = open_one(w, MAIN, set_of(SIGUSR1), 0), ep[5];
    for (int i = 0; i < 5; i++)
        ep[i] = (int)DO(w, MAIN, EPOLL_CREATE1, 0);
    cr_assert(watches(w, ep[0], fd, EPOLLIN));
    cr_assert(watches(w, ep[1], ep[0], EPOLLIN));
    cr_assert_not(watches(w, ep[2], ep[0], EPOLLIN | EPOLLET), "edges of what shows signals");
    cr_assert_not(watches(w, ep[2], ep[1], EPOLLIN | EPOLLET), "also further in");
    cr_assert(watches(w, ep[4], ep[3], EPOLLIN | EPOLLET));
    cr_assert(watches(w, ep[3], ep[2], EPOLLIN));
    cr_assert_not(watches(w, ep[3], fd, EPOLLIN), "it is watched by edges itself");
    cr_assert_not(watches(w, ep[2], fd, EPOLLIN), "and so is who watches this one");
    cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(ep[1]), MEMORY, 1, I(-1)), BLOCKED);
    DO(w, MAIN, RAISE, SIGUSR1);
    cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(ep[1]), MEMORY, 1, I(-1)), 1);
    DO(w, MAIN, CLOSE, I(fd));
    cr_assert_eq(DO(w, MAIN, EPOLL_WAIT, I(ep[1]), MEMORY, 1, I(-1)), BLOCKED, "forgotten");
    world_close(w);
}
