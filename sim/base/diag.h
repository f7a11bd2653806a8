/* Diagnostics for people: `file:line:col: error: message`, as GCC writes them, to a sink that the caller owns.
 * User errors are collected and counted; they never end the program. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/vec.h"

struct diag {
    vec_char text;   /* all messages so far, each a line */
    unsigned errors; /* how many of them are errors */
};

struct diag_place {
    const char *file; /* NULL: the message has no place */
    unsigned line;    /* 1-based; 0: unknown */
    unsigned column;  /* 1-based; 0: unknown */
};

void diag_error(struct diag *d, struct diag_place at, const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_warning(struct diag *d, struct diag_place at, const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_free(struct diag *d);

#endif
