/* What the writers of DOT text share: quoting and the colours of processes. Private to dot.c and dot_text.c. */
#ifndef REPORT_DOT_H
#define REPORT_DOT_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

/* Lines longer than `width` are cut ("...") or wrapped, as `wrap` says; 0: neither. */
struct dot_lines {
    size_t width;
    int wrap;
    const char *start; /* of each line: a blank keeps labels off their arrows; NULL: "" */
    const char *end;   /* of each line: "\\l" to align left, "\\n" for tooltips */
};

/* Appends one line (or, wrapped, several) of text, escaped for a quoted DOT string, each with its end. */
void dot_line(vec_char *out, struct dot_lines how, const char *s);

/* A process has a colour of its own up to the eighth, after that the colours come again with another line style.
 * Chosen so that they differ for the colour-blind (after Okabe and Ito, 2008, and Tol, 2021) and in grey. */
const char *dot_task_color(uint32_t task);      /* of its edges */
const char *dot_task_text_color(uint32_t task); /* the same, dark enough to read on white */
const char *dot_task_color_name(uint32_t task);
const char *dot_task_style(uint32_t task); /* "solid", "dashed", "dotted" */

#endif
