/* impasse: the command. Finds the subcommand and leaves the rest to its file. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "cli/session.h"

struct command {
    const char *name;
    unsigned bit;
    int (*run)(int argc, char **argv);
    const char *usage, *help;
};

static const struct command COMMANDS[] = {
    {"check", COMMAND_CHECK, command_check, "FILE... [options] [-- ARGS]",
     "explore every schedule; report hangs, crashes, failed assertions"},
    {"graph", COMMAND_GRAPH, command_graph, "FILE... [-o out/x.dot|.svg|.png|.pdf] [options]",
     "draw the state graph (DOT to stdout without -o)"},
    {"fuzz", COMMAND_FUZZ, command_fuzz, "FILE... [--runs N | --time S] [--seed N] [options]",
     "try random schedules; failures are saved under out/"},
    {"replay", COMMAND_REPLAY, command_replay, "TRAIL [options]", "run a saved counterexample again"},
    {"explain", COMMAND_EXPLAIN, command_explain, "RULE-ID...", "print rules of the specification, such as PIPE-04"},
    {"run", COMMAND_RUN, command_run, "FILE... [--seed N] [-- ARGS]",
     "simulate one schedule, as if the program were run"},
    {"conform", COMMAND_CONFORM, command_conform, "FILE... [--runs N] [--seed N] [--time S] [-- ARGS]",
     "hold the simulation against the kernel of this machine"},
};

enum { COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS };

static void help_all(FILE *out)
{
    fprintf(out, "impasse " IMPASSE_VERSION ": can programs that talk through Unix IPC hang, and how?\n\n"
                 "  impasse check models/pipe/forgotten_close.c     explain how this program can hang\n"
                 "  impasse graph models/semaphore/abba.c -o out/abba.svg\n"
                 "  impasse fuzz models/semaphore/abba.c --seed 1 --runs 10000\n\ncommands:\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-8s %s\n", COMMANDS[i].name, COMMANDS[i].help);
    fprintf(
        out,
        "\n`impasse COMMAND --help` lists the options of a command.\n"
        "exit status: 0 nothing wrong and all covered, 1 a violation, 2 bad usage or input, 3 incomplete (a limit),\n"
        "             4 a bug in impasse, 130 interrupted; `run` exits as the program would (124: it deadlocks)\n");
}

static void help_one(const struct command *c)
{
    vec_char text = {0};
    options_help(c->bit, &text);
    printf("usage: impasse %s %s\n  %s\n\n%s", c->name, c->usage, c->help, text.items);
    VEC_FREE(&text);
}

static bool help_wanted(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int not_a_command(const char *name)
{
    const char *near = NULL;
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strncmp(COMMANDS[i].name, name, 2) == 0)
            near = COMMANDS[i].name;
    fprintf(stderr, "impasse: error: '%s' is not a command%s%s%s; see impasse help\n", name,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return 2;
}

enum { LARGE_BLOCK = 1 << 20 };

int main(int argc, char **argv)
{
    /* MEM-02: what is freed of large blocks goes back to the host; else glibc keeps ever larger ones, up to 32 MiB
     * each. */
    mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
    if (argc < 2) {
        help_all(stderr);
        return 2;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        printf("impasse " IMPASSE_VERSION "\n");
        return 0;
    }
    bool help = strcmp(name, "help") == 0;
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || (help && argc == 2)) {
        help_all(stdout);
        return 0;
    }
    if (help)
        name = argv[2];
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(COMMANDS[i].name, name) == 0) {
            if (help || help_wanted(argc - 1, argv + 1)) {
                help_one(&COMMANDS[i]);
                return 0;
            }
            return COMMANDS[i].run(argc - 1, argv + 1);
        }
    return not_a_command(name);
}
