/* The cross-check: runs each program of a file in every mode of searching, and demands one answer. See README.md.
 *
 *     cross FILE.c COUNT [--first K] [--include FOLDER] [--set NAME=VALUE]... [--max-states N]
 *
 * main of FILE picks a program by argv[1], K..COUNT-1. Prints a line for each program:
 *     K VERDICT states S transitions T ends E reduced R deadlocks-only D modes M
 *     K large | K limit                          not compared: too many states, or a limit of the simulation
 *     K DIFFERENCE rule: mode A: what; mode B: what
 * Exit status 0: no difference; 1: a difference; 2: the file cannot be loaded.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "kernel/kernel.h"
#include "machine/machine.h"
#include "model.h"
#include "program/program.h"
#include "search/ends.h"
#include "search/search.h"

enum {
    MAX_STATES_DEFAULT = 3000,
    UNCLEARED_FACTOR = 4, /* without clearing a program may have so many times the states */
    PARALLEL_LEAST = 12,  /* states of a level that several threads share */
    NAME_MAX = 200
};

/* ---- the modes ---- */

/* Modes with one model: they meet the same components under the same numbers. */
struct family {
    bool clear, memo;
};
static const struct family FAMILIES[] = {{true, true}, {true, false}, {false, true}, {false, false}};

struct mode {
    enum search_order order;
    unsigned threads;
    bool reduced, compressed;
    bool memo_only; /* not where nothing is remembered: that takes ten times as long, and leaves threads no work */
    unsigned properties;
};
#define ALONE(property)                                                                                                \
    {SEARCH_BREADTH, 1, false, true, true, property},                                                                  \
    {                                                                                                                  \
        SEARCH_BREADTH, 1, true, true, true, property                                                                  \
    }
static const struct mode MODES[] = {
    {SEARCH_BREADTH, 1, false, true, false, PROPERTY_ALL},
    {SEARCH_BREADTH, 1, true, true, false, PROPERTY_ALL},
    {SEARCH_BREADTH, 1, false, false, true, PROPERTY_ALL},
    {SEARCH_BREADTH, 1, true, false, true, PROPERTY_ALL},
    {SEARCH_BREADTH, 2, false, true, true, PROPERTY_ALL},
    {SEARCH_BREADTH, 2, true, true, true, PROPERTY_ALL},
    {SEARCH_BREADTH, 2, false, false, true, PROPERTY_ALL},
    {SEARCH_BREADTH, 2, true, false, true, PROPERTY_ALL},
    {SEARCH_BREADTH, 4, false, true, true, PROPERTY_ALL},
    {SEARCH_BREADTH, 4, true, true, true, PROPERTY_ALL},
    {SEARCH_BREADTH, 4, false, false, true, PROPERTY_ALL},
    {SEARCH_BREADTH, 4, true, false, true, PROPERTY_ALL},
    {SEARCH_DEPTH, 1, false, true, true, PROPERTY_ALL},
    {SEARCH_DEPTH, 1, true, true, true, PROPERTY_ALL},
    {SEARCH_DEPTH, 1, false, false, false, PROPERTY_ALL},
    {SEARCH_DEPTH, 1, true, false, false, PROPERTY_ALL},
    /* One property alone: a reduction may preserve less then, and no graver finding hides that it missed this one. */
    ALONE(PROPERTY_DEADLOCK),
    ALONE(PROPERTY_STUCK),
    ALONE(PROPERTY_ASSERTION),
    ALONE(PROPERTY_CRASH),
    ALONE(PROPERTY_LIVELOCK),
    {SEARCH_DEPTH, 1, true, true, true, PROPERTY_DEADLOCK},
    {SEARCH_BREADTH, 2, true, true, true, PROPERTY_DEADLOCK},
};
enum { PLAIN, REDUCED, DEADLOCKS_ONLY = 17 }; /* modes that the tally shows */

enum { FAMILY_COUNT = sizeof FAMILIES / sizeof *FAMILIES, MODE_COUNT = sizeof MODES / sizeof *MODES };

