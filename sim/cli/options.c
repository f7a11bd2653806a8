/* See options.h. */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum option_id {
    OPTION_FIRST = 1000,
#define X(name, text, letter, argument, commands, help) OPTION_##name,
    CLI_OPTIONS(X)
#undef X
};

struct option_row {
    enum option_id id;
    const char *name;
    char letter;
    const char *argument;
    unsigned commands;
    const char *help;
};

static const struct option_row ROWS[] = {
#define X(name, text, letter, argument, commands, help) {OPTION_##name, text, letter, argument, commands, help},
    CLI_OPTIONS(X)
#undef X
};

enum { ROW_COUNT = sizeof ROWS / sizeof *ROWS };

static bool number_parse(const char *text, uint64_t *value, struct diag *diag, const char *option)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (!*text || *text == '-' || *end || errno) {
        diag_error(diag, (struct diag_place){0}, "--%s needs a number, not '%s'", option, text);
        return false;
    }
    *value = n;
    return true;
}

static bool size_parse(const char *text, size_t *value, struct diag *diag, const char *option)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    unsigned shift = *end == 'K' || *end == 'k'   ? 10
                     : *end == 'M' || *end == 'm' ? 20
                     : *end == 'G' || *end == 'g' ? 30
                                                  : 0;
    if (end == text || *text == '-' || errno || (*end && (!shift || end[1])) || n > (UINT64_MAX >> shift)) {
        diag_error(diag, (struct diag_place){0}, "--%s needs a size such as 500M or 4G, not '%s'", option, text);
        return false;
    }
    *value = (size_t)(n << shift);
    return true;
}

static bool seconds_parse(const char *text, double *value, struct diag *diag, const char *option)
{
    char *end;
    *value = strtod(text, &end);
    if (end == text || *end || !(*value > 0)) {
        diag_error(diag, (struct diag_place){0}, "--%s needs a number of seconds above 0, not '%s'", option, text);
        return false;
    }
    return true;
}

static bool properties_parse(const char *text, unsigned *properties, struct diag *diag)
{
    static const struct {
        const char *name;
        unsigned bit;
    } NAMES[] = {{"deadlock", PROPERTY_DEADLOCK}, {"stuck", PROPERTY_STUCK},       {"assertion", PROPERTY_ASSERTION},
                 {"crash", PROPERTY_CRASH},       {"livelock", PROPERTY_LIVELOCK}, {"all", PROPERTY_ALL}};
    *properties = 0;
    while (*text) {
        size_t n = strcspn(text, ",");
        unsigned bit = 0;
        for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
            if (strlen(NAMES[i].name) == n && memcmp(NAMES[i].name, text, n) == 0)
                bit = NAMES[i].bit;
        if (!bit) {
            diag_error(diag, (struct diag_place){0},
                       "--properties knows deadlock, stuck, assertion, crash, livelock and all, not '%.*s'", (int)n,
                       text);
            return false;
        }
        *properties |= bit;
        text += n + (text[n] == ',');
    }
    return true;
}

static bool warnings_parse(const char *text, bool *off, struct diag *diag)
{
    *off = strcmp(text, "none") == 0;
    if (*off || strcmp(text, "signal-safety") == 0)
        return true;
    diag_error(diag, (struct diag_place){0}, "--warn knows signal-safety and none, not '%s'", text);
    return false;
}

static const char file_setting[] = "file:";

/* Reads PATH=HOSTFILE into the options. */
static bool file_apply(struct cli_options *o, const char *text, struct diag *diag)
{
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : 0;
    const char *path = arena_string(&o->arena, text, length);
    const char *why = equals ? kernel_file_path_wrong(path) : "it is not of the form PATH=HOSTFILE";
    FILE *in = why ? NULL : fopen(equals + 1, "rb");
    vec_char bytes = {0};
    char block[1 << 12];
    size_t n;
    while (in && (n = fread(block, 1, sizeof block, in)) > 0)
        text_append(&bytes, block, n);
    if (!why && (!in || ferror(in)))
        why = "the host's file cannot be read";
    if (in)
        fclose(in);
    if (why) {
        diag_error(diag, (struct diag_place){0}, "--file %s: %s", text, why);
    } else {
        struct kernel_file f = {path, (const unsigned char *)arena_string(&o->arena, bytes.items, bytes.count),
                                bytes.count};
        VEC_PUSH(&o->initial, f);
        o->kernel.files = o->initial.items;
        o->kernel.file_count = o->initial.count;
    }
    VEC_FREE(&bytes);
    return !why;
}

