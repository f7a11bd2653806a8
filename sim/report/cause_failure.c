/* Why an assertion failed, as far as the trace tells (CAUSE-03): see cause.h. Each sentence states what happened on the
 * trace, and the choice among them is a diagnosis. */
#include <stdlib.h>
#include <string.h>

#include "report/cause.h"

enum { ARGUMENTS_MAX = 40 }; /* bytes of arguments that are worth repeating */

static bool is_call(const struct finding_step *s, const char *call)
{
    return strcmp(s->call, call) == 0;
}

static bool has_failed(const struct finding_step *s)
{
    return strncmp(s->result, "-1 ", 3) == 0;
}

static bool same_call(const struct finding_step *a, const struct finding_step *b)
{
    return a->pid == b->pid && a->line == b->line && is_call(a, b->call);
}

/* ---- what all steps together tell ---- */

/* "/tmp/x" of arguments that begin with it in quotes, or NULL. */
static const char *path_of(const struct finding_step *s, struct arena *arena)
{
    const char *end = s->arguments[0] == '"' ? strchr(s->arguments + 1, '"') : NULL;
    return end ? arena_string(arena, s->arguments + 1, (size_t)(end - s->arguments - 1)) : NULL;
}

/* mkfifo comes after an open with O_CREAT, which made a regular file of that name (FIFO-01). */
static const char *regular_file(const struct finding *f, struct arena *arena)
{
    for (size_t i = 0; i < f->trace.count; i++) {
        const struct finding_step *made = &f->trace.items[i];
        const char *path =
            is_call(made, "mkfifo") && strcmp(made->result, "-1 EEXIST") == 0 ? path_of(made, arena) : NULL;
        for (size_t o = 0; o < i && path; o++) {
            const struct finding_step *s = &f->trace.items[o];
            const char *other = path_of(s, arena);
            if (!other || strcmp(other, path) != 0)
                continue;
            if (is_call(s, "mkfifo") && !has_failed(s))
                break;
            if (is_call(s, "open") && !has_failed(s) && strstr(s->arguments, "O_CREAT"))
                return arena_printf(arena,
                                    "a regular file where a FIFO was meant: %s, open with O_CREAT at line %u came "
                                    "before mkfifo",
                                    s->name, s->line);
        }
    }
    return NULL;
}

/* kill of a pid that its sender waited for and got again from fork (PROC-21). */
static const char *recycled_pid(const struct finding *f, struct arena *arena)
{
    for (size_t k = 0; k < f->trace.count; k++) {
        const struct finding_step *kill = &f->trace.items[k];
        long pid = is_call(kill, "kill") ? strtol(kill->arguments, NULL, 10) : 0;
        unsigned stage = 0; /* 1: waited for; 2: given again */
        for (size_t i = 0; i < k && pid > 0; i++) {
            const struct finding_step *s = &f->trace.items[i];
            if (s->pid != kill->pid || strtol(s->result, NULL, 10) != pid)
                continue;
            if (strncmp(s->call, "wait", 4) == 0)
                stage = 1;
            else if (is_call(s, "fork") && stage == 1)
                stage = 2;
        }
        if (stage == 2)
            return arena_printf(arena,
                                "a pid that was used again: %ld had been waited for, and was another child's when %s "
                                "killed it at line %u",
                                pid, kill->name, kill->line);
    }
    return NULL;
}

/* A call of the process that failed was broken off, and never made again (EINTR-01). */
static const char *interrupted(const struct finding *f, struct arena *arena)
{
    static const char before[] = "handler, and ", after[] = " is interrupted";
    const struct finding_step *last = &f->trace.items[f->trace.count - 1];
    for (size_t i = f->trace.count; i-- > 0;) {
        const struct finding_step *s = &f->trace.items[i];
        size_t length = strlen(s->result);
        if (s->pid != last->pid || !is_call(s, "deliver") || strncmp(s->result, before, sizeof before - 1) != 0 ||
            length < sizeof before + sizeof after - 2 || strcmp(s->result + length - (sizeof after - 1), after) != 0)
            continue;
        struct finding_step call = *s;
        call.call =
            arena_string(arena, s->result + sizeof before - 1, length - (sizeof before - 1) - (sizeof after - 1));
        for (size_t later = i + 1; later < f->trace.count; later++)
            if (same_call(&f->trace.items[later], &call))
                return NULL;
        return arena_printf(arena, "a call that a signal broke off: %s at line %u fails with EINTR by %s", call.call,
                            s->line, s->arguments);
    }
    return NULL;
}

/* ---- what one step tells ---- */

/* The number behind the last comma of the arguments: how many bytes read or write was asked for. */
static long asked_for(const struct finding_step *s)
{
    const char *comma = strrchr(s->arguments, ',');
    return comma ? strtol(comma + 1, NULL, 10) : 0;
}

