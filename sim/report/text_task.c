/* The tasks of a finding: where each one stands, what it needs, and who could provide it. */
#include <string.h>

#include "report/text.h"

enum {
    FULL_MAX = 8,   /* culprits shown with their source line: more of them hardly ever tell more */
    SHORT_MAX = 16, /* further tasks, one line each */
};

static bool is_fault(const struct finding *f)
{
    return f->kind == VERDICT_CRASH || f->kind == VERDICT_ASSERTION;
}

/* "waits in read", "is idle in accept", "crashes". */
static void append_doing(vec_char *out, const struct finding *f, const struct finding_task *task)
{
    const char *status = task->status ? task->status : "unknown";
    const char *doing = status;
    const char *preposition = "in";
    if (task->culprit && is_fault(f)) {
        doing = f->kind == VERDICT_CRASH ? "crashes" : "fails an assertion";
    } else if (strcmp(status, "blocked") == 0) {
        doing = "waits";
    } else if (strcmp(status, "idle") == 0) {
        doing = "is idle";
    } else if (strcmp(status, "running") == 0) {
        doing = task->culprit ? "runs for ever" : "can go on";
        preposition = "at";
    } else if (strcmp(status, "crashed") == 0) {
        doing = "has crashed";
    } else if (strcmp(status, "zombie") == 0) {
        doing = "has exited";
    }
    text_append(out, "is ", doing == status ? 3 : 0);
    text_ascii(out, doing);
    if (task->call && *task->call && !(task->culprit && f->kind == VERDICT_ASSERTION)) {
        text_printf(out, " %s ", preposition);
        text_ascii(out, task->call);
    }
}

/* "a.c:14:12: child (pid 2) waits in read"; returns its length. */
static size_t headline(const struct text *t, const struct finding *f, const struct finding_task *task)
{
    vec_char place = {0}, rest = {0};
    if (task->file) {
        text_ascii(&place, task->file);
        if (task->line)
            text_printf(&place, ":%u", task->line);
        if (task->line && task->column)
            text_printf(&place, ":%u", task->column);
        text_append(&place, ":", 1);
        text_append(&rest, " ", 1);
    }
    text_ascii(&rest, task->name ? task->name : "process");
    text_printf(&rest, " (pid %u) ", task->pid);
    append_doing(&rest, f, task);
    if (place.count)
        text_paint(t, PAINT_STRONG, place.items);
    text_append(t->out, rest.items, rest.count);
    size_t length = place.count + rest.count;
    VEC_FREE(&place);
    VEC_FREE(&rest);
    return length;
}

static void full(const struct text *t, const struct finding *f, const struct finding_task *task)
{
    static const char *const nobody[] = {"no process is left that could provide it"};
    headline(t, f, task);
    text_append(t->out, "\n", 1);
    if (f->stays && task->culprit)
        text_source(t, task->file, task->line, task->column, f->stays, NULL, 0);
    else if (is_fault(f) || (f->kind == VERDICT_LIVELOCK && !task->needs))
        text_source(t, task->file, task->line, task->column, f->message, NULL, 0);
    else if (task->needs && task->enablers.count == 0 && task->waits_for.count == 0)
        text_source(t, task->file, task->line, task->column, task->needs, nobody, 1);
    else
        text_source(t, task->file, task->line, task->column, task->needs, task->enablers.items, task->enablers.count);
}

static void brief(const struct text *t, const struct finding *f, const struct finding_task *task)
{
    size_t used = headline(t, f, task);
    if (!task->needs) {
        text_append(t->out, "\n", 1);
        return;
    }
    vec_char needs = {0};
    text_ascii(&needs, task->needs);
    if (used + 2 + needs.count <= t->prose) {
        text_printf(t->out, ": %s\n", needs.items);
    } else {
        text_append(t->out, "\n    ", 5);
        text_wrap(t, task->needs, 4, 6);
    }
    VEC_FREE(&needs);
}

/* The task that failed, made of the last step of the trace, for a finding that names no culprit. */
static struct finding_task last_mover(const struct finding *f)
{
    const struct finding_step *last = &f->trace.items[f->trace.count - 1];
    return (struct finding_task){.pid = last->pid,
                                 .name = last->name,
                                 .status = "crashed",
                                 .call = last->call,
                                 .file = last->file,
                                 .line = last->line,
                                 .column = last->column,
                                 .culprit = true};
}

