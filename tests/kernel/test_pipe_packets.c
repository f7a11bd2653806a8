/* Goal: packet mode of pipes (PIPE-20). Method: what was measured on Linux 6.18, in both models of a pipe's room. */
#include <fcntl.h>
#include <sys/ioctl.h>

#include "harness.h"

static struct world *packet_world(bool slots, int p[2])
{
    struct world *w = world_open();
    w->settings.pipe_slots = slots;
    cr_assert_eq(DO(w, MAIN, PIPE2, MEMORY, O_DIRECT | O_NONBLOCK), 0);
    memcpy(p, w->memory, 2 * sizeof *p);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[1]), F_GETFL), O_WRONLY | O_DIRECT | O_NONBLOCK);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[0]), F_GETFL), O_RDONLY | O_NONBLOCK, "the read end needs no flag");
    return w;
}

Test(pipe_packets, a_packet_is_read_or_lost_as_a_whole) /* PIPE-20 */
{
    for (int slots = 0; slots < 2; slots++) {
        int p[2], pending;
        char bytes[8];
        struct world *w = packet_world(slots, p);
        cr_assert_eq(world_write(w, MAIN, p[1], "abc", 3), 3);
        cr_assert_eq(world_write(w, MAIN, p[1], "defgh", 5), 5);
        cr_assert_eq(world_write(w, MAIN, p[1], "", 0), 0, "no packet");
        cr_assert_eq(DO(w, MAIN, IOCTL, I(p[0]), FIONREAD, MEMORY), 0);
        memcpy(&pending, w->memory, sizeof pending);
        cr_assert_eq(pending, 8);
        cr_assert_eq(world_read_bytes(w, MAIN, p[0], bytes, 2), 2);
        cr_assert_arr_eq(bytes, "ab", 2);
        cr_assert_eq(world_read_bytes(w, MAIN, p[0], bytes, 8), 5);
        cr_assert_arr_eq(bytes, "defgh", 5);
        FAILS(EAGAIN, world_read_bytes(w, MAIN, p[0], bytes, 8));
        world_close(w);
    }
}

Test(pipe_packets, plain_bytes_and_packets_in_one_pipe) /* PIPE-20 */
{
    for (int slots = 0; slots < 2; slots++) {
        int p[2];
        char bytes[16];
        struct world *w = packet_world(slots, p);
        DO(w, MAIN, FCNTL, I(p[1]), F_SETFL, O_NONBLOCK);
        world_write(w, MAIN, p[1], "12", 2);
        uint32_t plain = world_value(w, kstep_slot(&w->k, SLOT_PIPE, MAIN, 0));
        world_write(w, MAIN, p[1], "3", 1);
        DO(w, MAIN, FCNTL, I(p[1]), F_SETFL, O_DIRECT);
        world_write(w, MAIN, p[1], "abc", 3);
        DO(w, MAIN, FCNTL, I(p[1]), F_SETFL, 0);
        world_write(w, MAIN, p[1], "1", 1);
        world_write(w, MAIN, p[1], "2", 1);
        cr_assert_eq(world_read_bytes(w, MAIN, p[0], bytes, 5), 5, "up to the packet, and of it what fits");
        cr_assert_arr_eq(bytes, "123ab", 5);
        if (!slots)
            cr_assert_eq(world_value(w, kstep_slot(&w->k, SLOT_PIPE, MAIN, 0)), plain, "nothing is left of the packet");
        cr_assert_eq(world_read_bytes(w, MAIN, p[0], bytes, 9), 2);
        cr_assert_arr_eq(bytes, "12", 2);
        world_close(w);
    }
}

Test(pipe_packets, large_packets_are_cut) /* PIPE-20 */
{
    for (int slots = 0; slots < 2; slots++) {
        int p[2];
        unsigned writes = 0;
        struct world *w = packet_world(slots, p);
        cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), MEMORY, 10000), 10000);
        cr_assert_eq(DO(w, MAIN, READ, I(p[0]), MEMORY, 10000), 4096);
        cr_assert_eq(DO(w, MAIN, READ, I(p[0]), MEMORY, 10000), 4096);
        cr_assert_eq(DO(w, MAIN, READ, I(p[0]), MEMORY, 10000), 1808);
        FAILS(EAGAIN, DO(w, MAIN, READ, I(p[0]), MEMORY, 10000));
        while (DO(w, MAIN, WRITE, I(p[1]), MEMORY, slots ? 1 : 4096) > 0)
            writes++;
        cr_assert_eq(writes, 16);
        world_close(w);
    }
}

Test(pipe_packets, a_write_of_packets_takes_whole_ones) /* PIPE-20, PIPE-10 */
{
    int p[2];
    struct world *w = packet_world(false, p);
    cr_assert_eq(DO(w, MAIN, FCNTL, I(p[1]), F_SETPIPE_SZ, 6000), 6000);
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), MEMORY, 9000), 4096);
    FAILS(EAGAIN, DO(w, MAIN, WRITE, I(p[1]), MEMORY, 9000));
    cr_assert_eq(DO(w, MAIN, WRITE, I(p[1]), MEMORY, 1904), 1904);
    world_close(w);
}
