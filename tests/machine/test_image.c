/* Local states are canonical: what is dead or back to its first value leaves no trace, what is alive does. Each program
 * makes a choice n of 0 or 1, runs some code, and waits in pause(); the two states are compared. */
#include <criterion/criterion.h>

#include "machine/sim.h"

static const char *const prelude =
    "#include <impasse.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
    "#include <unistd.h>\n#include <errno.h>\n#include <fcntl.h>\n"
    "static int g, h = 5; static char big[1 << 20]; static char *p, *q;\n"
    "static void touch(char *s, int n) { s[0] = (char)n; }\n"
    "static int deep(int n) { return n ? deep(n - 1) + 1 : 0; }\n";

static const struct row {
    const char *name;
    const char *body; /* of main, after `int n = impasse_choose(2);` */
    bool same;
} rows[] = {
    {"a dead register", "pause();", true},
    {"a live register", "pause(); return n;", false},
    {"a register that is alive in one branch only", "if (n) g = 7; pause(); g = 0; return h;", false},
    {"a local that is written again", "int a[4]; a[0] = n; pause(); a[0] = 1; return a[0];", true},
    {"a local that is read", "int a[4] = {n, 1}; pause(); return a[h];", false},
    {"a buffer out of scope", "{ char b[100]; touch(b, n); h += b[0] - b[0]; } pause(); return h;", true},
    {"a buffer in scope whose address was given away", "char b[100]; touch(b, n); pause(); return b[h];", false},
    {"a buffer that is zero again", "char b[100]; memset(b, n, 100); memset(b, 0, 100); pause(); return b[h];", true},
    {"a global", "g = n; pause();", false},
    {"a global that has its first value again", "h += n; h -= n; pause();", true},
    {"a global that was only read", "if (n) n = h + big[500000]; pause();", true},
    {"one byte of a big buffer", "big[777777] = (char)n; pause();", false},
    {"a big buffer that was filled and cleared",
     "if (n) { memset(big, 9, sizeof big); memset(big, 0, sizeof big); } pause();", true},
    {"freed blocks",
     "if (n) { p = malloc(50); q = malloc(5000); memset(q, 1, 5000); free(p); free(q); p = q = NULL; } pause();", true},
    {"a live block", "p = calloc(10, 1); p[9] = (char)n; pause();", false},
    {"the size of a block", "p = malloc(10 + (size_t)n); pause();", false},
    {"a hole in the heap",
     "p = malloc(1); q = malloc(1); free(p); p = NULL; if (n) { p = malloc(9); free(p); p = NULL; } pause();", true},
    {"calls that are over", "if (n) deep(20); pause();", true},
    {"variable arguments that are over",
     "char b[20]; if (n) { snprintf(b, 20, \"%d %d\", 3, 4); } memset(b, 0, 20); pause(); "
     "return b[h];",
     true},
    {"errno", "if (n) errno = ENOENT; pause();", false},
    {"arrays of variable length that are over",
     "for (int i = 1; i < n + 3; i++) { int a[i]; a[i - 1] = i; g += a[i - 1]; } g = 0; pause();", true},
    {"the size of an array that is alive", "int a[n + 3]; a[1] = 1; pause(); return a[h];", false},
    {"what a process was that exits", "g = n; p = malloc(9); touch(p, n); _exit(0);", true},
    {"its status", "_exit(n);", false},
    {"being idle", "if (n) impasse_idle(); pause();", false},
    {"atomic", "if (n) impasse_atomic_begin(); pause();", false},
    {"atomic that is over", "if (n) { impasse_atomic_begin(); impasse_atomic_end(); } pause();", true},
    {"a mark on the way", "if (n) impasse_mark(\"here\"); pause();", false},
};

static struct koutcome returns(int64_t value)
{
    return (struct koutcome){.kind = KOUT_RETURN, .value = value};
}

/* Packing what was just unpacked gives the same state: nothing is lost, nothing is added. */
static void check_round_trip(struct sim *s, uint32_t local)
{
    const struct machine_pending *pending = machine_pending(s->machine, local);
    if (pending->trouble != TROUBLE_NONE || pending->call.number == KCALL_EXIT)
        return;
    const struct koutcome goes_on = {.kind = KOUT_CONTINUE, .progress = 1}, back = {.kind = KOUT_CONTINUE};
    uint32_t moved = machine_resume(s->machine, local, &goes_on);
    cr_expect_eq(machine_pending(s->machine, moved)->call.progress, 1);
    cr_expect_eq(machine_resume(s->machine, moved, &back), local);
}

