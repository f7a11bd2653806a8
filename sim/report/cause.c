/* See cause.h. The names are those that engineers use for these hangs. */
#include "report/cause.h"

#include <string.h>

const struct finding_task *cause_task_of(const struct finding *f, uint32_t pid)
{
    for (size_t i = 0; i < f->tasks.count; i++)
        if (f->tasks.items[i].pid == pid)
            return &f->tasks.items[i];
    return NULL;
}

/* ---- the cycle ---- */

/* An edge of the wait-for graph that may be part of a cycle. A process's own end of a pipe holds off end-of-file, but
 * nobody waits for himself to write: that edge counts only if it is the trouble, or the only one. */
static bool is_edge(const struct cause *c, const struct finding_task *t, uint32_t to, bool own_ends)
{
    uint32_t kind = c->tasks[t - c->found->tasks.items].why.kind;
    bool pipe = kind == MODEL_WAIT_PIPE_EMPTY || kind == MODEL_WAIT_PIPE_FULL || kind == MODEL_WAIT_EDGE ||
                kind == MODEL_WAIT_ANY;
    return to != t->pid || !pipe || own_ends || t->waits_for.count == 1;
}

/* Whether `pid` is reachable from `from` along waits_for; the path, `from` first, goes to found->cycle. */
static bool reach(const struct cause *c, uint32_t from, uint32_t pid, bool own_ends, vec_u32 *seen)
{
    struct finding *f = c->found;
    const struct finding_task *t = cause_task_of(f, from);
    if (!t || !t->culprit)
        return false;
    VEC_PUSH(&f->cycle, from);
    for (size_t i = 0; i < t->waits_for.count; i++)
        if (t->waits_for.items[i] == pid && is_edge(c, t, pid, own_ends))
            return true;
    for (size_t i = 0; i < t->waits_for.count; i++) {
        uint32_t next = t->waits_for.items[i];
        bool known = !is_edge(c, t, next, own_ends);
        for (size_t j = 0; j < seen->count && !known; j++)
            known = seen->items[j] == next;
        if (known)
            continue;
        VEC_PUSH(seen, next);
        if (reach(c, next, pid, own_ends, seen))
            return true;
    }
    f->cycle.count--;
    return false;
}

/* Fills found->cycle with a shortest-first found cycle of the wait-for graph among the culprits, if there is one. */
static void find_cycle(const struct cause *c, bool own_ends)
{
    struct finding *f = c->found;
    vec_u32 best = {0}, seen = {0};
    for (size_t i = 0; i < f->tasks.count; i++) {
        f->cycle.count = seen.count = 0;
        VEC_PUSH(&seen, f->tasks.items[i].pid);
        if (!reach(c, f->tasks.items[i].pid, f->tasks.items[i].pid, own_ends, &seen))
            continue;
        if (!best.count || f->cycle.count < best.count) {
            best.count = 0;
            for (size_t j = 0; j < f->cycle.count; j++)
                VEC_PUSH(&best, f->cycle.items[j]);
        }
    }
    VEC_FREE(&f->cycle);
    f->cycle.items = best.items;
    f->cycle.count = best.count;
    f->cycle.capacity = best.capacity;
    VEC_FREE(&seen);
}

/* ---- the name ---- */

const struct cause_task *cause_waiting(const struct cause *c, enum model_wait kind)
{
    for (size_t i = 0; i < c->count; i++)
        if (cause_found(c, &c->tasks[i])->culprit && c->tasks[i].why.kind == kind && c->tasks[i].why.needs.count)
            return &c->tasks[i];
    return NULL;
}

static unsigned culprits_waiting(const struct cause *c, enum model_wait kind)
{
    unsigned n = 0;
    for (size_t i = 0; i < c->count; i++)
        n += cause_found(c, &c->tasks[i])->culprit && c->tasks[i].why.kind == kind && c->tasks[i].why.needs.count;
    return n;
}

/* Who waits for its children writes nothing meanwhile, and what it has not written before they read on was not meant to
 * come: a shell that forgot its own ends of a pipe. */
