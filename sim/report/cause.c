/* See cause.h. The names are those that engineers use for these hangs. */
#include "report/cause.h"

#include <string.h>

static const struct finding_task *task_of(const struct finding *f, uint32_t pid)
{
    for (size_t i = 0; i < f->tasks.count; i++)
        if (f->tasks.items[i].pid == pid)
            return &f->tasks.items[i];
    return NULL;
}

/* Whether `pid` is reachable from `from` along waits_for; the path, `from` first, goes to f->cycle. */
static bool reach(struct finding *f, uint32_t from, uint32_t pid, vec_u32 *seen)
{
    const struct finding_task *t = task_of(f, from);
    if (!t || !t->culprit)
        return false;
    VEC_PUSH(&f->cycle, from);
    for (size_t i = 0; i < t->waits_for.count; i++)
        if (t->waits_for.items[i] == pid)
            return true;
    for (size_t i = 0; i < t->waits_for.count; i++) {
        uint32_t next = t->waits_for.items[i];
        bool known = false;
        for (size_t j = 0; j < seen->count && !known; j++)
            known = seen->items[j] == next;
        if (known)
            continue;
        VEC_PUSH(seen, next);
        if (reach(f, next, pid, seen))
            return true;
    }
    f->cycle.count--;
    return false;
}