/* The options of `impasse check` that select the mode. */
static void mode_name(const struct family *f, const struct mode *m, char name[NAME_MAX])
{
    static const struct {
        unsigned property;
        const char *option;
    } ALONES[] = {{PROPERTY_DEADLOCK, " --properties deadlock"},
                  {PROPERTY_STUCK, " --properties stuck"},
                  {PROPERTY_ASSERTION, " --properties assertion"},
                  {PROPERTY_CRASH, " --properties crash"},
                  {PROPERTY_LIVELOCK, " --properties livelock"}};
    snprintf(name, NAME_MAX, "%s-j%u%s%s%s%s", m->order == SEARCH_DEPTH ? "--depth-first " : "", m->threads,
             m->threads > 1 ? " --parallel-least 12" : "", m->reduced ? "" : " --no-reduction",
             m->compressed ? "" : " --no-compression", f->memo ? "" : " --no-memo");
    if (!f->clear)
        strncat(name, " --no-clearing", NAME_MAX - strlen(name) - 1);
    for (size_t i = 0; i < sizeof ALONES / sizeof *ALONES; i++)
        if (m->properties == ALONES[i].property)
            strncat(name, ALONES[i].option, NAME_MAX - strlen(name) - 1);
}

/* ---- one search ---- */

struct answer {
    enum search_kind kind;
    enum search_stop stop;
    bool limit;
    uint64_t states, transitions, path, no_return;
    uint64_t all, ends; /* hashes of the sets of states visited, and of those without a step: by component number */
    uint64_t end_count;
    struct ends *texts; /* NULL: not wanted */
};

static uint64_t vector_hash(const uint32_t *vector, uint32_t count)
{
    uint64_t h = 0;
    for (uint32_t slot = 0; slot < count; slot++)
        if (vector[slot])
            h += hash_mix((uint64_t)slot << 32 | vector[slot]);
    return hash_mix(h);
}

static void look_at_all(void *context, struct space *space)
{
    struct answer *a = context;
    if (!space_widen(space)) /* judging may have met slots; then the keys would change under the loop */
        return;
    for (size_t place = 0; place < store_places(space->store); place++) {
        uint64_t key = store_key_at(space->store, place);
        if (!key || !space_expand(space, &key))
            continue;
        uint64_t h = vector_hash(space->vector, space->width);
        a->all += h;
        if (space->expansion.steps.count)
            continue;
        a->ends += h;
        a->end_count++;
    }
    if (a->texts)
        ends_collect(space, a->texts);
}

static void look(void *context, struct space *space)
{
    const uint32_t *sources; /* values that were thrown away were read: the states mean nothing */
    if (!model_stale_reads(space->model, &sources))
        look_at_all(context, space);
}

static void search(struct model *model, const struct mode *m, uint64_t max_states, struct answer *a)
{
    struct search_options o = {.order = m->order,
                               .properties = m->properties,
                               .threads = m->threads,
                               .parallel_least = PARALLEL_LEAST,
                               .reduction_off = !m->reduced,
                               .compression_off = !m->compressed,
                               .max_states = max_states,
                               .visited = look,
                               .visited_context = a};
    struct search_result r;
    search_run(model, &o, &r);
    a->kind = r.kind;
    a->stop = r.stop;
    a->limit = r.limit_met;
    a->states = r.states;
    a->transitions = r.transitions;
    a->path = r.path.length;
    a->no_return = r.no_return_known ? r.no_return : 0;
    search_result_free(&r);
}

/* ---- one program ---- */

struct cross {
    const struct program *program;
    struct kernel_settings settings;
    uint64_t max_states;
    unsigned number;
    struct answer answers[FAMILY_COUNT][MODE_COUNT];
    struct ends texts[FAMILY_COUNT];
    bool done[FAMILY_COUNT][MODE_COUNT];
    bool differs;
};

enum program_end { PROGRAM_DONE, PROGRAM_LARGE, PROGRAM_LIMIT };

static void difference(struct cross *c, const char *rule, unsigned f1, unsigned m1, unsigned f2, unsigned m2)
{
    char one[NAME_MAX], other[NAME_MAX];
    const struct answer *a = &c->answers[f1][m1], *b = &c->answers[f2][m2];
    mode_name(&FAMILIES[f1], &MODES[m1], one);
    mode_name(&FAMILIES[f2], &MODES[m2], other);
    if (!c->differs)
        printf(
            "%u DIFFERENCE %s | %s | %s | kind %d %d states %llu %llu transitions %llu %llu ends %llu %llu path %llu "
            "%llu no return %llu %llu\n",
            c->number, rule, one, other, (int)a->kind, (int)b->kind, (unsigned long long)a->states,
            (unsigned long long)b->states, (unsigned long long)a->transitions, (unsigned long long)b->transitions,
            (unsigned long long)a->end_count, (unsigned long long)b->end_count, (unsigned long long)a->path,
            (unsigned long long)b->path, (unsigned long long)a->no_return, (unsigned long long)b->no_return);
    c->differs = true;
}