void text_tasks(const struct text *t, const struct finding *f)
{
    size_t culprits = 0, shown_full = 0, shown_short = 0, left_out = 0;
    for (size_t i = 0; i < f->tasks.count; i++) {
        struct finding_task task = f->tasks.items[i];
        if (!task.culprit)
            continue;
        culprits++;
        if (is_fault(f) && !task.file && f->trace.count && f->trace.items[f->trace.count - 1].pid == task.pid) {
            struct finding_task last = last_mover(f);
            task.file = last.file, task.line = last.line, task.column = last.column;
        }
        if (shown_full < FULL_MAX) {
            full(t, f, &task);
            shown_full++;
        }
    }
    if (culprits == 0 && is_fault(f) && f->trace.count > 0) {
        struct finding_task task = last_mover(f);
        full(t, f, &task);
    }
    size_t skip = shown_full; /* culprits that are shown already: the first ones */
    for (int others = 0; others < 2; others++) {
        for (size_t i = 0; i < f->tasks.count; i++) {
            const struct finding_task *task = &f->tasks.items[i];
            if (task->culprit == (others == 1))
                continue;
            if (task->culprit && skip > 0) {
                skip--;
            } else if (shown_short < SHORT_MAX) {
                brief(t, f, task);
                shown_short++;
            } else {
                left_out++;
            }
        }
    }
    if (left_out > 0) {
        text_append(t->out, "and ", 4);
        text_count(t->out, left_out, "more task");
        text_append(t->out, " (--json has all)\n", 18);
    }
}

static const struct finding_task *task_of(const struct finding *f, uint32_t pid)
{
    for (size_t i = 0; i < f->tasks.count; i++)
        if (f->tasks.items[i].pid == pid)
            return &f->tasks.items[i];
    return NULL;
}

static void append_name(vec_char *out, const struct finding *f, uint32_t pid)
{
    const struct finding_task *task = task_of(f, pid);
    if (out->count > 0)
        text_append(out, " -> ", 4);
    if (task && task->name)
        text_ascii(out, task->name);
    else
        text_printf(out, "pid %u", pid);
}

/* The position of pid in the cycle, or -1. */
static ptrdiff_t in_cycle(const struct finding *f, uint32_t pid)
{
    for (size_t i = 0; i < f->cycle.count; i++)
        if (f->cycle.items[i] == pid)
            return (ptrdiff_t)i;
    return -1;
}

/* Appends to `path` the pids from the first culprit outside the cycle into it; returns the position where it enters. No
 * culprit outside: the way starts at the cycle's first member. */
static size_t way_in(const struct finding *f, vec_u32 *path)
{
    for (size_t i = 0; i < f->tasks.count; i++) {
        const struct finding_task *task = &f->tasks.items[i];
        if (!task->culprit || in_cycle(f, task->pid) >= 0)
            continue;
        path->count = 0;
        while (task && in_cycle(f, task->pid) < 0 && path->count < f->tasks.count) {
            VEC_PUSH(path, task->pid);
            const struct finding_task *from = task;
            task = from->waits_for.count ? task_of(f, from->waits_for.items[0]) : NULL;
            for (size_t k = 0; k < from->waits_for.count; k++)
                if (in_cycle(f, from->waits_for.items[k]) >= 0)
                    task = task_of(f, from->waits_for.items[k]);
        }
        if (task && in_cycle(f, task->pid) >= 0)
            return (size_t)in_cycle(f, task->pid);
    }
    path->count = 0;
    return 0;
}

void text_cycle(const struct text *t, const struct finding *f)
{
    if (f->cycle.count == 0)
        return;
    vec_u32 path = {0};
    vec_char names = {0};
    size_t enter = way_in(f, &path);
    for (size_t i = 0; i < path.count; i++)
        append_name(&names, f, path.items[i]);
    for (size_t i = 0; i <= f->cycle.count; i++)
        append_name(&names, f, f->cycle.items[(enter + i) % f->cycle.count]);
    text_labelled(t, PAINT_STRONG, "wait-for", names.items);
    VEC_FREE(&path);
    VEC_FREE(&names);
}
