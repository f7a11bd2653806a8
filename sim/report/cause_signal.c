/* Causes of hangs that have to do with signals: see cause.h. */
#include <string.h>

#include "report/cause.h"

/* Whether the signal that step `at` acts on is that of a timer of the process. */
static bool comes_from_timer(const struct finding *f, size_t at)
{
    const struct finding_step *acts = &f->trace.items[at];
    for (size_t i = 0; i < at; i++) {
        const struct finding_step *step = &f->trace.items[i];
        if (step->pid == acts->pid && strcmp(step->call, "timer") == 0 && strcmp(step->result, acts->arguments) == 0)
            return true;
    }
    return strcmp(acts->arguments, "SIGALRM") == 0;
}

/* Whether a process set the handler with signal(), which restarts what it interrupts (SIG-34). */
static bool is_restarting(const struct finding *f, uint32_t pid, const char *signal, size_t before)
{
    bool restarts = false;
    for (size_t i = 0; i < before; i++) {
        const struct finding_step *s = &f->trace.items[i];
        if (s->pid == pid && strncmp(s->arguments, signal, strlen(signal)) == 0 && s->arguments[strlen(signal)] == ',')
            restarts = strcmp(s->call, "signal") == 0 || (restarts && strcmp(s->call, "sigaction") != 0);
    }
    return restarts;
}

/* A time-out that came too early: an alarm's handler ran before the call that it was to break off (SIG-19); or one that
 * can never come, as the call is restarted (EINTR-01). */
static bool name_lost_alarm(struct finding *f)
{
    for (size_t i = 0; i < f->trace.count; i++) {
        const struct finding_step *step = &f->trace.items[i];
        const struct finding_task *t = cause_task_of(f, step->pid);
        static const char before[] = "handler, before ";
        if (!t || !t->culprit || !t->call || strcmp(step->call, "deliver") != 0 || !comes_from_timer(f, i) ||
            strncmp(step->result, before, sizeof before - 1) != 0 ||
            strcmp(step->result + sizeof before - 1, t->call) != 0 || step->line != t->line)
            continue;
        f->cause = is_restarting(f, step->pid, step->arguments, i)
                       ? "a call that the handler restarts instead of ending it"
                       : "lost wake-up";
        f->help = "an alarm that fires before the call begins, or whose handler restarts calls (SA_RESTART), does not "
                  "break it off: let the handler write to a pipe that is read, or a timer repeat";
        return true;
    }
    return false;
}

/* A process that waits for a signal in vain, whose handler ran earlier in the trace: the signal came before the wait
 * (SIG-19), or it was one of several that merged into one (SIG-02). */
static bool name_lost_signal(const struct cause *c)
{
    struct finding *f = c->found;
    for (size_t i = 0; i < c->count; i++) {
        const struct finding_task *t = cause_found(c, &c->tasks[i]);
        const struct finding_step *lost = NULL;
        bool merged = false;
        if (!t->culprit || c->tasks[i].why.kind != MODEL_WAIT_SIGNAL)
            continue;
        for (size_t s = 0; s < f->trace.count; s++) {
            const struct finding_step *step = &f->trace.items[s];
            if (step->pid == t->pid && strcmp(step->call, "deliver") == 0)
                lost = step;
            merged |= step->pid != t->pid && strncmp(step->note, "merged", 6) == 0;
        }
        if (merged) {
            f->cause = "signals that merged";
            f->help =
                "a standard signal that is already pending is not counted again: let the handler look at the state, "
                "or use sigqueue with a real-time signal";
        } else if (lost) {
            f->cause = "lost wake-up";
            f->help = arena_printf(c->arena,
                                   "block %s before testing for it, and wait with sigsuspend, which unblocks it "
                                   "and waits in one step",
                                   lost->arguments);
        } else {
            continue;
        }
        return true;
    }
    return false;
}

bool cause_ignores_children(const struct finding *f, uint32_t pid)
{
    for (size_t i = 0; i < f->trace.count; i++) {
        const struct finding_step *s = &f->trace.items[i];
        if (s->pid == pid && strcmp(s->call, "signal") == 0 && strcmp(s->arguments, "SIGCHLD, SIG_IGN") == 0)
            return true;
    }
    return false;
}

/* Who ignores SIGCHLD waits until its last child has gone, and learns nothing of any of them (PROC-11). */
static bool name_ignored_children(struct finding *f)
{
    for (size_t i = 0; i < f->tasks.count; i++) {
        const struct finding_task *t = &f->tasks.items[i];
        if (!cause_waits_for_child(t) || !cause_ignores_children(f, t->pid))
            continue;
        f->cause = "waiting for a child while SIGCHLD is ignored";
        f->help = "leave SIGCHLD at its default: with SIG_IGN a wait ends only when no child is left, and fails";
        return true;
    }
    return false;
}

bool cause_signal(const struct cause *c)
{
    return name_ignored_children(c->found) || name_lost_signal(c) || name_lost_alarm(c->found);
}
