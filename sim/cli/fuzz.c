/* impasse fuzz: random schedules from a seed; failures grouped, shortened and saved as trails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/fuzz_workers.h"
#include "report/finding.h"
#include "search/minimise.h"

enum { REPORTED_MAX = 10, MINIMISE_STATES = 200000 };

struct same_failure {
    struct model *model;
    unsigned properties;
    const char *signature;
    uint8_t *culprits;
    uint32_t room;
};

static bool same_failure(void *context, const struct search_path *path)
{
    struct same_failure *s = context;
    uint32_t tasks = model_tasks(s->model);
    if (tasks > s->room) {
        s->room = tasks * 2;
        s->culprits = mem_grow(s->culprits, s->room);
    }
    enum search_kind kind = walk_judge(s->model, path, s->properties, s->culprits);
    if (kind == FOUND_NOTHING)
        return false;
    struct arena arena = {0};
    bool same = strcmp(fuzz_signature(s->model, kind, path, s->culprits, &arena), s->signature) == 0;
    arena_free(&arena);
    return same;
}

static const char *base_name(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? slash + 1 : file;
}

static const char *trail_name(const struct cli_options *o, const struct finding *f, size_t number, struct arena *arena)
{
    if (o->output)
        return number ? arena_printf(arena, "%s.%zu", o->output, number + 1) : o->output;
    const char *base = base_name(o->files.items[0]), *dot = strrchr(base, '.');
    int n = dot ? (int)(dot - base) : (int)strlen(base);
    return number ? arena_printf(arena, "out/%.*s.%s.%zu.trail", n, base, verdict_word(f->kind), number + 1)
                  : arena_printf(arena, "out/%.*s.%s.trail", n, base, verdict_word(f->kind));
}

/* One group of failures becomes a finding: its first run, shortened. */
static bool report_group(struct session *s, const struct cli_options *o, const struct fuzz_group *g, size_t number,
                         struct report *r, struct arena *arena, struct diag *diag)
{
    struct search_path path = {0};
    struct same_failure same = {.model = s->model, .properties = o->search.properties, .signature = g->signature};
    if (!walk_path(s->model, g->steps.items, g->steps.count, &path))
        return false;
    bool shortest = minimise_path(s->model, &path, same_failure, &same, MINIMISE_STATES);
    same.culprits = mem_grow(same.culprits, model_tasks(s->model) + 1);
    enum search_kind kind = walk_judge(s->model, &path, o->search.properties, same.culprits);
    struct model_path p = search_model_path(&path);
    struct finding f = finding_make(s->model, kind, &p, same.culprits, model_tasks(s->model), arena);
    f.shortest = shortest;
    const char *file = trail_name(o, &f, number, arena);
    bool saved = session_save_trail(
        s, o, &p, verdict_word(f.kind),
        arena_printf(arena, "fuzz --seed %llu run %llu", (unsigned long long)o->seed, (unsigned long long)g->first_run),
        file, diag);
    if (saved && !number)
        r->trail_file = file;
    VEC_PUSH(&r->notes,
             arena_printf(arena, "%s: %llu of %llu runs, first in run %llu (%zu steps, shortened to %zu); saved as %s",
                          verdict_word(f.kind), (unsigned long long)g->count, (unsigned long long)r->runs,
                          (unsigned long long)g->first_run, g->steps.count, path.length, file));
    VEC_PUSH(&r->violations, f);
    mem_free(same.culprits);
    mem_free(path.states);
    mem_free(path.steps);
    return saved;
}

static void totals(struct report *r, const struct fuzz_result *result, const struct cli_options *o, struct arena *arena)
{
    r->fuzz = true;
    r->seed = o->seed;
    r->strategy = o->strategy;
    r->runs = result->runs;
    r->transitions = result->steps;
    r->depth = result->steps_max;
    r->threads = 1; /* results do not depend on the number of workers */
    r->complete = !result->cut && !result->limit_met && !result->interrupted;
    for (size_t i = 0; i < result->groups.count; i++)
        r->failures += result->groups.items[i].count;
    r->verdict = VERDICT_OK;
    if (result->limit_met)
        VEC_PUSH(&r->notes, "a limit of the simulation was met in some run");
    if (result->cut)
        VEC_PUSH(&r->notes, arena_printf(arena, "%llu runs were cut off after %llu steps (--max-depth)",
                                         (unsigned long long)result->cut, (unsigned long long)o->search.max_depth));
    if (result->limit_met || result->interrupted) {
        r->verdict = VERDICT_INCOMPLETE;
        r->incomplete_reason = result->interrupted ? "interrupted" : "a limit of the simulation was met";
    }
    r->complete |= result->cut && r->verdict == VERDICT_OK; /* the asked-for runs were made */
}

int command_fuzz(int argc, char **argv)
{
    struct diag diag = {0};
    struct cli_options o;
    struct session s = {0};
    if (!options_parse(&o, COMMAND_FUZZ, argc, argv, &diag) || !session_open(&s, &o, &diag)) {
        session_close(&s);
        options_free(&o);
        return session_fail(&diag);
    }
    session_say(&diag);
    diag.text.count = 0;
    if (!o.search.max_depth)
        o.search.max_depth = 10000;
    if (o.search.seconds > 0 && !o.runs_given)
        o.runs = UINT64_MAX;
    interrupt_install();
    struct fuzz_result result = {0};
    struct arena arena = {0};
    struct report r = {.command = "fuzz"};
    for (size_t i = 0; i < o.files.count; i++)
        VEC_PUSH(&r.files, o.files.items[i]);
    r.options = session_options_text(&o, &arena);
    fuzz_run(&s, &o, &result);
    totals(&r, &result, &o, &arena);
    bool saved = true;
    for (size_t i = 0; i < result.groups.count && i < REPORTED_MAX; i++)
        saved &= report_group(&s, &o, &result.groups.items[i], i, &r, &arena, &diag);
    if (r.violations.count)
        r.verdict = r.violations.items[0].kind;
    int status = session_report(&s, &o, &r);
    if (result.interrupted && status != 1)
        status = 130;
    session_say(&diag);
    if (!saved)
        status = 2;
    fuzz_result_free(&result);
    report_free(&r);
    arena_free(&arena);
    session_close(&s);
    options_free(&o);
    diag_free(&diag);
    return status;
}
