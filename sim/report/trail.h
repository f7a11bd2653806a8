/* Saved counterexamples: a small text file, readable and editable by hand, that `impasse replay` runs again.
 *
 *   impasse-trail 1
 *   found-by "fuzz --seed 1 run 17"
 *   file models/pipe/forgotten_close.c     in the order of the command line
 *   option -DN=3                           -I, -D
 *   set pipe_capacity=4
 *   argument x
 *   expect deadlock
 *   1 main pipe 0 # (p) = [3, 4]           step number, process name, call, outcome number; then a comment for people
 *   end
 *
 * Names, not numbers, so that it survives small edits of the program. A word with a space, a quote, a `#` or a control
 * character in it stands in double quotes, with \" \\ \n \t \r \xNN as in C. spec/report.md has the grammar.
 */
#ifndef REPORT_TRAIL_H
#define REPORT_TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/vec.h"

struct trail_step {
    char *name; /* process */
    char *call;
    uint32_t outcome; /* number among the outcomes that the call may have there */
    char *comment;    /* arguments, result, file:line; or NULL. Never "" after parsing */
};

struct trail {
    VEC_OF(char *) files;
    VEC_OF(char *) options;   /* -I, -D */
    VEC_OF(char *) settings;  /* NAME=VALUE */
    VEC_OF(char *) arguments; /* argv[1..] of the program */
    char *expect;             /* verdict word */
    char *found_by;           /* "check", or "fuzz --seed 1 run 17"; or NULL */
    VEC_OF(struct trail_step) steps;
};

/* Appends the text of the trail. What trail_parse reads from it is equal to t, byte for byte in every string. */
void trail_write(const struct trail *t, vec_char *out);
/* False with errors (path:line:column: error: …) in diag; *t is then empty. *t is overwritten, not freed, before. */
bool trail_parse(struct trail *t, const char *path, const char *text, size_t length, struct diag *diag);
/* Frees all strings and lists, which are the trail's own (mem_alloc), and empties it. */
void trail_free(struct trail *t);

#endif
