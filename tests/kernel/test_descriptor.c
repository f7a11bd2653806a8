/* Goal: spec/fd.md. Method: the calls in the harness, each rule by its id, then the errno table. */
#include <fcntl.h>

#include "harness.h"

Test(descriptor, numbers_are_the_lowest_free_ones)
{
    struct world *w = world_open(); /* FD-01 */
    int p[2];
    world_pipe(w, MAIN, p);
    cr_assert_eq(DO(w, MAIN, DUP, 0), 5);
    cr_assert_eq(DO(w, MAIN, CLOSE, 1), 0);
    cr_assert_eq(DO(w, MAIN, CLOSE, 4), 0);
    world_pipe(w, MAIN, p);
    cr_assert_eq(p[0], 1);
    cr_assert_eq(p[1], 4);
    cr_assert_eq(DO(w, MAIN, FCNTL, 0, F_DUPFD, 10), 10);
    cr_assert_eq(DO(w, MAIN, FCNTL, 0, F_DUPFD, 10), 11);
    world_close(w);
}

Test(descriptor, a_full_table_fails_and_says_that_the_limit_was_met)
{
    struct world *w = world_open(); /* FD-01, LIM-13 */
    w->settings.descriptors = 4;
    FAILS(EMFILE, DO(w, MAIN, PIPE, MEMORY));
    cr_assert(w->k.outcome.limit);
    cr_assert_eq(DO(w, MAIN, DUP, 0), 3);
    cr_assert_not(w->k.outcome.limit);
    FAILS(EMFILE, DO(w, MAIN, DUP, 0));
    cr_assert(w->k.outcome.limit);
    FAILS(EBADF, DO(w, MAIN, DUP2, 0, 4));
    cr_assert(w->k.outcome.limit);
    cr_assert_eq(world_objects(w, SLOT_PIPE), 0);
    world_close(w);
}

Test(descriptor, status_flags_are_shared_and_close_on_exec_is_not)
{
    struct world *w = world_open(); /* FD-02 */
    int p[2];
    world_pipe(w, MAIN, p);
    int64_t copy = DO(w, MAIN, DUP, I(p[0]));
    uint32_t child = world_fork(w, MAIN);
    cr_assert_eq(DO(w, child, FCNTL, I(p[0]), F_SETFL, O_NONBLOCK), 0);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[0]), F_GETFL), O_RDONLY | O_NONBLOCK);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(copy), F_GETFL), O_RDONLY | O_NONBLOCK);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[1]), F_GETFL), O_WRONLY);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(copy), F_SETFD, FD_CLOEXEC), 0);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(copy), F_GETFD), FD_CLOEXEC);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[0]), F_GETFD), 0);
    cr_assert_eq(DO(w, child, FCNTL, I(copy), F_GETFD), 0);
    world_close(w);
}

Test(descriptor, close_on_exec_is_set_where_it_was_asked_for)
{
    struct world *w = world_open();
    int p[2];
    cr_assert_eq(DO(w, MAIN, PIPE2, MEMORY, O_CLOEXEC | O_NONBLOCK), 0);
    memcpy(p, w->memory, sizeof p);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[1]), F_GETFD), FD_CLOEXEC);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[1]), F_GETFL), O_WRONLY | O_NONBLOCK);
    cr_assert_eq(DO(w, MAIN, DUP3, I(p[0]), 10, O_CLOEXEC), 10);
    cr_assert_eq(DO(w, MAIN, FCNTL, 10, F_GETFD), FD_CLOEXEC);
    cr_assert_eq(DO(w, MAIN, DUP2, I(p[0]), 10), 10);
    cr_assert_eq(DO(w, MAIN, FCNTL, 10, F_GETFD), 0);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[0]), F_DUPFD_CLOEXEC, 20), 20);
    cr_assert_eq(DO(w, MAIN, FCNTL, 20, F_GETFD), FD_CLOEXEC);
    world_close(w);
}

Test(descriptor, dup2_onto_itself_closes_nothing)
{
    struct world *w = world_open(); /* FD-03 */
    int p[2];
    world_pipe(w, MAIN, p);
    cr_assert_eq(DO(w, MAIN, DUP2, I(p[0]), I(p[0])), p[0]);
    FAILS(EBADF, DO(w, MAIN, DUP2, 77, I(p[0])));
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[0]), F_GETFD), 0);
    world_close(w);
}

