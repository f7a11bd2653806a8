/* A source line with a caret, and the words behind the caret:
 *
 *    14 |     while (read(p[0], &c, 1) > 0)
 *       |            ^ the pipe is empty: needs data, or its last write end closed
 *       |              the only open write end is the child's own descriptor 4
 */
#include <string.h>

#include "report/text.h"

enum {
    GUTTER = 8,     /* "   14 | " */
    WORDS_MIN = 30, /* if less room than this is left behind the caret, the words go below it */
    TAB = 8,
};

/* Appends the line as it looks on a terminal, one character a column; returns the column of byte `byte` (from 0). */
static size_t expand(const char *line, size_t byte, vec_char *out)
{
    size_t at = 0, length = strlen(line);
    for (size_t i = 0; i < length;) {
        size_t n = text_utf8_length(line + i);
        if (i <= byte)
            at = out->count;
        if (line[i] == '\t')
            text_printf(out, "%*s", (int)(TAB - out->count % TAB), "");
        else if (line[i] >= ' ' && line[i] < 0x7f)
            text_append(out, line + i, 1);
        else
            text_append(out, "?", 1); /* one for a whole character, so that the caret stands under the right one */
        i += n ? n : 1;
    }
    return byte < length ? at : out->count;
}

/* Cuts the line to `room` columns around the caret; returns the caret's new column. */
static size_t cut(vec_char *line, size_t caret, size_t room)
{
    size_t start = 0;
    if (line->count <= room)
        return caret;
    if (caret + 12 > room)
        start = caret - room / 2;
    if (start + room > line->count)
        start = line->count - room;
    bool cut_at_end = start + room < line->count;
    memmove(line->items, line->items + start, room);
    line->items[room] = '\0';
    line->count = room;
    if (start > 0)
        memcpy(line->items, "...", 3);
    if (cut_at_end)
        memcpy(line->items + room - 3, "...", 3);
    return caret - start;
}

static void gutter(const struct text *t, size_t indent)
{
    text_paint(t, PAINT_DIM, "      |");
    text_spaces(t, indent + 1);
}

/* One sentence at column `column` of the source; its further lines are indented by two more. The cursor is there. */
static void sentence(const struct text *t, const char *s, size_t column, size_t room)
{
    vec_char ascii = {0};
    text_ascii(&ascii, s);
    const char *rest = ascii.items ? ascii.items : "";
    for (size_t n = text_fit(rest, room);; n = text_fit(rest, room - 2)) {
        text_append(t->out, rest, n);
        text_append(t->out, "\n", 1);
        rest += n + strspn(rest + n, " ");
        if (!*rest)
            break;
        gutter(t, column + 2);
    }
    VEC_FREE(&ascii);
}

static void without_source(const struct text *t, const char *first, const char *const *more, size_t more_count)
{
    if (first) {
        text_spaces(t, 4);
        text_wrap(t, first, 4, 6);
    }
    for (size_t i = 0; i < more_count; i++) {
        text_spaces(t, 4);
        text_wrap(t, more[i], 4, 6);
    }
}

void text_source(const struct text *t, const char *file, uint32_t line, uint32_t column, const char *first,
                 const char *const *more, size_t more_count)
{
    const char *source = NULL;
    if (file && line > 0 && t->style->source_line)
        source = t->style->source_line(t->style->context, file, line);
    if (!source) {
        without_source(t, first, more, more_count);
        return;
    }
    vec_char shown = {0};
    size_t caret = expand(source, column ? column - 1 : 0, &shown);
    if (!column) /* the line is known, the column is not: the caret stands under the first word */
        caret = shown.items ? strspn(shown.items, " ") : 0;
    caret = cut(&shown, caret, t->prose - GUTTER);
    text_printf(t->out, "%5u ", line);
    text_paint(t, PAINT_DIM, "|");
    text_printf(t->out, " %s\n", shown.items ? shown.items : "");
    gutter(t, caret);
    text_paint(t, PAINT_GOOD, "^");
    size_t words = caret + 2;
    bool behind = GUTTER + words + WORDS_MIN <= t->prose;
    if (!behind)
        words = 4;
    size_t room = t->prose - GUTTER - words;
    text_append(t->out, behind && first ? " " : "\n", 1);
    if (first && !behind)
        gutter(t, words);
    if (first)
        sentence(t, first, words, room);
    for (size_t i = 0; i < more_count; i++) {
        gutter(t, words);
        sentence(t, more[i], words, room);
    }
    VEC_FREE(&shown);
}
