/* A loaded program with its model: what every subcommand starts from. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/options.h"
#include "machine/machine.h"
#include "model.h"
#include "program/program.h"
#include "report/report.h"

/* The programs beside the first one, as the parts of a session want them. */
struct session_programs {
    VEC_OF(const char *) files; /* of images 1, 2, ... */
    VEC_OF(struct kernel_program) kernel;
    VEC_OF(struct machine_start) starts;
    vec_u32 images; /* of the starts */
};
void programs_gather(struct session_programs *s, const struct cli_options *o, struct arena *arena);
void programs_free(struct session_programs *s);

struct session {
    struct program *program;
    struct model *model;
    struct machine_options machine;
    struct kernel_settings kernel; /* those of the options, with the programs */
    struct session_programs programs;
    struct arena arena;
    vec_u32 kept; /* what the machine must not throw away */
    struct source_cache *sources;
    VEC_OF(struct report_warning) warnings; /* for the report, of commands that make one */
    struct arena strings;                   /* of the warnings */
};

/* Compiles and loads the files of the options. False with the errors in diag. */
bool session_open(struct session *s, const struct cli_options *o, struct diag *diag);
void session_close(struct session *s);

/* After a search, and once more after its report was made: if the model read a value that it had thrown away, makes
 * another one that keeps it, and returns true; the search and the report have to be made again. */
bool session_again(struct session *s);
/* Makes the model anew, one that keeps what s->kept names. */
void session_keep(struct session *s);

/* Prints the diagnostics to stderr. */
void session_say(const struct diag *diag);
/* The same, and gives exit status 2; for `return fail_usage(&diag)`. */
int session_fail(struct diag *diag);

/* Ctrl-C: asked for since the handler was installed. */
void interrupt_install(void);
bool interrupt_seen(void);

/* A progress line on stderr if that is a terminal; the context is a struct progress. */
struct progress {
    bool shown, wanted;
    double last;
};
void progress_start(struct progress *p, bool quiet);
bool progress_show(void *context, const struct search_progress *now);
void progress_end(struct progress *p);

/* What is installed beside the binary: include/, with <impasse.h>. NULL if that is not known. */
const char *session_beside(const char *name, struct arena *arena);

const char *session_options_text(const struct cli_options *o, struct arena *arena);

/* Report, with the warnings of the session, in the form that the options ask for, to stdout. Returns the exit status.
 */
int session_report(struct session *s, const struct cli_options *o, const struct report *r);

/* Makes the folders that a file's path names, where they are missing. */
void session_make_folders(const char *file);

/* Saves a path as a trail file (report/trail.h). False with an error in diag. */
bool session_save_trail(struct session *s, const struct cli_options *o, const struct model_path *path,
                        const char *expect, const char *found_by, const char *file, struct diag *diag);

/* The subcommands: argv[0] is the subcommand's name. Each returns the exit status. */
int command_check(int argc, char **argv);
int command_graph(int argc, char **argv);
int command_fuzz(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_run(int argc, char **argv);
int command_conform(int argc, char **argv);

#endif