Test(image, only_what_matters_tells_states_apart)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        vec_char text = {0};
        text_printf(&text, "%sint main(void) { int n = impasse_choose(2); %s return 0; }\n", prelude, rows[i].body);
        struct program *p = sim_compile_text(text.items);
        cr_assert_not_null(p);
        struct sim s;
        sim_begin(&s, p, NULL);
        cr_assert_eq(sim_pending(&s, 0)->call.number, KCALL_CHOOSE);
        const struct koutcome zero = returns(0), one = returns(1);
        uint32_t a = machine_resume(s.machine, s.locals[0], &zero), b = machine_resume(s.machine, s.locals[0], &one);
        cr_expect_eq(a == b, rows[i].same, "%s", rows[i].name);
        cr_expect_eq(machine_pending(s.machine, a)->trouble, TROUBLE_NONE, "%s", rows[i].name);
        check_round_trip(&s, s.locals[0]);
        check_round_trip(&s, a);
        check_round_trip(&s, b);
        sim_end(&s);
        program_destroy(p);
        VEC_FREE(&text);
    }
}

/* All states of a long program. */
Test(image, every_state_survives_unpacking_and_packing)
{
    const char *source = "tests/machine/samples/language.c", *argument = "x", *flags[] = {"-w"};
    const struct machine_options options = {.arguments = &argument, .argument_count = 1};
    struct program *p = sim_compile(&source, 1, flags, 1);
    cr_assert_not_null(p);
    struct sim s;
    sim_begin(&s, p, &options);
    do
        check_round_trip(&s, s.locals[0]);
    while (sim_step(&s, 0) && s.locals[0]);
    cr_expect_eq(s.locals[0], 0);
    cr_expect_gt(s.steps, 40);
    sim_end(&s);
    program_destroy(p);
}

/* A megabyte that is alive costs its changed chunk, not a megabyte, per state. */
Test(image, big_buffers_are_shared_between_states)
{
    struct program *p = sim_compile_text(
        "#include <impasse.h>\n#include <stdlib.h>\nstatic int big[1 << 18];\n"
        "int main(void) { int *heap = malloc(sizeof big); for (int i = 0; i < 1 << 18; i++) heap[i] = big[i] = i;\n"
        " for (int i = 0; i < 1000; i++) { big[i * 97] = impasse_choose(2); heap[i * 89] = 0; } return big[77] + "
        "heap[9]; }");
    cr_assert_not_null(p);
    struct sim s;
    sim_begin(&s, p, NULL);
    size_t before = intern_bytes_used(s.components), size;
    for (unsigned i = 0; i < 1000; i++)
        cr_assert(sim_step(&s, 0));
    cr_expect_lt(intern_bytes_used(s.components) - before, 12 << 20);
    intern_get(s.components, s.locals[0], &size);
    cr_expect_lt(size, 1024);
    sim_end(&s);
    program_destroy(p);
}

/* No two runs differ: there is nothing of the host in a state. */
Test(image, states_are_the_same_in_every_run)
{
    const char *source = "tests/machine/samples/language.c", *argument = "x", *flags[] = {"-w"};
    const struct machine_options options = {.arguments = &argument, .argument_count = 1};
    struct program *p = sim_compile(&source, 1, flags, 1);
    cr_assert_not_null(p);
    struct sim s[2];
    for (unsigned i = 0; i < 2; i++) {
        sim_begin(&s[i], p, &options);
        for (unsigned steps = 0; steps < 20; steps++)
            sim_step(&s[i], 0);
    }
    size_t a, b;
    const void *x = intern_get(s[0].components, s[0].locals[0], &a),
               *y = intern_get(s[1].components, s[1].locals[0], &b);
    cr_assert_eq(a, b);
    cr_expect_eq(memcmp(x, y, a), 0);
    cr_expect_eq(intern_count(s[0].components), intern_count(s[1].components));
    sim_end(&s[0]);
    sim_end(&s[1]);
    program_destroy(p);
}
