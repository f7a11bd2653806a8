/* See finding.h: who waits, for what, who could help, and the way there. */
#include "report/finding.h"

#include <inttypes.h>
#include <string.h>

#include "report/cause.h"

static const char *text_of(struct arena *a, const vec_char *t)
{
    return arena_string(a, t->items, t->count);
}

static const char *task_name(const struct model_titles *titles, uint32_t task, struct arena *arena)
{
    const char *name = model_title(titles, task);
    return arena_string(arena, name, strlen(name));
}

enum verdict finding_verdict(enum search_kind kind)
{
    switch (kind) {
    case FOUND_NOTHING:
        return VERDICT_OK;
    case FOUND_DEADLOCK:
        return VERDICT_DEADLOCK;
    case FOUND_STUCK:
        return VERDICT_STUCK;
    case FOUND_ASSERTION:
        return VERDICT_ASSERTION;
    case FOUND_CRASH:
        return VERDICT_CRASH;
    case FOUND_ENDLESS:
    case FOUND_NO_PROGRESS:
        return VERDICT_LIVELOCK;
    }
    return VERDICT_OK;
}

/* ---- tasks ---- */

/* "the only open write end is the child's own descriptor 4, inherited by fork at line 12" */
static void enabler_sentence(const struct model_titles *titles, const struct model_explanation *e, size_t i,
                             uint32_t task, struct finding_task *out, struct arena *arena)
{
    const struct model_waker *w = &e->wakers.items[i];
    const char *who = w->task == task ? "its own" : arena_printf(arena, "%s's", task_name(titles, w->task, arena));
    const char *end = e->kind == MODEL_WAIT_PIPE_EMPTY ? "write" : "read";
    if (w->descriptor < 0)
        return;
    VEC_PUSH(&out->enablers,
             arena_printf(arena, "%s open %s end is %s descriptor %d, %s", e->wakers.count == 1 ? "the only" : "an",
                          end, who, w->descriptor, w->how.count ? w->how.items : ""));
    if (w->unwritten && e->kind == MODEL_WAIT_PIPE_EMPTY)
        VEC_PUSH(&out->enablers,
                 arena_printf(arena, "%" PRIu64 " byte%s for it wait%s in a buffer of stdio", w->unwritten,
                              w->unwritten == 1 ? "" : "s", w->unwritten == 1 ? "s" : ""));
}

static void task_waits(struct model *m, const struct model_titles *titles, const struct model_path *path, uint32_t task,
                       struct finding_task *out, struct model_explanation *e, struct arena *arena)
{
    model_explain(m, path, task, e);
    out->needs = e->needs.count ? text_of(arena, &e->needs) : "this call never returns";
    for (size_t i = 0; i < e->wakers.count; i++) {
        uint32_t pid = model_task_pid(m, e->wakers.items[i].task);
        /* Whoever sleeps on a semaphore does not post it; a reader's own write end is another matter (FD-05). */
        bool known = pid == out->pid && e->kind == MODEL_WAIT_SEMAPHORE;
        for (size_t j = 0; j < out->waits_for.count && !known; j++)
            known = out->waits_for.items[j] == pid;
        if (!known)
            VEC_PUSH(&out->waits_for, pid);
        enabler_sentence(titles, e, i, task, out, arena);
    }
    if (!e->wakers.count)
        VEC_PUSH(&out->enablers, "no process is left that could do it");
}

static const char *status_word(enum model_task_status s, enum model_trouble trouble)
{
    if (trouble != MODEL_FINE)
        return trouble == MODEL_ENDLESS ? "running" : "crashed";
    switch (s) {
    case TASK_ABSENT:
        return "gone";
    case TASK_ENABLED:
        return "running";
    case TASK_BLOCKED:
        return "blocked";
    case TASK_IDLE:
        return "idle";
    case TASK_HELD:
        return "held by an atomic section";
    }
    return "";
}

static struct finding_task task_make(struct model *m, const struct model_titles *titles, const struct model_path *path,
                                     uint32_t task, enum model_task_status status, struct model_explanation *e,
                                     struct arena *arena)
{
    const uint32_t *last = path->states + path->length * path->width;
    struct finding_task out = {.pid = model_task_pid(m, task), .name = task_name(titles, task, arena)};
    enum model_trouble what = model_task_trouble(m, last, path->width, task);
    bool trouble = what != MODEL_FINE;
    out.status = status_word(status, what);
    struct model_operation o = {0};
    model_describe_pending(m, last, path->width, task, &o);
    out.call = trouble ? NULL : o.call;
    out.arguments = text_of(arena, &o.arguments);
    out.file = o.place.file;
    out.line = o.place.line;
    out.column = o.place.column;
    model_operation_free(&o);
    if (status == TASK_BLOCKED && !trouble)
        task_waits(m, titles, path, task, &out, e, arena);
    if (e->kind == MODEL_WAIT_SPIN) { /* GEN-16 */
        out.status = "running";
        out.call = NULL;
    }
    return out;
}

/* ---- trace ---- */

static const char *trouble_note(struct model *m, const uint32_t *after, uint32_t width, const char *note,
                                struct arena *arena)
{
    vec_char text = {0};
    struct model_place place;
    for (uint32_t t = 0; t < model_tasks(m); t++)
        model_describe_trouble(m, after, width, t, &text, &place);
    const char *s = text.count ? text_of(arena, &text) : note;
    VEC_FREE(&text);
    return s;
}

