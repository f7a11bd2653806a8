/* See sample.h. */
#include "report/sample.h"

#include <string.h>

#define FILE_NAME "models/pipe/forgotten_close.c"

static const char *files[] = {FILE_NAME};
static const char *enablers[] = {
    "the only open write end is the child's own descriptor 4, inherited by fork at line 12"};
static uint32_t main_waits[] = {2}, child_waits[] = {2}, cycle[] = {2};
static struct finding_task tasks[2];
static struct finding_step steps[4] = {
    {1, 1, "main", "pipe", "p", "[3, 4]", FILE_NAME, 11, 5, ""},
    {2, 1, "main", "fork", "", "2", FILE_NAME, 12, 9, ""},
    {3, 1, "main", "write", "4, \"hi\", 2", "2", FILE_NAME, 19, 5, ""},
    {4, 2, "child", "read", "3, \"h\", 1", "1", FILE_NAME, 14, 12, ""},
};
static struct finding finding;

struct report sample_deadlock(void)
{
    tasks[0] = (struct finding_task){.pid = 2,
                                     .name = "child",
                                     .status = "blocked",
                                     .call = "read",
                                     .arguments = "3, c, 1",
                                     .file = FILE_NAME,
                                     .line = 14,
                                     .column = 12,
                                     .culprit = true,
                                     .needs = "the pipe is empty: needs data, or its last write end closed"};
    LIST(tasks[0].enablers, enablers);
    LIST(tasks[0].waits_for, child_waits);
    tasks[1] = (struct finding_task){.pid = 1,
                                     .name = "main",
                                     .status = "blocked",
                                     .call = "wait",
                                     .arguments = "NULL",
                                     .file = FILE_NAME,
                                     .line = 21,
                                     .column = 5,
                                     .culprit = true,
                                     .needs = "needs child (pid 2) to exit"};
    LIST(tasks[1].waits_for, main_waits);
    finding = (struct finding){.kind = VERDICT_DEADLOCK,
                               .message = "2 of 2 processes wait forever",
                               .cause = "end-of-file that never comes",
                               .help = "close p[1] in the child before it reads",
                               .no_return_known = true,
                               .no_return = 2,
                               .shortest = true};
    LIST(finding.tasks, tasks);
    LIST(finding.cycle, cycle);
    LIST(finding.trace, steps);
    struct report r = sample_ok();
    r.verdict = VERDICT_DEADLOCK;
    r.violations.items = &finding;
    r.violations.count = r.violations.capacity = 1;
    return r;
}

struct report sample_ok(void)
{
    struct report r = {.command = "check",
                       .verdict = VERDICT_OK,
                       .complete = true,
                       .states = 11,
                       .transitions = 13,
                       .depth = 6,
                       .threads = 1,
                       .seconds = 0.06,
                       .peak_bytes = 2 << 20,
                       .store_bytes = 88,
                       .bytes_per_state = 8};
    LIST(r.files, files);
    return r;
}

const char *sample_source(void *context, const char *file, uint32_t line)
{
    (void)context;
    if (strcmp(file, FILE_NAME) != 0)
        return NULL;
    return line == 14 ? "    while (read(p[0], &c, 1) > 0)" : line == 21 ? "    wait(NULL);" : NULL;
}

char *sample_text(const struct report *r, unsigned width)
{
    struct report_style style = {.width = width, .source_line = sample_source};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    report_text(r, &style, out);
    fclose(out);
    return text;
}

char *sample_json(const struct report *r, bool stable)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    report_json(r, stable, out);
    fclose(out);
    return text;
}
