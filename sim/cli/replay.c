/* impasse replay: run a saved counterexample again, and report what it ends in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session.h"
#include "report/finding.h"
#include "report/trail.h"
#include "search/run.h"
#include "search/walk.h"

enum { STUCK_STATES_MAX = 1000000 };

static bool read_file(const char *path, vec_char *text, struct diag *diag)
{
    FILE *in = fopen(path, "rb");
    char block[1 << 16];
    size_t n = 0;
    bool good = in != NULL;
    while (good && (n = fread(block, 1, sizeof block, in)) > 0)
        text_append(text, block, n);
    if (!in || ferror(in)) {
        diag_error(diag, (struct diag_place){.file = path}, "cannot be read");
        good = false;
    }
    if (in)
        fclose(in);
    return good;
}

/* "child" and "child 1" are the same process: the number is left out while there is one child only. */
static bool same_name(const char *a, const char *b)
{
    return strcmp(a, b) == 0 || (strcmp(a, "child") == 0 && strcmp(b, "child 1") == 0) ||
           (strcmp(b, "child") == 0 && strcmp(a, "child 1") == 0);
}

static bool step_matches(struct model *m, const struct search_path *path, const struct model_step *step,
                         const struct trail_step *wanted)
{
    vec_char name = {0};
    struct model_operation op = {0};
    model_task_name(m, step->task, &name);
    bool same = same_name(name.items, wanted->name) && step->effect->outcome == wanted->outcome;
    if (same) {
        model_describe_step(m, path->states + path->length * path->width, path->width, step, &op);
        same = strcmp(op.call, wanted->call) == 0;
    }
    model_operation_free(&op);
    VEC_FREE(&name);
    return same;
}

static void say_divergence(struct model *m, const struct search_path *path, const struct model_expansion *e,
                           size_t number, const struct trail_step *wanted, const char *file, struct diag *diag)
{
    vec_char enabled = {0};
    text_append(&enabled, "", 0);
    for (size_t i = 0; i < e->steps.count; i++) {
        struct model_operation op = {0};
        model_describe_step(m, path->states + path->length * path->width, path->width, &e->steps.items[i], &op);
        text_printf(&enabled, "%s", i ? ", " : "");
        model_task_name(m, e->steps.items[i].task, &enabled);
        text_printf(&enabled, " %s %u", op.call, e->steps.items[i].effect->outcome);
        model_operation_free(&op);
    }
    diag_error(diag, (struct diag_place){.file = file},
               "step %zu does not fit the program any more: expected %s %s %u, enabled are: %s", number, wanted->name,
               wanted->call, wanted->outcome, enabled.count ? enabled.items : "none");
    VEC_FREE(&enabled);
}

static bool follow(struct model *m, const struct trail *t, struct search_path *path, const char *file,
                   struct diag *diag)
{
    struct model_expansion e = {0};
    bool good = true;
    walk_begin_path(m, path);
    for (size_t i = 0; good && i < t->steps.count; i++) {
        model_expand(m, path->states + path->length * path->width, path->width, &e);
        const struct model_step *found = NULL;
        for (size_t s = 0; s < e.steps.count && !found; s++)
            if (step_matches(m, path, &e.steps.items[s], &t->steps.items[i]))
                found = &e.steps.items[s];
        good = found && trail_append(m, path, found->task, found->effect->outcome);
        if (!good)
            say_divergence(m, path, &e, i + 1, &t->steps.items[i], file, diag);
    }
    model_expansion_free(&e);
    return good;
}

/* The trail's own options become the program's. */
static bool adopt(struct cli_options *o, const struct trail *t, struct diag *diag)
{
    o->files.count = 0;
    for (size_t i = 0; i < t->files.count; i++)
        VEC_PUSH(&o->files, t->files.items[i]);
    for (size_t i = 0; i < t->options.count; i++)
        VEC_PUSH(&o->flags, t->options.items[i]);
    for (size_t i = 0; i < t->arguments.count; i++)
        VEC_PUSH(&o->arguments, t->arguments.items[i]);
    for (size_t i = 0; i < t->settings.count; i++)
        options_set(o, t->settings.items[i], diag);
    return diag->errors == 0;
}

static int report_path(struct session *s, const struct cli_options *o, const struct trail *t,
                       const struct search_path *path)
{
    struct arena arena = {0};
    struct report r = {.command = "replay", .complete = true, .threads = 1};
    for (size_t i = 0; i < o->files.count; i++)
        VEC_PUSH(&r.files, o->files.items[i]);
    r.options = session_options_text(o, &arena);
    uint8_t *culprits = mem_zero(model_tasks(s->model) + 1, 1);
    enum search_kind kind = walk_judge(s->model, path, PROPERTY_ALL, culprits);
    const uint32_t *last = path->states + path->length * path->width;
    const struct stuck_question second = {MODEL_REDUCE_ALL, PROPERTY_ALL, STUCK_STATES_MAX};
    if (kind == FOUND_NOTHING) /* by the second tier, as check found it */
        kind = stuck_from(s->model, &second, last, path->width, culprits);
    r.states = path->length + 1;
    r.transitions = r.depth = path->length;
    r.verdict = finding_verdict(kind);
    if (kind != FOUND_NOTHING) {
        struct model_path p = search_model_path(path);
        VEC_PUSH(&r.violations, finding_make(s->model, kind, &p, culprits, model_tasks(s->model), &arena));
        r.verdict = r.violations.items[0].kind;
    }
    if (t->expect && strcmp(t->expect, verdict_word(r.verdict)) != 0)
        VEC_PUSH(&r.notes, arena_printf(&arena, "the trail expects %s", t->expect));
    int status = session_report(s, o, &r);
    mem_free(culprits);
    report_free(&r);
    arena_free(&arena);
    return status;
}

int command_replay(int argc, char **argv)
{
    struct diag diag = {0};
    struct cli_options o;
    struct session s = {0};
    struct trail t = {0};
    struct search_path path = {0};
    vec_char text = {0};
    int status = 2;
    bool good = options_parse(&o, COMMAND_REPLAY, argc, argv, &diag);
    const char *file = o.files.count ? o.files.items[0] : NULL;
    if (good && o.files.count != 1) {
        diag_error(&diag, (struct diag_place){0}, "replay takes one trail file");
        good = false;
    }
    if (good && read_file(file, &text, &diag) && trail_parse(&t, file, text.items, text.count, &diag) &&
        adopt(&o, &t, &diag) && session_open(&s, &o, &diag) && follow(s.model, &t, &path, file, &diag))
        status = report_path(&s, &o, &t, &path);
    session_say(&diag);
    mem_free(path.states);
    mem_free(path.steps);
    trail_free(&t);
    VEC_FREE(&text);
    session_close(&s);
    options_free(&o);
    diag_free(&diag);
    return status;
}