Test(descriptor, dup2_closes_what_the_number_was)
{
    struct world *w = world_open(); /* FD-04, GEN-13 */
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], &c, 1), BLOCKED);
    cr_assert_eq(DO(w, MAIN, DUP2, 0, I(p[1])), p[1]);
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], &c, 1), 0);
    cr_assert_eq(world_read_bytes(w, MAIN, p[1], &c, 1), 0, "the console is at its end");
    world_close(w);
}

Test(descriptor, only_the_last_of_all_copies_closes_the_object)
{
    struct world *w = world_open(); /* GEN-13, FD-05 */
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    int64_t copy = DO(w, MAIN, DUP, I(p[1]));
    uint32_t child = world_fork(w, MAIN);
    const struct {
        uint32_t pid;
        int64_t fd;
    } order[] = {{MAIN, p[1]}, {child, copy}, {MAIN, copy}, {child, p[1]}};
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(world_read_bytes(w, MAIN, p[0], &c, 1), BLOCKED);
        cr_assert_eq(DO(w, order[i].pid, CLOSE, I(order[i].fd)), 0);
    }
    cr_assert_eq(world_read_bytes(w, MAIN, p[0], &c, 1), 0);
    world_close(w);
}

Test(descriptor, the_console_takes_everything_and_is_a_terminal)
{
    struct world *w = world_open();
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    cr_assert_eq(world_write(w, MAIN, 1, "hello ", 6), 6);
    cr_assert_eq(world_write(w, MAIN, 2, "world", 5), 5);
    text_append(&w->console, "", 0);
    cr_assert_str_eq(w->console.items, "hello world");
    cr_assert_eq(DO(w, MAIN, WRITE, 1, MEMORY, 200000), 200000);
    cr_assert_eq(world_read_bytes(w, MAIN, 0, &c, 1), 0);
    cr_assert_eq(DO(w, MAIN, ISATTY, 1), 1);
    cr_assert_eq(DO(w, MAIN, ISATTY, I(p[0])), 0);
    cr_assert_eq(error_of(w), ENOTTY);
    cr_assert_eq(DO(w, MAIN, ISATTY, 77), 0);
    cr_assert_eq(error_of(w), EBADF);
    world_close(w);
}

Test(descriptor, a_command_that_is_not_modelled_is_named)
{
    struct world *w = world_open();
    FAILS(EINVAL, DO(w, MAIN, FCNTL, 0, F_SETLKW, MEMORY));
    cr_assert(w->k.outcome.limit);
    size_t n;
    const char *note = intern_get(w->components, w->k.outcome.note, &n);
    cr_assert(memmem(note, n, "fcntl command 7", 15));
    FAILS(EINVAL, DO(w, MAIN, FCNTL, 0, F_SETFL, O_ASYNC));
    cr_assert(w->k.outcome.limit);
    world_close(w);
}

Test(descriptor, errno_table)
{
    struct world *w = world_open(); /* FD-07; as measured on Linux 6.18 */
    const struct {
        uint32_t call;
        uint64_t args[3];
        int error;
    } rows[] = {
        {KCALL_CLOSE, {77}, EBADF},
        {KCALL_CLOSE, {I(-1)}, EBADF},
        {KCALL_DUP, {77}, EBADF},
        {KCALL_DUP2, {I(-1), I(-1)}, EBADF},
        {KCALL_DUP2, {0, I(-1)}, EBADF},
        {KCALL_DUP2, {77, 77}, EBADF},
        {KCALL_DUP3, {0, 0, 0}, EINVAL},
        {KCALL_DUP3, {77, 77, 0}, EINVAL},
        {KCALL_DUP3, {77, 50, 1}, EINVAL},
        {KCALL_DUP3, {77, I(-1), 0}, EBADF},
        {KCALL_DUP3, {77, 50, 0}, EBADF},
        {KCALL_FCNTL, {77, F_GETFD, 0}, EBADF},
        {KCALL_FCNTL, {77, 12345, 0}, EBADF},
        {KCALL_FCNTL, {77, F_DUPFD, I(-1)}, EBADF},
        {KCALL_FCNTL, {0, F_DUPFD, I(-1)}, EINVAL},
        {KCALL_FCNTL, {0, F_DUPFD, 100000}, EINVAL},
        {KCALL_LSEEK, {0, 0, 0}, ESPIPE}, /* PIPE-21 */
        {KCALL_LSEEK, {0, 0, 4}, ESPIPE},
        {KCALL_LSEEK, {0, 0, 5}, EINVAL},
        {KCALL_LSEEK, {0, 0, I(-1)}, EINVAL},
        {KCALL_LSEEK, {77, 0, 5}, EBADF},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t args[6] = {rows[i].args[0], rows[i].args[1], rows[i].args[2]};
        cr_assert_eq(world_call(w, MAIN, rows[i].call, args), -1, "row %zu", i);
        cr_assert_eq(error_of(w), rows[i].error, "row %zu: errno %d", i, error_of(w));
    }
    world_close(w);
}

