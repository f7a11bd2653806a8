/* The words and comments of trail files: how they are quoted and how they are read. Private to trail*.c. */
#ifndef REPORT_TRAIL_WORDS_H
#define REPORT_TRAIL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

/* Appends the word, in quotes if it needs them. */
void trail_word_write(vec_char *out, const char *word);
/* Appends the comment, which is not empty, so that it stays on its line and can be read back. */
void trail_comment_write(vec_char *out, const char *comment);

struct trail_line {
    VEC_OF(char *) words;
    VEC_OF(unsigned) columns; /* where each word begins, from 1 */
    char *comment;            /* NULL if there is none, or an empty one */
};

/* Reads one line, without its newline. NULL if it is well-formed; else what is wrong, with its column (from 1) in
 * *column. The line is to be freed in both cases. */
const char *trail_line_read(struct trail_line *line, const char *text, size_t length, unsigned *column);
void trail_line_free(struct trail_line *line);

#endif