static void trace_make(struct model *m, const struct model_titles *titles, const struct model_path *path,
                       struct finding *f, struct arena *arena)
{
    for (size_t i = 0; i < path->length; i++) {
        const struct model_step *step = &path->steps[i];
        const uint32_t *before = path->states + i * path->width;
        struct model_operation o = {0};
        model_describe_step(m, before, path->width, step, &o);
        struct finding_step s = {.number = (uint32_t)i + 1,
                                 .pid = model_task_pid(m, step->task),
                                 .name = task_name(titles, step->task, arena),
                                 .call = o.call,
                                 .arguments = text_of(arena, &o.arguments),
                                 .result = text_of(arena, &o.result),
                                 .file = o.place.file,
                                 .line = o.place.line,
                                 .column = o.place.column,
                                 .note = text_of(arena, &o.note)};
        model_operation_free(&o);
        if (step->effect->trouble != MODEL_FINE)
            s.note = trouble_note(m, before + path->width, path->width, s.note, arena);
        VEC_PUSH(&f->trace, s);
    }
}

/* ---- the whole ---- */

/* LIVE-01. Who goes round, and what for. */
static void livelock_make(const struct cause *c, uint32_t live)
{
    struct finding *f = c->found;
    uint32_t culprits = 0;
    cause_no_progress(c);
    for (size_t i = 0; i < f->tasks.count; i++)
        culprits += f->tasks.items[i].culprit;
    bool marks = model_has_marks(c->m);
    f->message = arena_printf(c->arena, "%u of %u process%s run%s for ever, and %s", culprits, live,
                              live == 1 ? "" : "es", culprits == 1 ? "s" : "",
                              marks ? "impasse_progress() is never called again" : "nothing changes any more");
    f->stays = marks ? "this does not lead to impasse_progress() again" : "nothing that this finds ever changes";
}

static void message_make(struct model *m, const struct model_path *path, struct finding *f, uint32_t live,
                         uint32_t culprits, struct arena *arena)
{
    const uint32_t *last = path->states + path->length * path->width;
    switch (f->kind) {
    case VERDICT_DEADLOCK:
    case VERDICT_STUCK:
        f->message = arena_printf(arena, "%u of %u process%s wait%s forever", culprits, live, live == 1 ? "" : "es",
                                  culprits == 1 ? "s" : "");
        break;
    case VERDICT_ASSERTION:
    case VERDICT_CRASH:
    case VERDICT_LIVELOCK:
        f->message = trouble_note(m, last, path->width, "", arena);
        break;
    case VERDICT_OK:
    case VERDICT_INCOMPLETE:
        f->message = "";
    }
}

struct finding finding_make(struct model *m, enum search_kind kind, const struct model_path *path,
                            const uint8_t *culprits, uint32_t culprit_count, struct arena *arena)
{
    struct finding f = {.kind = finding_verdict(kind)};
    const uint32_t *last = path->states + path->length * path->width;
    struct model_expansion e = {0};
    struct model_titles titles = {0};
    model_expand(m, last, path->width, &e);
    model_task_titles(m, path, &titles);
    uint32_t count = 0;
    VEC_OF(struct cause_task) causes = {0};
    for (uint32_t t = 0; t < e.status.count; t++) {
        if (e.status.items[t] == TASK_ABSENT)
            continue;
        struct cause_task c = {0};
        struct finding_task task = task_make(m, &titles, path, t, e.status.items[t], &c.why, arena);
        task.culprit = t < culprit_count && culprits[t];
        count += task.culprit;
        c.index = (uint32_t)f.tasks.count;
        VEC_PUSH(&causes, c);
        VEC_PUSH(&f.tasks, task);
    }
    bool waits = f.kind == VERDICT_DEADLOCK || f.kind == VERDICT_STUCK;
    for (size_t i = 0; i < causes.count && waits; i++)
        if (f.tasks.items[i].culprit && causes.items[i].why.kind == MODEL_WAIT_SPIN)
            f.kind = VERDICT_LIVELOCK; /* GEN-16 */
    message_make(m, path, &f, e.live, count, arena);
    if (waits && f.kind == VERDICT_LIVELOCK)
        f.message = "endless loop: it repeats itself without ever waiting or ending, and no signal ends it";
    uint32_t live = e.live;
    model_expansion_free(&e);
    trace_make(m, &titles, path, &f, arena);
    model_titles_free(&titles);
    const struct cause cause = {m, &f, path, causes.items, causes.count, arena};
    if (f.kind == VERDICT_DEADLOCK || f.kind == VERDICT_STUCK)
        cause_of_hang(&cause);
    else if (kind == FOUND_NO_PROGRESS)
        livelock_make(&cause, live);
    cause_of_failure(&f, arena);
    for (size_t i = 0; i < causes.count; i++)
        model_explanation_free(&causes.items[i].why);
    VEC_FREE(&causes);
    return f;
}

void finding_free(struct finding *f)
{
    for (size_t i = 0; i < f->tasks.count; i++) {
        VEC_FREE(&f->tasks.items[i].enablers);
        VEC_FREE(&f->tasks.items[i].waits_for);
    }
    VEC_FREE(&f->tasks);
    VEC_FREE(&f->cycle);
    VEC_FREE(&f->trace);
}

const char *finding_signature(const struct finding *f, struct arena *arena)
{
    vec_char text = {0};
    text_printf(&text, "%s", verdict_word(f->kind));
    for (size_t i = 0; i < f->tasks.count; i++) {
        const struct finding_task *t = &f->tasks.items[i];
        if (t->culprit)
            text_printf(&text, " %s:%s:%s:%u", t->name, t->call ? t->call : "", t->file ? t->file : "", t->line);
    }
    const char *s = text_of(arena, &text);
    VEC_FREE(&text);
    return s;
}
