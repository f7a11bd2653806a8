/* Causes of hangs at pipes: see cause.h. */
#include <inttypes.h>
#include <string.h>

#include "report/cause.h"

/* ---- end-of-file that never comes ---- */

static bool has_written(const struct cause *c, uint32_t pid, int32_t descriptor)
{
    const struct finding *f = c->found;
    const char *start = arena_printf(c->arena, "%d,", descriptor);
    for (size_t i = 0; i < f->trace.count; i++) {
        const struct finding_step *s = &f->trace.items[i];
        if (s->pid == pid && strcmp(s->call, "write") == 0 && strncmp(s->arguments, start, strlen(start)) == 0)
            return true;
    }
    return false;
}

/* Whether a process has read something where it waits now: then it lacks the end of it, not a first message. */
static bool has_read(const struct finding *f, const struct finding_task *t)
{
    for (size_t i = 0; i < f->trace.count; i++) {
        const struct finding_step *s = &f->trace.items[i];
        if (s->pid == t->pid && s->line == t->line && strcmp(s->call, "read") == 0 && s->result[0] != '0')
            return true;
    }
    return false;
}

/* A write end that its holder never used, and is not about to: almost always one that should have been closed. */
static bool is_forgotten(const struct cause *c, const struct cause_task *reader, const struct model_waker *w)
{
    const struct finding_task *t = cause_found(c, reader);
    uint32_t pid = model_task_pid(c->m, w->task);
    if (w->descriptor < 0 || has_written(c, pid, w->descriptor))
        return false;
    return pid == t->pid || strncmp(w->how.items, "inherited", 9) == 0 ||
           (has_read(c->found, t) && cause_waits_for_child(cause_task_of(c->found, pid)));
}

/* A holder who can still move may be the one who was to write. */
static bool may_write(const struct cause *c, const struct model_waker *w)
{
    const struct finding_task *t = cause_task_of(c->found, model_task_pid(c->m, w->task));
    return t && !t->culprit && strcmp(t->status, "idle") != 0;
}

/* The end to close, the reader's own one first (FD-05); NULL if closing forgotten ends would not bring end-of-file, or
 * if what the reader lacks is its first message. */
static const struct model_waker *forgotten_end(const struct cause *c, const struct cause_task *reader)
{
    const struct finding_task *t = cause_found(c, reader);
    const struct model_waker *found = NULL;
    bool others = false;
    for (size_t i = 0; i < reader->why.wakers.count; i++) {
        const struct model_waker *w = &reader->why.wakers.items[i];
        bool own = model_task_pid(c->m, w->task) == t->pid;
        if (!is_forgotten(c, reader, w) || may_write(c, w))
            return NULL;
        others |= !own;
        if (!found || own)
            found = w;
    }
    return others && !has_read(c->found, t) ? NULL : found;
}

bool cause_end_of_file(const struct cause *c)
{
    struct finding *f = c->found;
    for (size_t i = 0; i < c->count; i++) {
        const struct finding_task *reader = cause_found(c, &c->tasks[i]);
        if (!reader->culprit || c->tasks[i].why.kind != MODEL_WAIT_PIPE_EMPTY)
            continue;
        const struct model_waker *w = forgotten_end(c, &c->tasks[i]);
        if (!w)
            continue;
        const struct finding_task *holder = cause_task_of(f, model_task_pid(c->m, w->task));
        f->cause = "end-of-file that never comes";
        f->help = arena_printf(c->arena, "close descriptor %d in %s before %s reads", w->descriptor, holder->name,
                               strcmp(holder->name, reader->name) == 0 ? "it" : reader->name);
        return true;
    }
    return false;
}

/* ---- output that waits in a buffer ---- */

/* A culprit holds what the reader waits for: it was written to a stream of stdio, and never to the pipe. */
bool cause_unflushed(const struct cause *c)
{
    struct finding *f = c->found;
    for (size_t i = 0; i < c->count; i++) {
        if (!cause_found(c, &c->tasks[i])->culprit || c->tasks[i].why.kind != MODEL_WAIT_PIPE_EMPTY)
            continue;
        for (size_t k = 0; k < c->tasks[i].why.wakers.count; k++) {
            const struct model_waker *w = &c->tasks[i].why.wakers.items[k];
            const struct finding_task *holder = cause_task_of(f, model_task_pid(c->m, w->task));
            if (!w->unwritten || !holder || !holder->culprit)
                continue;
            f->cause = arena_printf(c->arena,
                                    "output that waits in a buffer: %s has %" PRIu64 " byte%s for descriptor %d in "
                                    "stdio, not written yet",
                                    holder->name, w->unwritten, w->unwritten == 1 ? "" : "s", w->descriptor);
            f->help = arena_printf(c->arena, "call fflush in %s before it waits for more, or setvbuf at its start",
                                   holder->name);
            return true;
        }
    }
    return false;
}

/* ---- readiness that is gone ---- */

static bool tells_readiness(const char *call)
{
    static const char *const CALLS[] = {"poll", "ppoll", "select", "pselect", "epoll_wait", "epoll_pwait"};
    for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++)
        if (strcmp(call, CALLS[i]) == 0)
            return true;
    return false;
}

static bool step_writes(const struct model_step *s, uint32_t slot)
{
    for (uint32_t i = 0; i < s->effect->write_count; i++)
        if (s->effect->writes[i].slot == slot)
            return true;
    return false;
}

/* Who reads where it was told that there is something, and somebody else took that first (POLL-05). Its last step
 * asked, and the first one after that which changed the pipe was another process's read. */
bool cause_readiness_gone(const struct cause *c)
{
    struct finding *f = c->found;
    for (size_t i = 0; i < c->count; i++) {
        const struct finding_task *reader = cause_found(c, &c->tasks[i]);
        if (!reader->culprit || c->tasks[i].why.kind != MODEL_WAIT_PIPE_EMPTY)
            continue;
        size_t asked = f->trace.count;
        while (asked > 0 && f->trace.items[asked - 1].pid != reader->pid)
            asked--;
        if (!asked || !tells_readiness(f->trace.items[asked - 1].call) || f->trace.items[asked - 1].result[0] == '-')
            continue;
        size_t taken = asked; /* the first step behind it, if any, that touched the pipe */
        while (taken < f->trace.count && !step_writes(&c->path->steps[taken], c->tasks[i].why.object))
            taken++;
        if (taken == f->trace.count || strcmp(f->trace.items[taken].call, "read") != 0)
            continue;
        const struct finding_step *thief = &f->trace.items[taken];
        f->cause = arena_printf(c->arena, "readiness that was gone: %s reported it to %s, and %s read first (step %u)",
                                f->trace.items[asked - 1].call, reader->name, thief->name, thief->number);
        f->help = "make the descriptor non-blocking, and ask again after EAGAIN";
        return true;
    }
    return false;
}