bool options_set(struct cli_options *o, const char *text, struct diag *diag)
{
    if (strncmp(text, file_setting, strlen(file_setting)) == 0) {
        VEC_PUSH(&o->settings, text);
        return file_apply(o, text + strlen(file_setting), diag);
    }
    bool good;
    if (programs_apply(o, text, diag, &good))
        return good;
    vec_char why = {0};
    good = kernel_settings_parse(&o->kernel, text, &why);
    if (!good)
        diag_error(diag, (struct diag_place){0}, "--set %s: %s", text, why.items);
    else
        VEC_PUSH(&o->settings, text);
    VEC_FREE(&why);
    return good;
}

static bool option_apply(struct cli_options *o, const struct option_row *row, const char *value, struct diag *diag)
{
    switch (row->id) {
    case OPTION_FIRST:
        return true;
    case OPTION_WARN:
        return warnings_parse(value, &o->warnings_off, diag);
    case OPTION_INCLUDE:
        VEC_PUSH(&o->flags, arena_printf(&o->arena, "-I%s", value));
        return true;
    case OPTION_DEFINE:
        VEC_PUSH(&o->flags, arena_printf(&o->arena, "-D%s", value));
        return true;
    case OPTION_SET:
        return options_set(o, value, diag);
    case OPTION_FILE:
        return options_set(o, arena_printf(&o->arena, "%s%s", file_setting, value), diag);
    case OPTION_WITH:
    case OPTION_PROGRAM:
        return options_set(o, programs_setting(o, row->id == OPTION_WITH, value), diag);
    case OPTION_PROPERTIES:
        return properties_parse(value, &o->search.properties, diag);
    case OPTION_DEPTH_FIRST:
        o->search.order = SEARCH_DEPTH;
        return true;
    case OPTION_REDUCTION_OFF:
        o->search.reduction_off = true;
        return true;
    case OPTION_CLEARING_OFF:
        o->clearing_off = true;
        return true;
    case OPTION_MEMO_OFF:
        o->memo_off = true;
        return true;
    case OPTION_COMPRESSION_OFF:
        o->search.compression_off = true;
        return true;
    case OPTION_PARALLEL_LEAST:
        return number_parse(value, &o->search.parallel_least, diag, row->name);
    case OPTION_DUMP_ENDS:
        o->dump_ends = true;
        return true;
    case OPTION_MAX_STATES:
        return number_parse(value, &o->search.max_states, diag, row->name);
    case OPTION_MAX_DEPTH:
        return number_parse(value, &o->search.max_depth, diag, row->name);
    case OPTION_MAX_MEMORY:
        return size_parse(value, &o->search.max_memory, diag, row->name);
    case OPTION_COMPACT:
        o->search.store = SEARCH_COMPACT;
        return true;
    case OPTION_BITSTATE:
        o->search.store = SEARCH_BITSTATE;
        return true;
    case OPTION_TABLE:
        return size_parse(value, &o->search.table_bytes, diag, row->name);
    case OPTION_TIME:
        return seconds_parse(value, &o->search.seconds, diag, row->name);
    case OPTION_CHECKPOINT:
        o->search.checkpoint = value;
        return true;
    case OPTION_CHECKPOINT_EVERY:
        return seconds_parse(value, &o->search.checkpoint_every, diag, row->name);
    case OPTION_RESUME:
        o->resume = value;
        return true;
    case OPTION_JOBS: {
        uint64_t n;
        if (!number_parse(value, &n, diag, row->name))
            return false;
        if (n < 1 || n > 256) {
            diag_error(diag, (struct diag_place){0}, "--jobs takes 1 to 256, not %s", value);
            return false;
        }
        o->jobs = o->search.threads = (unsigned)n;
        return true;
    }
    case OPTION_RUNS:
        o->runs_given = true;
        return number_parse(value, &o->runs, diag, row->name);
    case OPTION_SEED:
        o->seed_given = true;
        return number_parse(value, &o->seed, diag, row->name);
    case OPTION_STRATEGY:
        if (strcmp(value, "random") != 0) {
            diag_error(diag, (struct diag_place){0}, "--strategy knows only 'random', not '%s'", value);
            return false;
        }
        o->strategy = value;
        return true;
    case OPTION_OUTPUT:
        o->output = value;
        return true;
    case OPTION_BARE:
        o->bare = true;
        return true;
    case OPTION_BATCH:
        o->batch = value;
        return true;
    case OPTION_MAX_NODES:
        return number_parse(value, &o->max_nodes, diag, row->name);
    case OPTION_JSON:
        o->json = true;
        return true;
    case OPTION_NO_COLOR:
        o->color_off = true;
        return true;
    case OPTION_QUIET:
        o->quiet = true;
        return true;
    case OPTION_HELP:
        o->help = true;
        return true;
    }
    return true;
}