static bool texts_equal(const struct ends *a, const struct ends *b)
{
    if (a->texts.count != b->texts.count)
        return false;
    for (size_t i = 0; i < a->texts.count; i++)
        if (strcmp(a->texts.items[i], b->texts.items[i]) != 0)
            return false;
    return true;
}

/* Two modes of one family, or of two: what must be equal. */
static void compare(struct cross *c, unsigned f1, unsigned m1, unsigned f2, unsigned m2)
{
    const struct answer *a = &c->answers[f1][m1], *b = &c->answers[f2][m2];
    bool plain = !MODES[m1].reduced && !MODES[m2].reduced;
    bool same_question = MODES[m1].properties == MODES[m2].properties;
    bool same_clearing = FAMILIES[f1].clear == FAMILIES[f2].clear;
    if (same_question && a->kind != b->kind)
        difference(c, "verdict", f1, m1, f2, m2);
    if (a->limit != b->limit)
        difference(c, "limit", f1, m1, f2, m2);
    if (f1 == f2 && (a->ends != b->ends || a->end_count != b->end_count))
        difference(c, "ends", f1, m1, f2, m2);
    if (plain && same_clearing && (a->states != b->states || a->transitions != b->transitions))
        difference(c, "counts", f1, m1, f2, m2);
    if (plain && f1 == f2 && a->all != b->all)
        difference(c, "states", f1, m1, f2, m2);
    if (plain && same_question && (a->path != b->path || a->no_return != b->no_return))
        difference(c, "path", f1, m1, f2, m2);
    if (same_clearing && same_question && MODES[m1].reduced && !MODES[m2].reduced &&
        (a->states > b->states || a->transitions > b->transitions))
        difference(c, "reduced", f1, m1, f2, m2);
}

static void compare_all(struct cross *c)
{
    unsigned families[FAMILY_COUNT * MODE_COUNT], modes[FAMILY_COUNT * MODE_COUNT], n = 0;
    for (unsigned f = 0; f < FAMILY_COUNT; f++)
        for (unsigned m = 0; m < MODE_COUNT; m++)
            if (c->done[f][m]) {
                families[n] = f;
                modes[n++] = m;
            }
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = 0; j < n; j++)
            if (i != j)
                compare(c, families[i], modes[i], families[j], modes[j]);
    for (unsigned f = 1; f < FAMILY_COUNT; f++)
        if (c->done[f][0] && !texts_equal(&c->texts[0], &c->texts[f]))
            difference(c, "end texts", 0, 0, f, 0);
}

/* All modes of a family. The first one, which finds the components, is another one for each program. */
static enum program_end family_run(struct cross *c, unsigned f, struct model *model, bool *stale)
{
    const uint32_t *sources;
    uint64_t max_states = c->max_states * (FAMILIES[f].clear ? 1 : UNCLEARED_FACTOR);
    *stale = false;
    for (unsigned i = 0; i < MODE_COUNT; i++) {
        unsigned m = (c->number * 5 + f + i) % MODE_COUNT;
        struct answer *a = &c->answers[f][m];
        if (!FAMILIES[f].memo && MODES[m].memo_only)
            continue;
        *a = (struct answer){0};
        if (!c->texts[f].texts.count)
            a->texts = &c->texts[f];
        search(model, &MODES[m], max_states, a);
        *stale = model_stale_reads(model, &sources) > 0;
        if (*stale)
            return PROGRAM_DONE;
        if (a->stop != STOP_NOT)
            return a->stop == STOP_STATES ? PROGRAM_LARGE : PROGRAM_LIMIT;
        c->done[f][m] = true;
    }
    return PROGRAM_DONE;
}

static enum program_end family_check(struct cross *c, unsigned f)
{
    char number[16];
    const char *arguments[] = {number};
    vec_u32 kept = {0};
    enum program_end end = PROGRAM_DONE;
    snprintf(number, sizeof number, "%u", c->number);
    for (bool stale = true; stale;) {
        struct machine_options options = {.arguments = arguments,
                                          .argument_count = 1,
                                          .memo_off = !FAMILIES[f].memo,
                                          .clear = FAMILIES[f].clear,
                                          .keep = kept.items,
                                          .keep_count = (unsigned)kept.count};
        struct model *model = model_create(c->program, &c->settings, &options);
        const uint32_t *sources;
        end = family_run(c, f, model, &stale);
        if (end != PROGRAM_DONE || stale) {
            memset(c->done[f], 0, sizeof c->done[f]);
            ends_free(&c->texts[f]);
        }
        unsigned count = model_stale_reads(model, &sources);
        for (unsigned i = 0; i < count; i++)
            VEC_PUSH(&kept, sources[i]);
        model_destroy(model);
    }
    VEC_FREE(&kept);
    return end;
}