Test(descriptor, a_range_outside_of_user_memory_faults_before_anything_else)
{
    struct world *w = world_open(); /* FD-09 */
    const uint64_t kernel_address = UINT64_C(0xffff800000000000), huge = UINT64_C(1) << 47;
    int p[2];
    world_pipe(w, MAIN, p);
    FAILS(EFAULT, DO(w, MAIN, READ, I(p[0]), kernel_address, 0));
    FAILS(EFAULT, DO(w, MAIN, READ, I(p[0]), kernel_address, 1)); /* not asleep */
    FAILS(EFAULT, DO(w, MAIN, READ, 0, kernel_address, 1));       /* not the end of file */
    FAILS(EFAULT, DO(w, MAIN, READ, I(p[0]), MEMORY, huge));
    FAILS(EFAULT, DO(w, MAIN, WRITE, I(p[1]), kernel_address, 0));
    FAILS(EBADF, DO(w, MAIN, READ, I(p[1]), kernel_address, 1));
    cr_assert_eq(DO(w, MAIN, READ, I(p[0]), 0, 1), BLOCKED);
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), 0, 0), 0);
    FAILS(EFAULT, DO(w, MAIN, WRITE, I(p[1]), 0, 1));
    world_close(w);
}

/* Random dup, dup2, close and fork; a plain count of references says when the reader must see the end. */
Test(descriptor, random_copies_agree_with_a_count)
{
    enum { TABLE = 12, PROCESSES = 3 };
    for (uint64_t seed = 1; seed <= 30; seed++) { /* GEN-13, PIPE-01 */
        struct world *w = world_open();
        int p[2];
        char c;
        bool open[PROCESSES][TABLE] = {{false}};
        w->settings.descriptors = TABLE;
        world_pipe(w, MAIN, p);
        uint32_t pid[PROCESSES] = {MAIN, world_fork(w, MAIN), world_fork(w, MAIN)};
        for (int i = 0; i < PROCESSES; i++)
            open[i][p[1]] = true;
        uint64_t random = seed;
        for (int i = 0; i < 120; i++) {
            random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            unsigned who = (unsigned)(random >> 33 & 0xff) % PROCESSES;
            unsigned from = random >> 60 & 1 ? 4 : 5 + (unsigned)(random >> 41 & 0xff) % (TABLE - 5);
            unsigned to = 5 + (unsigned)(random >> 49 & 0xff) % (TABLE - 5);
            if (random >> 61 & 1) {
                cr_assert_eq(DO(w, pid[who], CLOSE, from), open[who][from] ? 0 : -1);
                open[who][from] = false;
            } else {
                cr_assert_eq(DO(w, pid[who], DUP2, from, to), open[who][from] ? (int64_t)to : -1);
                open[who][to] = open[who][from] || open[who][to];
            }
            unsigned all = 0;
            for (unsigned j = 0; j < PROCESSES * TABLE; j++)
                all += open[j / TABLE][j % TABLE];
            cr_assert_eq(world_read_bytes(w, MAIN, p[0], &c, 1), all ? BLOCKED : 0);
        }
        world_close(w);
    }
}