/* getopt_long's tables for one subcommand. */
struct getopt_tables {
    struct option longs[ROW_COUNT + 1];
    char shorts[3 * ROW_COUNT + 3];
};

static void tables_make(struct getopt_tables *t, unsigned command)
{
    size_t n = 0, s = 0;
    memset(t, 0, sizeof *t);
    t->shorts[s++] = ':';
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct option_row *row = &ROWS[i];
        if (!(row->commands & command))
            continue;
        t->longs[n++] = (struct option){
            .name = row->name, .has_arg = row->argument ? required_argument : no_argument, .val = (int)row->id};
        if (row->letter) {
            t->shorts[s++] = row->letter;
            if (row->argument)
                t->shorts[s++] = ':';
        }
    }
}

static const struct option_row *row_of(int id)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if ((int)ROWS[i].id == id || (ROWS[i].letter && ROWS[i].letter == id))
            return &ROWS[i];
    return NULL;
}

/* Files stand between options; what follows -- is the program's. */
bool options_parse_words(struct cli_options *o, int argc, char **argv, struct diag *diag)
{
    struct getopt_tables tables;
    tables_make(&tables, o->command);
    int own = argc;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--") == 0) {
            own = i;
            break;
        }
    for (int i = own + 1; i < argc; i++)
        VEC_PUSH(&o->arguments, argv[i]);
    optind = 0;
    opterr = 0;
    bool good = true;
    for (int c; (c = getopt_long(own, argv, tables.shorts, tables.longs, NULL)) != -1;) {
        const char *given = argv[optind - 1];
        if (c == '?' || c == ':') {
            diag_error(diag, (struct diag_place){0},
                       c == ':' ? "%s needs an argument; see impasse help"
                                : "%s is not an option here; see impasse help",
                       given);
            good = false;
        } else {
            good &= option_apply(o, row_of(c), optarg, diag);
        }
    }
    for (int i = optind; i < own; i++)
        VEC_PUSH(&o->files, argv[i]);
    return good;
}

static void defaults(struct cli_options *o, unsigned command)
{
    memset(o, 0, sizeof *o);
    o->command = command;
    kernel_settings_default(&o->kernel);
    o->search.properties = PROPERTY_ALL;
    o->search.checkpoint_every = 2;
    o->search.table_bytes = (size_t)64 << 20;
    o->jobs = 1;
    o->runs = 1000;
    o->seed = 1;
    o->strategy = "random";
    o->max_nodes = 150;
}

bool options_parse(struct cli_options *o, unsigned command, int argc, char **argv, struct diag *diag)
{
    /* The file's own options come first, so that the command line overrides them; to know the file, parse twice. */
    defaults(o, command);
    if (!options_parse_words(o, argc, argv, diag) || o->help || !o->files.count || command == COMMAND_REPLAY ||
        command == COMMAND_EXPLAIN)
        return diag->errors == 0;
    const char *first = o->files.items[0];
    options_free(o);
    defaults(o, command);
    if (!options_from_model(o, first, diag))
        return false;
    o->model_flags = o->flags.count;
    o->model_settings = o->settings.count;
    return options_parse_words(o, argc, argv, diag);
}

void options_free(struct cli_options *o)
{
    VEC_FREE(&o->files);
    VEC_FREE(&o->flags);
    VEC_FREE(&o->settings);
    VEC_FREE(&o->programs);
    VEC_FREE(&o->program_words);
    VEC_FREE(&o->initial);
    VEC_FREE(&o->arguments);
    arena_free(&o->arena);
}

/* ---- help ---- */

void options_help(unsigned command, vec_char *out)
{
    text_printf(out, "options:\n");
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct option_row *row = &ROWS[i];
        if (!(row->commands & command) || !row->help)
            continue;
        vec_char left = {0};
        if (row->letter)
            text_printf(&left, "-%c, ", row->letter);
        text_printf(&left, "--%s%s%s", row->name, row->argument ? " " : "", row->argument ? row->argument : "");
        text_printf(out, "  %-28s %s\n", left.items, row->help);
        VEC_FREE(&left);
    }
    if (!(command & COMMAND_PROGRAMS))
        return;
    text_printf(out, "\nsettings of the simulated kernel (--set NAME=VALUE):\n");
#define X(name, def, min, max, help)                                                                                   \
    text_printf(out, "  %-28s %s (default %lld, %lld to %lld)\n", #name, help, (long long)(def), (long long)(min),     \
                (long long)(max));
    KERNEL_SETTINGS(X)
#undef X
}
