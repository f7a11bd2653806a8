/* Goal: long contents of a pipe are canonical and cheap (sim/kernel/pipe_bytes.c). Method: the same bytes come about in
 * different ways; many small steps on a full pipe are counted in bytes of components. */
#include "harness.h"

static void fill(unsigned char *bytes, size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        bytes[i] = (unsigned char)(seed >> 56) & (seed >> 40 & 0x3000 ? 0xff : 0);
    }
}

/* However it came about: written at once, or in parts between which it was read. */
Test(pipe_bytes, equal_long_contents_are_equal_states)
{
    enum { BYTES = 20000 };
    static unsigned char all[BYTES], got[BYTES];
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct world *w = world_open();
        int p[2], q[2];
        world_pipe(w, MAIN, p);
        fill(all, BYTES, seed % 4 ? seed : 0);
        if (seed % 4 == 0)
            memset(all, (int)seed, BYTES);
        size_t from = 0, to = 0;
        for (uint64_t i = seed * 77; to < BYTES; i = i * 31 + 7) {
            size_t n = 1 + i % 1500, taken = i % 3 ? i % 900 : i % 5;
            n = n < BYTES - to ? n : BYTES - to;
            cr_assert_eq(world_write(w, MAIN, p[1], all + to, n), (int64_t)n);
            to += n;
            taken = taken < to - from ? taken : to - from - 1;
            if (taken) {
                cr_assert_eq(world_read_bytes(w, MAIN, p[0], (char *)got, taken), (int64_t)taken);
                cr_assert_arr_eq(got, all + from, taken);
            }
            from += taken;
        }
        world_pipe(w, MAIN, q);
        for (size_t at = from; at < to;) {
            int64_t n = world_write(w, MAIN, q[1], all + at, to - at);
            at += n > 0 ? (size_t)n : to;
        }
        uint32_t first = 0;
        for (uint32_t slot = 0; slot < w->vector.count; slot++)
            if (slots_name(w->slots, slot).kind == SLOT_PIPE) {
                cr_expect(!first || first == w->vector.items[slot]);
                first = w->vector.items[slot];
            }
        cr_assert_eq(world_read_bytes(w, MAIN, q[0], (char *)got, BYTES), (int64_t)(to - from));
        cr_assert_arr_eq(got, all + from, to - from);
        world_close(w);
    }
}

/* One byte more at one end, one less at the other: most pieces are the ones that were there. */
Test(pipe_bytes, long_contents_cost_little_per_step)
{
    enum { STEPS = 4000, LEVEL = 60000 };
    static unsigned char bytes[LEVEL + STEPS];
    struct world *w = world_open();
    int p[2];
    char c;
    world_pipe(w, MAIN, p);
    fill(bytes, sizeof bytes, 7);
    cr_assert_eq(world_write(w, MAIN, p[1], bytes, LEVEL), LEVEL);
    size_t before = intern_bytes_used(w->components);
    for (size_t i = 0; i < STEPS; i++) {
        world_write(w, MAIN, p[1], bytes + LEVEL + i, 1);
        world_read_bytes(w, MAIN, p[0], &c, 1);
        cr_assert_eq((unsigned char)c, bytes[i]);
    }
    cr_expect_lt((intern_bytes_used(w->components) - before) / STEPS, 4096);
    world_close(w);
}
