/* The command line: one table of options, which getopt_long, --help and the tests read. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "kernel/kernel.h"
#include "search/search.h"

/* Subcommands, as bits, that an option belongs to. */
enum command_bit {
    COMMAND_CHECK = 1,
    COMMAND_FUZZ = 2,
    COMMAND_GRAPH = 4,
    COMMAND_RUN = 8,
    COMMAND_REPLAY = 16,
    COMMAND_EXPLAIN = 32,
    COMMAND_CONFORM = 64,
    COMMAND_SEARCHES = COMMAND_CHECK | COMMAND_GRAPH, /* explore the whole space */
    COMMAND_PROGRAMS = COMMAND_CHECK | COMMAND_FUZZ | COMMAND_GRAPH | COMMAND_RUN | COMMAND_CONFORM,
    COMMAND_ALL = 127
};

/* X(NAME, "long name", short letter or 0, "ARGUMENT" or NULL, commands, "help", or NULL: for tests only) */
#define CLI_OPTIONS(X)                                                                                                 \
    X(INCLUDE, "include", 'I', "FOLDER", COMMAND_PROGRAMS, "look for headers there (passed to clang)")                 \
    X(DEFINE, "define", 'D', "NAME[=VALUE]", COMMAND_PROGRAMS, "define a macro (passed to clang)")                     \
    X(SET, "set", 0, "NAME=VALUE", COMMAND_PROGRAMS, "change a setting of the simulated kernel, see below")            \
    X(WARN, "warn", 0, "LIST", COMMAND_PROGRAMS, "warn of signal-safety (the default) or of none")                     \
    X(FILE, "file", 0, "PATH=HOSTFILE", COMMAND_PROGRAMS,                                                              \
      "a regular file PATH is there before the start, with the bytes of HOSTFILE")                                     \
    X(WITH, "with", 0, "'FILE ARGS'", COMMAND_PROGRAMS, "one more process runs FILE from the start")                   \
    X(PROGRAM, "program", 0, "PATH=FILE", COMMAND_PROGRAMS, "exec of PATH, or of a name in any folder, runs FILE")     \
    X(PROPERTIES, "properties", 0, "LIST", COMMAND_PROGRAMS,                                                           \
      "look only for these: deadlock,stuck,assertion,crash,livelock (default: all)")                                   \
    X(DEPTH_FIRST, "depth-first", 0, NULL, COMMAND_SEARCHES, "search depth first instead of breadth first")            \
    X(REDUCTION_OFF, "no-reduction", 0, NULL, COMMAND_SEARCHES, "explore every interleaving")                          \
    X(CLEARING_OFF, "no-clearing", 0, NULL, COMMAND_SEARCHES, NULL)                                                    \
    X(MEMO_OFF, "no-memo", 0, NULL, COMMAND_SEARCHES, NULL)                                                            \
    X(COMPRESSION_OFF, "no-compression", 0, NULL, COMMAND_CHECK, NULL)                                                 \
    X(PARALLEL_LEAST, "parallel-least", 0, "N", COMMAND_CHECK, NULL)                                                   \
    X(DUMP_ENDS, "dump-ends", 0, NULL, COMMAND_CHECK, NULL)                                                            \
    X(MAX_STATES, "max-states", 0, "N", COMMAND_SEARCHES | COMMAND_CONFORM, "stop after N states")                     \
    X(MAX_DEPTH, "max-depth", 0, "N", COMMAND_SEARCHES | COMMAND_FUZZ,                                                 \
      "stop at depth N; of a fuzzing run: after N steps")                                                              \
    X(MAX_MEMORY, "max-memory", 0, "SIZE", COMMAND_SEARCHES | COMMAND_CONFORM,                                         \
      "stop when the search holds SIZE bytes (suffix K, M, G)")                                                        \
    X(TIME, "time", 0, "SECONDS", COMMAND_SEARCHES | COMMAND_FUZZ | COMMAND_CONFORM, "stop after so long")             \
    X(COMPACT, "hash-compaction", 0, NULL, COMMAND_CHECK, "partial search: keep 32 bits of a state; never ends as ok") \
    X(BITSTATE, "bitstate", 0, NULL, COMMAND_CHECK, "partial search: keep 3 bits of a state; never ends as ok")        \
    X(TABLE, "table", 0, "SIZE", COMMAND_CHECK, "bytes of the table of a partial search (default 64M)")                \
    X(CHECKPOINT, "checkpoint", 0, "FILE", COMMAND_CHECK, "save the search there now and then, for --resume")          \
    X(CHECKPOINT_EVERY, "checkpoint-every", 0, "SECONDS", COMMAND_CHECK,                                               \
      "save so often (default 2; large ones less often)")                                                              \
    X(RESUME, "resume", 0, "FILE", COMMAND_CHECK, "go on from a saved search of the same program and options")         \
    X(JOBS, "jobs", 'j', "N", COMMAND_SEARCHES | COMMAND_FUZZ, "work with N processes (results do not depend on it)")  \
    X(RUNS, "runs", 0, "N", COMMAND_FUZZ | COMMAND_CONFORM,                                                            \
      "number of runs (default 1000, or until --time; of conform: 50)")                                                \
    X(BATCH, "batch", 0, "FILE", COMMAND_CONFORM, "take the arguments of one program after another from its lines")    \
    X(BARE, "no-namespaces", 0, NULL, COMMAND_CONFORM, NULL)                                                           \
    X(SEED, "seed", 0, "N", COMMAND_FUZZ | COMMAND_RUN | COMMAND_CONFORM, "seed of the random choices (default 1)")    \
    X(STRATEGY, "strategy", 0, "NAME", COMMAND_FUZZ, "how schedules are drawn: random")                                \
    X(OUTPUT, "output", 'o', "FILE", COMMAND_GRAPH | COMMAND_FUZZ | COMMAND_CHECK,                                     \
      "graph: write FILE (.dot, .svg, .png, .pdf); otherwise: save the counterexample there")                          \
    X(MAX_NODES, "max-nodes", 0, "N", COMMAND_GRAPH, "draw at most N states (default 150)")                            \
    X(JSON, "json", 0, NULL, COMMAND_CHECK | COMMAND_FUZZ | COMMAND_REPLAY | COMMAND_CONFORM,                          \
      "print one JSON object instead of text")                                                                         \
    X(NO_COLOR, "no-color", 0, NULL, COMMAND_ALL, "no colours, whatever the terminal")                                 \
    X(QUIET, "quiet", 'q', NULL, COMMAND_ALL, "no progress on stderr")                                                 \
    X(HELP, "help", 'h', NULL, COMMAND_ALL, "this text")