bool cause_waits_for_child(const struct finding_task *t)
{
    return t && t->culprit && t->call && strncmp(t->call, "wait", 4) == 0;
}

/* Who sleeps in read or write looks at O_NONBLOCK no more (FD-14). */
static bool name_late_flag(const struct cause *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (!cause_found(c, &c->tasks[i])->culprit || !c->tasks[i].why.late)
            continue;
        c->found->cause = "O_NONBLOCK that came too late";
        c->found->help = "set O_NONBLOCK before the call begins; who sleeps already is woken by bytes, by room, by the "
                         "last close of "
                         "the other end, or by a signal";
        return true;
    }
    return false;
}

/* Sleepers in open of a FIFO (FIFO-12, FIFO-15). */
static bool name_rendezvous(const struct cause *c)
{
    struct finding *f = c->found;
    const struct cause_task *open = cause_waiting(c, MODEL_WAIT_NAME_OPEN);
    if (cause_waiting(c, MODEL_WAIT_NAME_GONE)) {
        f->cause = "FIFO removed while somebody waits to open it";
        f->help = "make the FIFO once, and remove it only after everybody has opened it";
        return true;
    }
    if (!open)
        return false;
    bool crossed = false;
    for (size_t i = 0; i < c->count; i++)
        crossed |= cause_found(c, &c->tasks[i])->culprit && c->tasks[i].why.kind == MODEL_WAIT_NAME_OPEN &&
                   c->tasks[i].why.object != open->why.object;
    f->cause = crossed ? "FIFO opened in crossed order" : "FIFO opened from one side only";
    f->help = crossed ? "open the FIFOs in the same order on both sides"
                      : "open the other end in a process that runs on, or open this one with O_RDWR or O_NONBLOCK";
    return true;
}

static void name(struct finding *f, const char *cause, const char *help)
{
    f->cause = cause;
    f->help = help;
}

/* CAUSE-01: the first that fits. */
void cause_of_hang(const struct cause *c)
{
    struct finding *f = c->found;
    cause_holders(c);
    bool end_of_file = cause_end_of_file(c);
    const char *missing = f->cause, *cure = f->help;
    name(f, NULL, NULL);
    find_cycle(c, end_of_file);
    unsigned full = culprits_waiting(c, MODEL_WAIT_PIPE_FULL);
    const struct cause_task *child = cause_waiting(c, MODEL_WAIT_CHILD), *sem = cause_waiting(c, MODEL_WAIT_SEMAPHORE);
    if (cause_signal(c) || name_late_flag(c) || name_rendezvous(c) || cause_readiness_gone(c) || cause_unflushed(c))
        return;
    if (cause_waiting(c, MODEL_WAIT_EDGE))
        name(f, "edge-triggered event that was reported already",
             "after each event read until EAGAIN, without blocking");
    else if (full >= 2)
        name(f, "pipes full in both directions",
             "read from one pipe while writing to the other, or write no more than the pipes hold");
    else if (cause_waiting(c, MODEL_WAIT_STOPPED))
        name(f, "a stopped process that nobody continues",
             "send SIGCONT on every path, and stop no process that may hold a lock");
    else if (end_of_file)
        name(f, missing, cure);
    else if (cause_rounds(c) || cause_own_lock(c))
        return;
    else if (full && child)
        name(f, "waiting for a child that cannot finish writing",
             "read the pipe until end-of-file before waiting for the child");
    else if (sem && !cause_found(c, sem)->waits_for.count)
        name(f, "a semaphore that nobody can post",
             "post it on every path, and keep it in a shared mapping (pshared = 1)");
    else if (f->cycle.count > 1)
        name(f, "circular wait", sem ? "take the semaphores in the same order everywhere" : NULL);
    else if (cause_waiting(c, MODEL_WAIT_SIGNAL))
        name(f, "waiting for a signal that nobody sends", NULL);
    else if (child)
        name(f, "waiting for a child that never ends", NULL);
}