void cause_cycle(struct finding *f)
{
    vec_u32 best = {0}, seen = {0};
    for (size_t i = 0; i < f->tasks.count; i++) {
        f->cycle.count = seen.count = 0;
        VEC_PUSH(&seen, f->tasks.items[i].pid);
        if (!reach(f, f->tasks.items[i].pid, f->tasks.items[i].pid, &seen))
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

void cause_holder(const struct finding *f, struct finding_task *t, struct arena *arena)
{
    unsigned posts = 0;
    for (size_t i = f->trace.count; i-- > 0;) {
        const struct finding_step *s = &f->trace.items[i];
        if (strcmp(s->arguments, t->arguments) != 0 || strcmp(s->result, "0") != 0)
            continue;
        if (strcmp(s->call, "sem_post") == 0) {
            posts++;
        } else if (strcmp(s->call, "sem_wait") == 0 || strcmp(s->call, "sem_trywait") == 0) {
            if (posts && posts--)
                continue;
            const struct finding_task *holder = task_of(f, s->pid);
            VEC_PUSH(&t->enablers,
                     arena_printf(arena, "taken by %s at line %u%s", s->pid == t->pid ? "itself" : s->name, s->line,
                                  holder ? "" : ", which is gone"));
            t->waits_for.count = 0;
            if (holder)
                VEC_PUSH(&t->waits_for, s->pid);
            return;
        }
    }
}

static const struct cause_task *culprit_waiting(const struct finding *f, const struct cause_task *tasks, size_t count,
                                                enum model_wait kind)
{
    for (size_t i = 0; i < count; i++)
        if (f->tasks.items[tasks[i].index].culprit && tasks[i].why.kind == kind && tasks[i].why.needs.count)
            return &tasks[i];
    return NULL;
}

static unsigned culprits_waiting(const struct finding *f, const struct cause_task *tasks, size_t count,
                                 enum model_wait kind)
{
    unsigned n = 0;
    for (size_t i = 0; i < count; i++)
        n += f->tasks.items[tasks[i].index].culprit && tasks[i].why.kind == kind && tasks[i].why.needs.count;
    return n;
}

static bool has_written(const struct finding *f, uint32_t pid, int32_t descriptor, struct arena *arena)
{
    const char *start = arena_printf(arena, "%d,", descriptor);
    for (size_t i = 0; i < f->trace.count; i++) {
        const struct finding_step *s = &f->trace.items[i];
        if (s->pid == pid && strcmp(s->call, "write") == 0 && strncmp(s->arguments, start, strlen(start)) == 0)
            return true;
    }
    return false;
}

/* Whether a process has read something from a descriptor. */
static bool has_read(const struct finding *f, const struct finding_task *t)
{
    for (size_t i = 0; i < f->trace.count; i++) {
        const struct finding_step *s = &f->trace.items[i];
        if (s->pid == t->pid && s->line == t->line && strcmp(s->call, "read") == 0 && s->result[0] != '0')
            return true;
    }
    return false;
}

/* Who waits for its children writes nothing meanwhile, and what it has not written before they read on was not meant to
 * come: a shell that forgot its own ends of a pipe. */
static bool waits_for_child(const struct finding_task *t)
{
    return t && t->culprit && t->call && strncmp(t->call, "wait", 4) == 0;
}

/* A reader whose end-of-file is held off by a write end that its holder never used: almost always one that should have
 * been closed. The reader's own write end is the plainest case (FD-05). */
static const struct model_waker *idle_write_end(struct model *m, const struct finding *f,
                                                const struct cause_task *reader, struct arena *arena)
{
    const struct finding_task *t = &f->tasks.items[reader->index];
    for (int own = 1; own >= 0; own--)
        for (size_t i = 0; i < reader->why.wakers.count; i++) {
            const struct model_waker *w = &reader->why.wakers.items[i];
            uint32_t pid = model_task_pid(m, w->task);
            if (w->descriptor < 0 || (pid == t->pid) != own || has_written(f, pid, w->descriptor, arena))
                continue;
            if (own || strncmp(w->how.items, "inherited", 9) == 0 ||
                (has_read(f, t) && waits_for_child(task_of(f, pid))))
                return w;
        }
    return NULL;
}

/* Somebody who holds a write end can still move: they may be the one who was to write. */
static bool writer_runs_on(struct model *m, const struct finding *f, const struct cause_task *reader)
{
    for (size_t i = 0; i < reader->why.wakers.count; i++) {
        const struct finding_task *t = task_of(f, model_task_pid(m, reader->why.wakers.items[i].task));
        if (t && !t->culprit)
            return true;
    }
    return false;
}

/* The reader has had something to read on this pipe: then what is missing is the end of it, not a first message. */
static bool name_end_of_file(struct model *m, struct finding *f, const struct cause_task *tasks, size_t count,
                             struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        if (!f->tasks.items[tasks[i].index].culprit || tasks[i].why.kind != MODEL_WAIT_PIPE_EMPTY)
            continue;
        const struct model_waker *w = idle_write_end(m, f, &tasks[i], arena);
        if (!w || writer_runs_on(m, f, &tasks[i]))
            continue;
        const char *reader = f->tasks.items[tasks[i].index].name;
        const struct finding_task *holder = task_of(f, model_task_pid(m, w->task));
        f->cause = "end-of-file that never comes";
        f->help = arena_printf(arena, "close descriptor %d in %s before %s reads", w->descriptor, holder->name,
                               holder->name == reader || strcmp(holder->name, reader) == 0 ? "it" : reader);
        return true;
    }
    return false;
}

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

/* A time-out that came too early: an alarm's handler ran before the call that it was to break off (SIG-19). */
static bool name_lost_alarm(struct finding *f)
{
    for (size_t i = 0; i < f->trace.count; i++) {
        const struct finding_step *step = &f->trace.items[i];
        const struct finding_task *t = task_of(f, step->pid);
        static const char before[] = "handler, before ";
        if (!t || !t->culprit || !t->call || strcmp(step->call, "deliver") != 0 || !comes_from_timer(f, i) ||
            strncmp(step->result, before, sizeof before - 1) != 0 ||
            strcmp(step->result + sizeof before - 1, t->call) != 0 || step->line != t->line)
            continue;
        f->cause = "lost wake-up";
        f->help = "an alarm that fires before the call begins, or whose handler restarts calls (SA_RESTART), does not "
                  "break it off: let the handler write to a pipe that is read, or a timer repeat";
        return true;
    }
    return false;
}

/* A process that waits for a signal in vain, whose handler ran earlier in the trace: the signal came before the wait
 * (SIG-19), or it was one of several that merged into one (SIG-02). */
static bool name_lost_signal(struct finding *f, const struct cause_task *tasks, size_t count, struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        const struct finding_task *t = &f->tasks.items[tasks[i].index];
        const struct finding_step *lost = NULL;
        bool merged = false;
        if (!t->culprit || tasks[i].why.kind != MODEL_WAIT_SIGNAL)
            continue;
        for (size_t s = 0; s < f->trace.count; s++) {
            const struct finding_step *step = &f->trace.items[s];
            if (step->pid == t->pid && strcmp(step->call, "deliver") == 0)
                lost = step;
            merged |= step->pid != t->pid && strncmp(step->note, "merged", 6) == 0;
        }
        if (merged) {
            f->cause = "signals that merged";
            f->help = "a standard signal that is already pending is not counted again: let the handler look at the state, "
                      "or use sigqueue with a real-time signal";
        } else if (lost) {
            f->cause = "lost wake-up";
            f->help = arena_printf(arena, "block %s before testing for it, and wait with sigsuspend, which unblocks it and "
                                          "waits in one step", lost->arguments);
        } else {
            continue;
        }
        return true;
    }
    return false;
}