/* A program of --with or --program. */
struct cli_program {
    const char *file;
    const char *path; /* as exec finds it; NULL: --with */
    bool starts;      /* one process runs it from the start, with [count] arguments from program_words[first] on */
    size_t first, count;
};

struct cli_options {
    unsigned command; /* one enum command_bit */
    VEC_OF(const char *) files;
    VEC_OF(const char *) flags;    /* for clang: -I..., -D... */
    VEC_OF(const char *) settings; /* NAME=VALUE; and file:, with:, program: for the options of that name */
    VEC_OF(struct cli_program) programs;
    VEC_OF(const char *) program_words;
    const char *folder;                 /* while a model's comment is read: its folder, with a slash */
    VEC_OF(struct kernel_file) initial; /* behind kernel.files */
    size_t model_flags, model_settings; /* how many of them the model file's own comments gave */
    VEC_OF(const char *) arguments;     /* after -- */
    struct kernel_settings kernel;
    struct search_options search;
    bool json, color_off, quiet, help;
    bool warnings_off;
    bool clearing_off, memo_off, dump_ends;
    unsigned jobs;
    uint64_t runs, seed;
    bool runs_given, seed_given;
    const char *strategy;
    const char *output; /* NULL: not given */
    const char *resume; /* NULL: not given */
    const char *batch;  /* NULL: not given */
    bool bare;          /* conform without namespaces */
    uint64_t max_nodes;
    struct arena arena;
};

/* Parses argv[2..] of a subcommand. Strings are borrowed from argv. False with errors in diag. */
bool options_parse(struct cli_options *o, unsigned command, int argc, char **argv, struct diag *diag);
/* Parses more words into options that already hold some; argv[0] is passed over. */
bool options_parse_words(struct cli_options *o, int argc, char **argv, struct diag *diag);
/* One NAME=VALUE of --set, or file:PATH=HOSTFILE, with:FILE ARGS, program:PATH=FILE. */
bool options_set(struct cli_options *o, const char *text, struct diag *diag);
/* Options from the leading comments of a C file, `// impasse: --set a=b`, which the command line overrides. `expect`
 * and `states` lines are the test suite's and are passed over. */
bool options_from_model(struct cli_options *o, const char *file, struct diag *diag);
/* programs.c. Whether a setting is with: or program:; it is then applied. And such a setting for an option's text. */
bool programs_apply(struct cli_options *o, const char *text, struct diag *diag, bool *good);
const char *programs_setting(struct cli_options *o, bool starts, const char *text);
void options_free(struct cli_options *o);
/* Help of one subcommand. */
void options_help(unsigned command, vec_char *out);

#endif
