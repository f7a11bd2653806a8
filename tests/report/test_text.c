/* Goal: the report for people reads as design.md 7 has it, at any width, whatever strings are in it.
 * Method: whole texts of hand-built findings, and properties (width, ASCII, no trailing blanks) of hostile ones. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "report/sample.h"

static void expect_text(const struct report *r, unsigned width, const char *expected)
{
    char *text = sample_text(r, width);
    cr_assert(eq(str, text, (char *)expected));
    free(text);
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* Every line is printable ASCII, ends in no blank and, commands to copy and places to jump to apart, is at most `width`
 * long. */
static void expect_clean(const char *text, size_t width)
{
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        cr_assert(length == 0 || line[length - 1] != ' ', "trailing blank: %.*s", (int)length, line);
        for (size_t i = 0; i < length; i++)
            cr_assert(line[i] >= ' ' && line[i] < 0x7f, "not printable: %.*s", (int)length, line);
        if (strncmp(line, "next: ", 6) != 0 && strncmp(line, "models/", 7) != 0)
            cr_assert(length <= width, "longer than %zu: %.*s", width, (int)length, line);
        line += length + (line[length] == '\n');
    }
}

Test(text, a_deadlock_is_explained_line_by_line)
{
    struct report r = sample_deadlock();
    expect_text(&r, 120,
                "deadlock: 2 of 2 processes wait forever                  complete: 11 states, 13 transitions, 0.06 s\n"
                "cause: end-of-file that never comes\n"
                "\n"
                "models/pipe/forgotten_close.c:14:12: child (pid 2) waits in read\n"
                "   14 |     while (read(p[0], &c, 1) > 0)\n"
                "      |            ^ the pipe is empty: needs data, or its last write end closed\n"
                "      |              the only open write end is the child's own descriptor 4, inherited by fork at\n"
                "      |                line 12\n"
                "models/pipe/forgotten_close.c:21:5: main (pid 1) waits in wait\n"
                "   21 |     wait(NULL);\n"
                "      |     ^ needs child (pid 2) to exit\n"
                "wait-for: main -> child -> child\n"
                "\n"
                "step  line  main                   child\n"
                "   1    11  pipe(p) = [3, 4]\n"
                "   2    12  fork() = 2\n"
                "   3    19  write(4, \"hi\", 2) = 2\n"
                "   4    14                         read(3, \"h\", 1) = 1\n"
                " end        wait(NULL) waits       read(3, c, 1) waits\n"
                "point of no return: step 2; after this fork no schedule ends well\n"
                "help: close p[1] in the child before it reads\n"
                "\n"
                "next: impasse graph models/pipe/forgotten_close.c -o out/forgotten_close.svg\n"
                "search: depth 6, peak memory 2.0 MiB, 8.0 bytes per state\n");
}

Test(text, at_eighty_columns_the_coverage_goes_below_the_verdict)
{
    struct report r = sample_deadlock();
    char *text = sample_text(&r, 80);
    cr_assert(
        has(text, "deadlock: 2 of 2 processes wait forever\n    complete: 11 states, 13 transitions, 0.06 s\ncause: "));
    expect_clean(text, 80);
    free(text);
}

Test(text, without_room_for_columns_the_trace_has_a_column_of_names)
{
    struct report r = sample_deadlock();
    char *text = sample_text(&r, 50);
    cr_assert(has(text, "step  line  process  call\n"
                        "   1    11  main     pipe(p) = [3, 4]\n"));
    cr_assert(has(text, "\n end        child    read(3, c, 1) waits\n"));
    cr_assert(has(text, "      |            ^\n      |     the pipe is empty: needs data, or its\n"
                        "      |       last write end closed\n"));
    expect_clean(text, 50);
    free(text);
}

Test(text, ok_is_one_line_and_its_figures)
{
    static const char *notes[] = {"a.c:9 never runs"};
    struct report r = sample_ok();
    r.states = 1118878;
    r.transitions = 1;
    r.threads = 2;
    LIST(r.notes, notes);
    expect_text(&r, 0,
                "ok: no schedule hangs, crashes or fails an assertion\n"
                "    complete: 1,118,878 states, 1 transition, 0.06 s\n"
                "search: depth 6, peak memory 2.0 MiB, 8.0 bytes per state, 2 threads\n"
                "note: a.c:9 never runs\n");
    cr_assert(eq(int, report_exit_status(&r), 0));
}

Test(text, incomplete_says_why)
{
    struct report r = sample_ok();
    r.verdict = VERDICT_INCOMPLETE;
    r.complete = false;
    r.incomplete_reason = "the limit --max-states 11 was reached";
    r.options = "-DN=3";
    expect_text(&r, 100,
                "incomplete: nothing wrong in what was covered        not complete: 11 states, 13 transitions, 0.06 s\n"
                "reason: the limit --max-states 11 was reached\n"
                "next: impasse fuzz models/pipe/forgotten_close.c -DN=3\n"
                "search: depth 6, peak memory 2.0 MiB, 8.0 bytes per state\n");
    cr_assert(eq(int, report_exit_status(&r), 3));
}

