/* impasse conform: hold the simulation against the kernel of this machine (spec/conformance.md). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/conform_native.h"
#include "cli/conform_report.h"

enum { RUNS = 50, BATCH_RUNS = 3, MAX_STATES = 1000000, BATCH_MAX_STATES = 20000 };
/* How long a native run may neither end nor sleep, and how long all of it must sleep to hang. On a busy machine slow
 * may look like never: so a run that does what the simulation does not is made once more, with patience. */
static const struct patience {
    double seconds, quiet;
} HASTY = {1.0, 0.03}, PATIENT = {10.0, 1.0};
/* One program of a batch, both sides together. */
#define PROGRAM_SECONDS 10.0
static const char OUT_OF_TIME[] = "the time for one program was up";

struct conform {
    const struct cli_options *o;
    struct session *session;
    struct native *native;
    double start;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool time_is_up(const struct conform *c)
{
    return c->o->search.seconds > 0 && now() - c->start > c->o->search.seconds;
}

static void comparison_free(struct comparison *r)
{
    outcome_set_free(&r->simulated);
    outcome_free(&r->native);
}

/* Judges one native outcome, which it takes. */
static void judge(struct comparison *r, struct outcome *native, uint64_t seed)
{
    struct outcome *same = outcome_find(&r->simulated, native);
    if (same) {
        same->seen++;
        outcome_free(native);
        return;
    }
    r->verdict = DIFFERS;
    if (native->end == OUTCOME_RUNNING)
        r->why = "it was still running when the time was up";
    else if (r->simulated.undefined)
        r->why = "the program's behaviour is not defined in C";
    else if (!r->simulated.complete)
        r->why = r->simulated.why;
    if (r->why)
        r->verdict = UNKNOWN;
    outcome_free(&r->native);
    r->native = *native;
    r->seed = seed;
}

static bool is_kept(const vec_u32 *kept, uint32_t source)
{
    for (size_t i = 0; i < kept->count; i++)
        if (kept->items[i] == source)
            return true;
    return false;
}

/* The outcomes in the simulation. What a pending call may overwrite is thrown away; should it be read after all it is
 * kept from then on, and the search begins again, in the time that is left. */
static void collect(struct conform *c, struct machine_options *machine, const struct search_options *options,
                    struct outcome_set *set)
{
    struct search_options limits = *options;
    double begin = now();
    struct session *s = c->session;
    bool again;
    machine->clear = true;
    do {
        const uint32_t *sources;
        machine->keep = s->kept.items;
        machine->keep_count = (unsigned)s->kept.count;
        struct model *m = model_create(s->program, &s->kernel, machine);
        if (options->seconds > 0)
            limits.seconds = fmax(options->seconds - (now() - begin), 1e-3);
        outcomes_collect(m, &limits, set);
        again = set->stale;
        unsigned count = again ? model_stale_reads(m, &sources) : 0;
        size_t before = s->kept.count;
        for (unsigned i = 0; i < count; i++)
            if (!is_kept(&s->kept, sources[i]))
                VEC_PUSH(&s->kept, sources[i]);
        if (again && s->kept.count == before)
            machine->clear = false; /* what is named already would be named for ever */
        model_destroy(m);
        if (again)
            outcome_set_free(set);
    } while (again);
}

static bool may_end_so(const struct outcome_set *simulated, enum outcome_end end)
{
    for (size_t i = 0; i < simulated->items.count; i++)
        if (simulated->items.items[i].end == end)
            return true;
    return false;
}

/* One native run, with patience for what the simulation does not do. False: interrupted. */
static bool run_native(struct conform *c, const struct outcome_set *simulated, struct native_run *run,
                       struct outcome *out)
{
    run->seconds = may_end_so(simulated, OUTCOME_RUNNING) ? HASTY.seconds : PATIENT.seconds;
    run->quiet = may_end_so(simulated, OUTCOME_HANGS) ? HASTY.quiet : PATIENT.quiet;
    if (interrupt_seen() || !native_run(c->native, run, out))
        return false;
    bool hasty = out->end == OUTCOME_RUNNING ? run->seconds < PATIENT.seconds
                                             : out->end == OUTCOME_HANGS && run->quiet < PATIENT.quiet;
    if (!hasty || outcome_find(simulated, out))
        return true;
    outcome_free(out);
    run->seconds = PATIENT.seconds;
    run->quiet = PATIENT.quiet;
    return !interrupt_seen() && native_run(c->native, run, out);
}

/* One program is deterministic if it has one outcome: then one native run without jitter says as much as many. */
static void compare(struct conform *c, const char *const *arguments, unsigned argument_count, uint64_t runs, bool batch,
                    struct comparison *r)
{
    struct machine_options machine = c->session->machine;
    machine.arguments = arguments;
    machine.argument_count = argument_count;
    struct search_options limits = c->o->search;
    double begin = now();
    memset(r, 0, sizeof *r);
    if (!limits.max_states)
        limits.max_states = batch ? BATCH_MAX_STATES : MAX_STATES;
    if (batch)
        limits.seconds = limits.seconds > 0 ? fmin(limits.seconds, PROGRAM_SECONDS) : PROGRAM_SECONDS;
    collect(c, &machine, &limits, &r->simulated);
    bool single = batch && r->simulated.complete && r->simulated.items.count == 1;
    for (r->runs = 0; r->runs < (single ? 1 : runs) && r->verdict == AGREES && !time_is_up(c); r->runs++) {
        if (batch && r->runs && now() - begin > PROGRAM_SECONDS)
            break;
        struct native_run run = {
            .seed = single ? 0 : c->o->seed + r->runs, .arguments = arguments, .argument_count = argument_count};
        struct outcome native;
        if (!run_native(c, &r->simulated, &run, &native)) {
            r->verdict = INTERRUPTED;
            return;
        }
        judge(r, &native, run.seed);
    }
    if (batch && now() - begin > PROGRAM_SECONDS && (r->verdict == AGREES || !r->simulated.complete)) {
        r->verdict = UNKNOWN;
        r->why = OUT_OF_TIME;
    }
    if (interrupt_seen())
        r->verdict = INTERRUPTED;
}

/* ---- many argument lists of one program ---- */

/* Cuts a line into words, in place. */
static unsigned words_cut(char *line, const char **words, unsigned room)
{
    unsigned n = 0;
    for (char *word = strtok(line, " \t\n"); word && n < room; word = strtok(NULL, " \t\n"))
        words[n++] = word;
    return n;
}

static int run_batch(struct conform *c, FILE *list)
{
    enum { WORDS_MAX = 16 };
    unsigned long long lines = 0, differ = 0, unknown = 0, runs = 0, several = 0, incomplete = 0, hang = 0, late = 0;
    char *line = NULL;
    size_t room = 0;
    bool interrupted = false;
    while (!interrupted && !time_is_up(c) && getline(&line, &room, list) > 0) {
        const char *words[WORDS_MAX];
        unsigned count = words_cut(line, words, WORDS_MAX);
        struct comparison r;
        compare(c, words, count, c->o->runs_given ? c->o->runs : BATCH_RUNS, true, &r);
        lines++;
        runs += r.runs;
        several += r.simulated.items.count > 1;
        incomplete += !r.simulated.complete;
        hang += r.simulated.items.count == 1 && r.simulated.items.items[0].end == OUTCOME_HANGS;
        differ += r.verdict == DIFFERS;
        unknown += r.verdict == UNKNOWN;
        late += r.why == OUT_OF_TIME;
        interrupted = r.verdict == INTERRUPTED;
        if (r.verdict != INTERRUPTED && (r.verdict != AGREES || !r.simulated.complete))
            comparison_report_line(&r, lines);
        comparison_free(&r);
    }
    free(line);
    printf("{\"programs\": %llu, \"differ\": %llu, \"unknown\": %llu, \"native_runs\": %llu, "
           "\"several_outcomes\": %llu, \"incomplete\": %llu, \"out_of_time\": %llu, \"hang\": %llu, \"confinement\": "
           "\"%s\"}\n",
           lines, differ, unknown, runs, several, incomplete, late, hang, native_confinement(c->native));
    return interrupted ? 130 : differ ? 1 : unknown || incomplete ? 3 : 0;
}

/* ---- the command ---- */

static int conform(struct conform *c, struct diag *diag)
{
    const struct cli_options *o = c->o;
    if (!o->batch) {
        struct comparison r;
        compare(c, o->arguments.items, (unsigned)o->arguments.count, o->runs_given ? o->runs : RUNS, false, &r);
        int status = comparison_status(&r);
        if (o->json)
            comparison_report_json(&r, o, native_confinement(c->native), native_missing(c->native));
        else
            comparison_report(&r, native_confinement(c->native));
        comparison_free(&r);
        return status;
    }
    FILE *list = strcmp(o->batch, "-") == 0 ? stdin : fopen(o->batch, "r");
    if (!list) {
        diag_error(diag, (struct diag_place){.file = o->batch}, "cannot be read");
        return session_fail(diag);
    }
    int status = run_batch(c, list);
    fclose(list);
    return status;
}

int command_conform(int argc, char **argv)
{
    struct diag diag = {0};
    struct cli_options o;
    struct session s = {0};
    struct conform c = {.o = &o, .session = &s};
    int status;
    bool good = options_parse(&o, COMMAND_CONFORM, argc, argv, &diag);
    o.kernel.console_state = 1;
    interrupt_install();
    if (good && !o.files.count)
        good = session_open(&s, &o, &diag); /* which says so */
    if (good)                               /* before LLVM grows this process: the keeper is a copy of it */
        c.native = native_start(&o, o.files.items[0], &diag);
    if (c.native && session_open(&s, &o, &diag)) {
        fwrite(diag.text.items, 1, diag.text.count, stderr);
        diag.text.count = 0;
        c.start = now();
        status = conform(&c, &diag);
        if (fflush(stdout) != 0)
            status = 4;
    } else {
        status = interrupt_seen() ? 130 : session_fail(&diag);
    }
    native_stop(c.native);
    session_close(&s);
    options_free(&o);
    diag_free(&diag);
    return status;
}