/* Who ignores SIGCHLD waits until its last child has gone, and learns nothing of any of them (PROC-11). */
static bool name_ignored_children(struct finding *f)
{
    for (size_t i = 0; i < f->tasks.count; i++) {
        const struct finding_task *t = &f->tasks.items[i];
        if (!waits_for_child(t))
            continue;
        for (size_t s = 0; s < f->trace.count; s++) {
            const struct finding_step *step = &f->trace.items[s];
            if (step->pid != t->pid || strcmp(step->call, "signal") != 0 ||
                strcmp(step->arguments, "SIGCHLD, SIG_IGN") != 0)
                continue;
            f->cause = "waiting for a child while SIGCHLD is ignored";
            f->help = "leave SIGCHLD at its default: with SIG_IGN a wait ends only when no child is left, and fails";
            return true;
        }
    }
    return false;
}

/* Who sleeps in read or write looks at O_NONBLOCK no more (FD-14). */
static bool name_late_flag(struct finding *f, const struct cause_task *tasks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!f->tasks.items[tasks[i].index].culprit || !tasks[i].why.late)
            continue;
        f->cause = "O_NONBLOCK that came too late";
        f->help = "set O_NONBLOCK before the call begins; who sleeps already is woken by bytes, by room, by the last close of the "
                  "other end, or by a signal";
        return true;
    }
    return false;
}

/* Sleepers in open of a FIFO (FIFO-12, FIFO-15). */
static bool name_rendezvous(struct finding *f, const struct cause_task *tasks, size_t count)
{
    const struct cause_task *open = culprit_waiting(f, tasks, count, MODEL_WAIT_NAME_OPEN);
    if (culprit_waiting(f, tasks, count, MODEL_WAIT_NAME_GONE)) {
        f->cause = "FIFO removed while somebody waits to open it";
        f->help = "make the FIFO once, and remove it only after everybody has opened it";
        return true;
    }
    if (!open)
        return false;
    bool crossed = false;
    for (size_t i = 0; i < count; i++)
        crossed |= f->tasks.items[tasks[i].index].culprit && tasks[i].why.kind == MODEL_WAIT_NAME_OPEN &&
                   tasks[i].why.object != open->why.object;
    f->cause = crossed ? "FIFO opened in crossed order" : "FIFO opened from one side only";
    f->help = crossed ? "open the FIFOs in the same order on both sides"
                      : "open the other end in a process that runs on, or open this one with O_RDWR or O_NONBLOCK";
    return true;
}

void cause_name(struct model *m, struct finding *f, const struct cause_task *tasks, size_t count, struct arena *arena)
{
    unsigned full = culprits_waiting(f, tasks, count, MODEL_WAIT_PIPE_FULL);
    unsigned semaphores = culprits_waiting(f, tasks, count, MODEL_WAIT_SEMAPHORE);
    const struct cause_task *child = culprit_waiting(f, tasks, count, MODEL_WAIT_CHILD);
    const struct cause_task *sem = culprit_waiting(f, tasks, count, MODEL_WAIT_SEMAPHORE);
    if (name_ignored_children(f) || name_lost_signal(f, tasks, count, arena) || name_lost_alarm(f) ||
        name_late_flag(f, tasks, count) || name_rendezvous(f, tasks, count)) {
        return;
    } else if (culprit_waiting(f, tasks, count, MODEL_WAIT_EDGE)) {
        f->cause = "edge-triggered event that was reported already";
        f->help = "after each event read until EAGAIN, without blocking";
    } else if (full >= 2) {
        f->cause = "pipes full in both directions";
        f->help = "read from one pipe while writing to the other, or write no more than the pipes hold";
    } else if (culprit_waiting(f, tasks, count, MODEL_WAIT_STOPPED)) {
        f->cause = "a stopped process that nobody continues";
        f->help = "send SIGCONT on every path, and stop no process that may hold a lock";
    } else if (name_end_of_file(m, f, tasks, count, arena)) {
        return;
    } else if (full && child) {
        f->cause = "waiting for a child that cannot finish writing";
        f->help = "read the pipe until end-of-file before waiting for the child";
    } else if (sem && !f->tasks.items[sem->index].waits_for.count) {
        f->cause = "a semaphore that nobody can post";
        f->help = "post it on every path, and keep it in a shared mapping (pshared = 1)";
    } else if (semaphores && f->cycle.count > 1) {
        f->cause = "circular wait";
        f->help = "take the semaphores in the same order everywhere";
    } else if (f->cycle.count > 1) {
        f->cause = "circular wait";
    } else if (culprit_waiting(f, tasks, count, MODEL_WAIT_SIGNAL)) {
        f->cause = "waiting for a signal that nobody sends";
    } else if (child) {
        f->cause = "waiting for a child that never ends";
    }
}