Test(text, ok_that_does_not_cover_everything_is_not_passed)
{
    struct report r = sample_ok();
    r.complete = false;
    cr_assert(eq(int, report_exit_status(&r), 3));
    r.fuzz = true;
    cr_assert(eq(int, report_exit_status(&r), 0));
}

Test(text, exit_status_follows_the_verdict)
{
    struct report r = sample_deadlock();
    cr_assert(eq(int, report_exit_status(&r), 1));
    r.verdict = VERDICT_CRASH;
    cr_assert(eq(int, report_exit_status(&r), 1));
    cr_assert(eq(str, (char *)verdict_word(VERDICT_LIVELOCK), "livelock"));
}

Test(text, an_assertion_points_at_its_line)
{
    struct report r = sample_deadlock();
    struct finding *f = &r.violations.items[0];
    static struct finding_step last = {5, 2, "child", "exit", "", "", "models/pipe/forgotten_close.c", 14, 5, ""};
    r.verdict = f->kind = VERDICT_ASSERTION;
    f->message = "assertion failed: n == 1";
    f->cause = f->help = NULL;
    f->tasks.count = f->cycle.count = 0;
    f->trace.items = &last;
    f->trace.count = 1;
    f->no_return_known = false;
    expect_text(&r, 100,
                "assertion: assertion failed: n == 1                      complete: 11 states, 13 transitions, 0.06 s\n"
                "\n"
                "models/pipe/forgotten_close.c:14:5: child (pid 2) fails an assertion\n"
                "   14 |     while (read(p[0], &c, 1) > 0)\n"
                "      |     ^ assertion failed: n == 1\n"
                "\n"
                "step  line  child\n"
                "   5    14  exit()\n"
                "\n"
                "next: impasse graph models/pipe/forgotten_close.c -o out/forgotten_close.svg\n"
                "search: depth 6, peak memory 2.0 MiB, 8.0 bytes per state\n");
}

Test(text, tasks_that_are_no_culprits_have_one_line)
{
    struct report r = sample_deadlock();
    struct finding_task *server = &r.violations.items[0].tasks.items[1];
    server->culprit = false;
    server->status = "idle";
    server->needs = NULL;
    char *text = sample_text(&r, 100);
    cr_assert(
        has(text, "\nmodels/pipe/forgotten_close.c:21:5: main (pid 1) is idle in wait\nwait-for: child -> child\n"));
    free(text);
}

Test(text, fuzzing_gives_runs_and_seed_and_how_to_replay)
{
    struct report r = sample_deadlock();
    r.command = "fuzz";
    r.fuzz = true;
    r.runs = 10000;
    r.failures = 37;
    r.seed = 1;
    r.strategy = "random";
    r.trail_file = "out/it's.trail";
    r.violations.items[0].message = "2 of 2 wait";
    char *text = sample_text(&r, 100);
    cr_assert(
        has(text,
            "deadlock: 2 of 2 wait                                 10,000 runs, 37 failed, seed 1, random, 0.06 s\n"));
    cr_assert(has(text, "next: impasse replay 'out/it'\\''s.trail'\n"
                        "      impasse check models/pipe/forgotten_close.c\n"));
    free(text);
}

Test(text, long_traces_lose_their_middle_but_not_the_point_of_no_return)
{
    static struct finding_step steps[1000];
    struct report r = sample_deadlock();
    for (uint32_t i = 0; i < 1000; i++)
        steps[i] =
            (struct finding_step){i + 1, 1 + i % 2, i % 2 ? "child" : "main", "getpid", "", "1", "a.c", i + 1, 1, ""};
    LIST(r.violations.items[0].trace, steps);
    r.violations.items[0].no_return = 500;
    char *text = sample_text(&r, 80);
    cr_assert(has(text, "\n  20    20"));
    cr_assert(has(text, "\n ...  477 steps left out, --json has all\n"));
    cr_assert(has(text, "\n 500   500"));
    cr_assert(has(text, "\n ...  464 steps left out, --json has all\n"));
    cr_assert(has(text, "\n1000  1000"));
    expect_clean(text, 80);
    free(text);
}