static const char *short_transfer(const struct finding_step *s, const char *call, const char *verb, struct arena *arena)
{
    char *end;
    long done = strtol(s->result, &end, 10);
    if (!is_call(s, call) || *end || done <= 0 || done >= asked_for(s))
        return NULL;
    return arena_printf(arena, "%s at line %u %s %ld of %ld bytes", call, s->line, verb, done, asked_for(s));
}

/* EAGAIN although the process never asked for it: somebody else did, for all who share the description (FD-02). */
static const char *shared_flag(const struct finding *f, const struct finding_step *failed, struct arena *arena)
{
    const struct finding_step *setter = NULL;
    for (size_t i = 0; i < f->trace.count; i++) {
        const struct finding_step *s = &f->trace.items[i];
        if (!strstr(s->arguments, "NONBLOCK")) /* O_, SFD_, ... */
            continue;
        if (setter)
            return NULL;
        setter = s;
    }
    if (!setter || setter->pid == failed->pid || !is_call(setter, "fcntl"))
        return NULL;
    return arena_printf(arena,
                        "%s at line %u fails with EAGAIN: %s set O_NONBLOCK at line %u, for all who share the open "
                        "file description",
                        failed->call, failed->line, setter->name, setter->line);
}

/* fork fails, and its caller has children that it never waited for (PROC-06, PROC-30). */
static const char *never_reaped(const struct finding *f, const struct finding_step *failed, struct arena *arena)
{
    unsigned children = 0;
    for (size_t i = 0; i < f->trace.count; i++) {
        const struct finding_step *s = &f->trace.items[i];
        if (s->pid != failed->pid || strtol(s->result, NULL, 10) <= 0)
            continue;
        if (is_call(s, "fork"))
            children++;
        else if (strncmp(s->call, "wait", 4) == 0 && children)
            children--;
    }
    if (!is_call(failed, "fork") || !children)
        return NULL;
    return arena_printf(arena,
                        "children never reaped: fork at line %u fails with EAGAIN, and %s has not waited for %u of "
                        "its children",
                        failed->line, failed->name, children);
}

/* What the step that fails the assertion got, if that is out of the ordinary. */
static const char *odd_outcome(const struct finding *f, const struct finding_step *s, struct arena *arena)
{
    const char *text = NULL;
    if (strcmp(s->result, "-1 EAGAIN") == 0 &&
        ((text = shared_flag(f, s, arena)) || (text = never_reaped(f, s, arena))))
        return text;
    if (has_failed(s)) /* PROC-11 */
        return arena_printf(arena, "%s at line %u fails with %s%s", s->call, s->line, s->result + 3,
                            strcmp(s->result, "-1 ECHILD") == 0 && cause_ignores_children(f, s->pid)
                                ? ": while SIGCHLD is ignored nobody can be waited for"
                                : "");
    if (strcmp(s->result, "0") == 0 && strncmp(s->call, "wait", 4) == 0 && strstr(s->arguments, "WNOHANG"))
        return arena_printf(arena, "%s with WNOHANG at line %u comes before the child can be waited for", s->call,
                            s->line);
    if (strcmp(s->result, "0") == 0 && is_call(s, "read"))
        return arena_printf(arena, "read at line %u returns 0, end-of-file", s->line);
    return short_transfer(s, "read", "gets", arena);
}

/* The point of no return: what made the difference. */
static const char *decisive(const struct finding *f, struct arena *arena)
{
    const struct finding_step *s = &f->trace.items[f->no_return - 1];
    bool brief = strlen(s->arguments) <= ARGUMENTS_MAX;
    return arena_printf(arena, "step %u decides it: %s at line %u, %s(%s)%s%s", s->number, s->name, s->line, s->call,
                        brief ? s->arguments : "...", *s->result ? " = " : "", s->result);
}

void cause_of_failure(struct finding *f, struct arena *arena)
{
    size_t steps = f->trace.count;
    if (f->kind != VERDICT_ASSERTION || !steps)
        return;
    const struct finding_step *last = &f->trace.items[steps - 1];
    if ((f->cause = regular_file(f, arena)) || (f->cause = recycled_pid(f, arena)) ||
        (f->cause = interrupted(f, arena)))
        return;
    bool no_return = f->no_return_known && f->no_return > 0 && f->no_return <= steps;
    if (no_return && f->no_return < steps) {
        f->cause = decisive(f, arena);
        return;
    }
    for (size_t i = steps; i-- > 0 && !f->cause;)
        f->cause = short_transfer(&f->trace.items[i], "write", "takes", arena);
    if (!f->cause)
        f->cause = odd_outcome(f, last, arena);
    if (!f->cause && no_return)
        f->cause = decisive(f, arena);
}
