/* The same program, compiled for the host and run in the machine, prints the same text. */
#include <criterion/criterion.h>
#include <sys/wait.h>

#include "machine/sim.h"

static void run_natively(const char *source, const char *argument, vec_char *out)
{
    char path[] = "/tmp/impasse-native-XXXXXX", command[400];
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
    snprintf(command, sizeof command, "clang -w -std=gnu11 -O0 -I sim/include -o %s %s && %s %s; rm -f %s", path,
             source, path, argument, path);
    FILE *f = popen(command, "r");
    cr_assert_not_null(f);
    for (int c; (c = fgetc(f)) != EOF;)
        text_printf(out, "%c", c);
    cr_assert_eq(pclose(f), 0);
}

static void run_simulated(const char *source, const char *argument, vec_char *out)
{
    const char *flags[] = {"-w"};
    const struct machine_options options = {.arguments = &argument, .argument_count = 1};
    struct sim s;
    struct program *p = sim_compile(&source, 1, flags, 1);
    cr_assert_not_null(p);
    sim_begin(&s, p, &options);
    sim_run(&s);
    char room[200];
    if (s.locals[0])
        cr_assert_fail("line %u: %s", sim_line(&s, 0), sim_message(&s, 0, room, sizeof room));
    text_append(out, s.console.items, s.console.count);
    sim_end(&s);
    program_destroy(p);
}

Test(native, the_language_means_the_same)
{
    vec_char expected = {0}, got = {0};
    run_natively("tests/machine/samples/language.c", "argument", &expected);
    run_simulated("tests/machine/samples/language.c", "argument", &got);
    cr_assert_gt(expected.count, 500);
    cr_expect_str_eq(got.items, expected.items);
    VEC_FREE(&expected);
    VEC_FREE(&got);
}