Test(text, a_hundred_processes_fit)
{
    static struct finding_task tasks[100];
    static char names[100][16];
    static struct finding_step steps[50];
    struct report r = sample_deadlock();
    for (uint32_t i = 0; i < 100; i++) {
        snprintf(names[i], sizeof names[i], "child %u", i);
        tasks[i] = (struct finding_task){.pid = i + 1,
                                         .name = names[i],
                                         .status = "blocked",
                                         .call = "sem_wait",
                                         .arguments = "&table->fork[1]",
                                         .file = "philosophers.c",
                                         .line = 10,
                                         .column = 3,
                                         .needs = "the semaphore is 0: needs a sem_post",
                                         .culprit = true};
        if (i < 50)
            steps[i] = (struct finding_step){
                i + 1, i + 1, names[i], "sem_wait", "&table->fork[1]", "0", i % 2 ? "a.c" : "b/c.c", 5, 1, ""};
    }
    LIST(r.violations.items[0].tasks, tasks);
    LIST(r.violations.items[0].trace, steps);
    r.violations.items[0].cycle.count = 0;
    char *text = sample_text(&r, 80);
    cr_assert(has(text, "    no process is left that could provide it\n"));
    cr_assert(has(text, "and 76 more tasks (--json has all)\n"));
    cr_assert(has(text, "step  place  process   call\n   1  c.c:5  child 0   sem_wait(&table->fork[1]) = 0\n"));
    expect_clean(text, 80);
    free(text);
}

Test(text, cells_are_wrapped_when_the_columns_are_too_narrow)
{
    static struct finding_step steps[] = {
        {1, 1, "main", "write", "4, \"a long message that needs room\", 30", "30", NULL, 0, 0, ""},
        {2, 2, "child", "read", "3, \"a long message that needs room\", 64", "30", NULL, 0, 0, ""},
    };
    struct report r = sample_deadlock();
    LIST(r.violations.items[0].trace, steps);
    r.violations.items[0].tasks.count = 0;
    char *text = sample_text(&r, 80);
    cr_assert(has(text, "step  main                                  child\n"
                        "   1  write(4, \"a long message that needs\n"
                        "        room\", 30) = 30\n"
                        "   2                                        read(3, \"a long message that needs\n"
                        "                                              room\", 64) = 30\n"));
    expect_clean(text, 80);
    free(text);
}

static const char *hostile_source(void *context, const char *file, uint32_t line)
{
    (void)context, (void)file, (void)line;
    return "\tif (read(fd, \"\xc3\xa9\x1b[31m\xff\", some_rather_long_expression(with_arguments, and_more_of_them))) { "
           "oh_no(); }\r";
}

Test(text, hostile_strings_reach_no_terminal)
{
    static const char *hostile[] = {"a\033[31m\n\xff\xc3\xa9.c"};
    struct report r = sample_deadlock();
    struct finding *f = &r.violations.items[0];
    LIST(r.files, hostile);
    f->message = f->cause = f->help = f->tasks.items[0].file = f->tasks.items[0].name = f->tasks.items[0].needs =
        hostile[0];
    f->tasks.items[0].column = 40;
    f->tasks.items[1].column = 4000000000u;
    char *text = NULL;
    size_t size = 0;
    for (unsigned width = 1; width < 130; width += 7) {
        struct report_style style = {.width = width, .source_line = hostile_source};
        FILE *out = open_memstream(&text, &size);
        report_text(&r, &style, out);
        fclose(out);
        expect_clean(text, 1000);
        cr_assert(has(text, "\\033[31m\\n\\377\\303\\251.c"));
        cr_assert(has(text, "impasse graph $'a\\033[31m\\n\\377\\303\\251.c'"));
        free(text);
    }
}

Test(text, colours_change_nothing_but_escapes)
{
    struct report r = sample_deadlock();
    char *plain = sample_text(&r, 100), *colored = NULL;
    size_t size = 0, kept = 0;
    struct report_style style = {.color = true, .width = 100, .source_line = sample_source};
    FILE *out = open_memstream(&colored, &size);
    report_text(&r, &style, out);
    fclose(out);
    cr_assert(has(colored, "\033[1;31mdeadlock\033[0m: "));
    for (size_t i = 0; i < size; i++) {
        if (colored[i] == '\033')
            i += strcspn(colored + i, "m");
        else
            colored[kept++] = colored[i];
    }
    colored[kept] = '\0';
    cr_assert(eq(str, colored, plain));
    free(plain);
    free(colored);
}

Test(text, further_violations_are_numbered)
{
    struct finding findings[5];
    struct report r = sample_deadlock();
    for (int i = 0; i < 5; i++)
        findings[i] = r.violations.items[0];
    LIST(r.violations, findings);
    char *text = sample_text(&r, 100);
    cr_assert(has(text, "\nviolation 2 of 5: deadlock: 2 of 2 processes wait forever\ncause: "));
    cr_assert(has(text, "\n\nviolation 4 of 5: deadlock: 2 of 2 processes wait forever\nviolation 5 of 5: "));
    free(text);
}
