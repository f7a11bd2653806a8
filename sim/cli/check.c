/* impasse check: explore every schedule, report what can go wrong. */
#include <stdio.h>
#include <unistd.h>

#include "cli/resume.h"
#include "cli/session.h"
#include "report/finding.h"
#include "search/ends.h"

/* `incomplete` by Ctrl-C has a status of its own. */
static int status_of(const struct search_result *result, int status)
{
    return result->stop == STOP_INTERRUPTED && status != 1 ? 130 : status;
}

static bool save_wanted(struct session *s, const struct cli_options *o, const struct search_result *result,
                        const struct report *r, struct diag *diag)
{
    if (!o->output || result->kind == FOUND_NOTHING)
        return true;
    struct model_path path = search_model_path(&result->path);
    return session_save_trail(s, o, &path, verdict_word(r->verdict), "check", o->output, diag);
}

static void ends_print(void *context, struct space *space)
{
    struct ends e = {0};
    (void)context;
    ends_collect(space, &e);
    for (size_t i = 0; i < e.texts.count; i++)
        printf("%s\n", e.texts.items[i]);
    ends_free(&e);
}

/* What the process holds besides mem_bytes(): mostly what LLVM has left behind. Code and other pages of files do not
 * count, as the host can drop them. */
static size_t foreign_memory(void)
{
    unsigned long size, resident = 0, shared = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f)
        return 0;
    if (fscanf(f, "%lu %lu %lu", &size, &resident, &shared) != 3)
        resident = shared = 0;
    fclose(f);
    size_t own = (size_t)(resident - shared) * (size_t)sysconf(_SC_PAGESIZE);
    return own > mem_bytes() ? own - mem_bytes() : 0;
}

static void search_and_report(struct session *s, struct cli_options *o, struct search_result *result, struct report *r,
                              struct arena *arena)
{
    o->search.kept = s->kept.items;
    o->search.kept_count = (unsigned)s->kept.count;
    o->search.foreign_memory = foreign_memory();
    search_run(s->model, &o->search, result);
    *r = (struct report){.command = "check"};
    for (size_t i = 0; i < o->files.count; i++)
        VEC_PUSH(&r->files, o->files.items[i]);
    r->options = session_options_text(o, arena);
    if (result->stop != STOP_STALE)
        report_from_search(r, s->model, result, &o->search, arena);
}

int command_check(int argc, char **argv)
{
    struct diag diag = {0};
    struct cli_options o;
    struct session s = {0};
    if (!options_parse(&o, COMMAND_CHECK, argc, argv, &diag) || !session_open(&s, &o, &diag) ||
        !resume_prepare(&s, &o, &diag)) {
        session_close(&s);
        options_free(&o);
        return session_fail(&diag);
    }
    session_say(&diag);
    struct progress progress;
    progress_start(&progress, o.quiet);
    interrupt_install();
    if (!o.search.max_memory) /* three quarters of the host's: an answer is worth more than the last state */
        o.search.max_memory = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE) / 4 * 3;
    o.search.progress = progress_show;
    o.search.context = &progress;
    o.search.visited = o.dump_ends ? ends_print : NULL;
    struct search_result result;
    struct arena arena = {0};
    struct report r;
    search_and_report(&s, &o, &result, &r, &arena);
    diag.text.count = 0;
    bool good = resume_finish(&o, &result, &diag);
    while (good && session_again(&s)) {
        search_result_free(&result);
        report_free(&r);
        search_and_report(&s, &o, &result, &r, &arena);
        good = resume_finish(&o, &result, &diag);
    }
    progress_end(&progress);
    session_say(&diag);
    diag.text.count = 0;
    int status = good ? status_of(&result, session_report(&s, &o, &r)) : 2;
    if (!save_wanted(&s, &o, &result, &r, &diag))
        status = session_fail(&diag);
    report_free(&r);
    arena_free(&arena);
    search_result_free(&result);
    session_close(&s);
    options_free(&o);
    diag_free(&diag);
    return status;
}