static const char *verdict(const struct answer *a)
{
    switch (a->kind) {
    case FOUND_NOTHING:
        return "ok";
    case FOUND_DEADLOCK:
        return "deadlock";
    case FOUND_STUCK:
        return "stuck";
    case FOUND_ASSERTION:
        return "assertion";
    case FOUND_CRASH:
        return "crash";
    case FOUND_ENDLESS:
    case FOUND_NO_PROGRESS:
        return "livelock";
    }
    return "?";
}

static void report(const struct cross *c)
{
    unsigned modes = 0;
    for (unsigned f = 0; f < FAMILY_COUNT; f++)
        for (unsigned m = 0; m < MODE_COUNT; m++)
            modes += c->done[f][m];
    const struct answer *a = c->answers[0];
    printf("%u %s states %llu transitions %llu ends %llu reduced %llu deadlocks-only %llu modes %u\n", c->number,
           verdict(&a[PLAIN]), (unsigned long long)a[PLAIN].states, (unsigned long long)a[PLAIN].transitions,
           (unsigned long long)a[PLAIN].end_count, (unsigned long long)a[REDUCED].states,
           (unsigned long long)a[DEADLOCKS_ONLY].states, modes);
}

/* False if a difference was found. */
static bool program_check(struct cross *c)
{
    enum program_end end = PROGRAM_DONE;
    c->differs = false;
    memset(c->done, 0, sizeof c->done);
    for (unsigned f = 0; f < FAMILY_COUNT && end == PROGRAM_DONE; f++) {
        end = family_check(c, f);
        if (end == PROGRAM_LARGE && !FAMILIES[f].clear)
            end = PROGRAM_DONE; /* only without clearing: the rest can be compared */
    }
    if (end == PROGRAM_DONE)
        compare_all(c);
    if (end != PROGRAM_DONE)
        printf("%u %s\n", c->number, end == PROGRAM_LARGE ? "large" : "limit");
    else if (!c->differs)
        report(c);
    for (unsigned f = 0; f < FAMILY_COUNT; f++)
        ends_free(&c->texts[f]);
    fflush(stdout);
    return !c->differs;
}

/* ---- the command ---- */

static const char usage[] = "usage: cross FILE.c COUNT [--first K] [--include FOLDER] [--set NAME=VALUE]... "
                            "[--max-states N]\n";

/* False with a message. */
static bool option(struct cross *c, const char *name, const char *value, const char **include)
{
    vec_char why = {0};
    if (strcmp(name, "--first") == 0)
        c->number = (unsigned)strtoul(value, NULL, 10);
    else if (strcmp(name, "--include") == 0)
        *include = value;
    else if (strcmp(name, "--max-states") == 0)
        c->max_states = strtoull(value, NULL, 10);
    else if (strcmp(name, "--set") == 0)
        kernel_settings_parse(&c->settings, value, &why);
    else
        text_printf(&why, "unknown option");
    bool good = !why.count;
    if (!good)
        fprintf(stderr, "cross: %s %s: %s\n%s", name, value, why.items, usage);
    VEC_FREE(&why);
    return good;
}

int main(int argc, char **argv)
{
    struct cross c = {.max_states = MAX_STATES_DEFAULT};
    struct diag diag = {0};
    const char *include = NULL;
    bool same = true;
    kernel_settings_default(&c.settings);
    if (argc < 3 || argc % 2 == 0) {
        fputs(usage, stderr);
        return 2;
    }
    for (int i = 3; i + 1 < argc; i += 2)
        if (!option(&c, argv[i], argv[i + 1], &include))
            return 2;
    const char *file = argv[1];
    struct program_options options = {
        .files = &file, .file_count = 1, .include_folder = include, .provided = machine_provides};
    struct program *program = program_load(&options, &diag);
    if (!program) {
        fwrite(diag.text.items, 1, diag.text.count, stderr);
        diag_free(&diag);
        return 2;
    }
    diag_free(&diag);
    c.program = program;
    for (unsigned count = (unsigned)strtoul(argv[2], NULL, 10); c.number < count; c.number++)
        same &= program_check(&c);
    program_destroy(program);
    return !same;
}
