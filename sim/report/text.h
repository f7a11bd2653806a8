/* What the parts of the text report share. Private to sim/report/.
 *
 * Invariants: (1) everything that reaches `out` is printable ASCII, spaces, newlines and colour escapes of ours: what
 * comes from the user's program or its file names goes through text_ascii; (2) trailing spaces are allowed in `out`,
 * report_text strips them at the end.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "report/report.h"

enum paint { PAINT_BAD, PAINT_GOOD, PAINT_WARNING, PAINT_STRONG, PAINT_DIM };

struct text {
    vec_char *out;
    const struct report_style *style;
    unsigned width; /* columns that a table may take */
    unsigned prose; /* columns that running text may take: at most 100, whatever the terminal has */
};

/* text_layout.c */
struct text text_begin(const struct report_style *style, vec_char *out);
void text_paint(const struct text *t, enum paint paint, const char *ascii);
void text_spaces(const struct text *t, size_t n);
/* How many bytes of s fit on a line of `width` columns: up to a space if there is one, else all that fits (at least 1).
 */
size_t text_fit(const char *s, size_t width);
/* Writes the words of s and a newline, the cursor being at column `at`; lines after the first begin at column `hang`.
 */
void text_wrap(const struct text *t, const char *s, size_t at, size_t hang);
/* A paragraph "label: words", the lines after the first indented to the words. */
void text_labelled(const struct text *t, enum paint paint, const char *label, const char *s);
/* Appends "1,118,878 states": n with separators, then the word, with an `s` unless n is 1. */
void text_count(vec_char *out, uint64_t n, const char *word);
void text_seconds(vec_char *out, double seconds);
void text_bytes(vec_char *out, uint64_t bytes);

/* text_escape.c */
/* Appends s as printable ASCII: controls become \n or octal escapes, bytes over 0x7e octal escapes. */
void text_ascii(vec_char *out, const char *s);
/* Appends a word of a shell command, quoted where it must be. */
void text_shell_word(vec_char *out, const char *s);
/* The length of the valid UTF-8 sequence (RFC 3629) that s begins with; 0 if there is none, or at the end of s. */
size_t text_utf8_length(const char *s);

/* text_verdict.c */
void text_verdict(const struct text *t, const struct report *r);

/* text_task.c */
/* The culprits with their source lines, what they need and who could provide it; then the others, shorter. */
void text_tasks(const struct text *t, const struct finding *f);
/* "wait-for: main -> child -> child", nothing if there is no cycle. */
void text_cycle(const struct text *t, const struct finding *f);

/* text_source.c */
/* The source line with its number and a caret, if it is known; then the words of `first` and of `more` behind the
 * caret. Without the source line the words stand alone, indented. */
void text_source(const struct text *t, const char *file, uint32_t line, uint32_t column, const char *first,
                 const char *const *more, size_t more_count);

/* text_trace.c */
void text_trace(const struct text *t, const struct finding *f);

/* text_next.c */
/* The commands that a user is likely to want after this report. */
void text_next(const struct text *t, const struct report *r);

#endif
