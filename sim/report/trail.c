/* Writes and reads trail files: see trail.h. The reader goes on after an error to find more, up to ERRORS_MAX. */
#include "report/trail.h"

#include <string.h>

#include "report/report.h"
#include "report/text.h"
#include "report/trail_words.h"

enum { TRAIL_VERSION = 1, ERRORS_MAX = 10, SHOWN_MAX = 40 };

static const char magic[] = "impasse-trail";

static void write_line(vec_char *out, const char *key, const char *word)
{
    text_printf(out, "%s ", key);
    trail_word_write(out, word);
    text_append(out, "\n", 1);
}

void trail_write(const struct trail *t, vec_char *out)
{
    text_printf(out, "%s %d\n", magic, TRAIL_VERSION);
    if (t->found_by)
        write_line(out, "found-by", t->found_by);
    for (size_t i = 0; i < t->files.count; i++)
        write_line(out, "file", t->files.items[i]);
    for (size_t i = 0; i < t->options.count; i++)
        write_line(out, "option", t->options.items[i]);
    for (size_t i = 0; i < t->settings.count; i++)
        write_line(out, "set", t->settings.items[i]);
    for (size_t i = 0; i < t->arguments.count; i++)
        write_line(out, "argument", t->arguments.items[i]);
    if (t->expect)
        write_line(out, "expect", t->expect);
    for (size_t i = 0; i < t->steps.count; i++) {
        const struct trail_step *step = &t->steps.items[i];
        text_printf(out, "%zu ", i + 1);
        trail_word_write(out, step->name);
        text_append(out, " ", 1);
        trail_word_write(out, step->call);
        text_printf(out, " %u", step->outcome);
        if (step->comment && *step->comment) {
            text_append(out, " # ", 3);
            trail_comment_write(out, step->comment);
        }
        text_append(out, "\n", 1);
    }
    text_printf(out, "end\n");
}

struct reader {
    struct trail *trail;
    struct diag *diag;
    struct diag_place place;
    unsigned errors;
    uint64_t step; /* number of the last one */
    bool ended;
};

/* An error at the column; `word`, if any, is put in quotes behind it, cut and made printable. */
static void wrong(struct reader *reader, unsigned column, const char *message, const char *word)
{
    vec_char shown = {0};
    text_ascii(&shown, word ? word : "");
    reader->place.column = column;
    if (shown.count > SHOWN_MAX)
        strcpy(shown.items + SHOWN_MAX, "...");
    if (word)
        diag_error(reader->diag, reader->place, "%s: '%s'", message, shown.items ? shown.items : "");
    else
        diag_error(reader->diag, reader->place, "%s", message);
    reader->errors++;
    VEC_FREE(&shown);
}

/* Reads digits alone, up to max. */
static bool read_number(const char *word, uint64_t max, uint64_t *number)
{
    uint64_t n = 0;
    if (!*word)
        return false;
    for (; *word; word++) {
        if (*word < '0' || *word > '9' || n > (max - (uint64_t)(*word - '0')) / 10)
            return false;
        n = n * 10 + (uint64_t)(*word - '0');
    }
    *number = n;
    return true;
}

static char *take_word(struct trail_line *line, size_t i)
{
    char *word = line->words.items[i];
    line->words.items[i] = NULL; /* mem_free(NULL) does nothing */
    return word;
}

static void read_step(struct reader *reader, struct trail_line *line)
{
    uint64_t number, outcome;
    const unsigned *columns = line->columns.items;
    if (!read_number(line->words.items[0], UINT32_MAX, &number))
        wrong(reader, columns[0], "not a step number", line->words.items[0]);
    else if (number <= reader->step)
        wrong(reader, columns[0], "step numbers must ascend", line->words.items[0]);
    else if (line->words.count != 4)
        wrong(reader, columns[0], "a step is: NUMBER PROCESS CALL OUTCOME", NULL);
    else if (!read_number(line->words.items[3], UINT32_MAX, &outcome))
        wrong(reader, columns[3], "not an outcome number", line->words.items[3]);
    else {
        reader->step = number;
        struct trail_step step = {.name = take_word(line, 1),
                                  .call = take_word(line, 2),
                                  .outcome = (uint32_t)outcome,
                                  .comment = line->comment};
        line->comment = NULL;
        VEC_PUSH(&reader->trail->steps, step);
    }
}

static bool is_verdict(const char *word)
{
    for (int v = VERDICT_OK; v <= VERDICT_INCOMPLETE; v++)
        if (strcmp(word, verdict_word((enum verdict)v)) == 0)
            return true;
    return false;
}

/* Keeps the one value of a key that may stand only once. */
static void read_once(struct reader *reader, struct trail_line *line, char **value)
{
    if (*value)
        wrong(reader, line->columns.items[0], "a second line of this kind", line->words.items[0]);
    else
        *value = take_word(line, 1);
}

static void read_header(struct reader *reader, struct trail_line *line)
{
    struct trail *t = reader->trail;
    const char *key = line->words.items[0];
    static const char *const keys[] = {"file", "option", "set", "argument", "expect", "found-by"};
    bool known = false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        known |= strcmp(key, keys[i]) == 0;
    if (!known)
        wrong(reader, line->columns.items[0], "unknown kind of line", key);
    else if (line->words.count != 2)
        wrong(reader, line->columns.items[0], "one word must follow (quote it if it has blanks)", key);
    else if (reader->step > 0)
        wrong(reader, line->columns.items[0], "this must stand before the first step", key);
    else if (strcmp(key, "file") == 0)
        VEC_PUSH(&t->files, take_word(line, 1));
    else if (strcmp(key, "option") == 0)
        VEC_PUSH(&t->options, take_word(line, 1));
    else if (strcmp(key, "argument") == 0)
        VEC_PUSH(&t->arguments, take_word(line, 1));
    else if (strcmp(key, "found-by") == 0)
        read_once(reader, line, &t->found_by);
    else if (strcmp(key, "set") == 0 && !strpbrk(line->words.items[1], "=:"))
        wrong(reader, line->columns.items[1], "not NAME=VALUE", line->words.items[1]);
    else if (strcmp(key, "set") == 0)
        VEC_PUSH(&t->settings, take_word(line, 1));
    else if (!is_verdict(line->words.items[1]))
        wrong(reader, line->columns.items[1], "no verdict", line->words.items[1]);
    else
        read_once(reader, line, &t->expect);
}

static void read_line(struct reader *reader, const char *text, size_t length)
{
    struct trail_line line;
    unsigned column;
    const char *malformed = trail_line_read(&line, text, length, &column);
    if (malformed)
        wrong(reader, column, malformed, NULL);
    else if (line.words.count == 0)
        ; /* an empty line, or a comment alone */
    else if (reader->ended)
        wrong(reader, line.columns.items[0], "something follows the line `end`", line.words.items[0]);
    else if (strcmp(line.words.items[0], "end") == 0 && line.words.count == 1)
        reader->ended = true;
    else if (line.words.items[0][0] >= '0' && line.words.items[0][0] <= '9')
        read_step(reader, &line);
    else
        read_header(reader, &line);
    trail_line_free(&line);
}

/* The first line decides whether this is a trail at all: if not, nothing else is said about it. */
static bool read_magic(struct reader *reader, const char *text, size_t length)
{
    struct trail_line line;
    unsigned column;
    uint64_t version;
    const char *malformed = trail_line_read(&line, text, length, &column);
    if (malformed || line.words.count != 2 || strcmp(line.words.items[0], magic) != 0 ||
        !read_number(line.words.items[1], UINT32_MAX, &version))
        wrong(reader, 1, "this is no trail: its first line must be `impasse-trail 1`", NULL);
    else if (version != TRAIL_VERSION)
        wrong(reader, line.columns.items[1], "this version of Impasse reads trails of version 1, not of version",
              line.words.items[1]);
    trail_line_free(&line);
    return reader->errors == 0;
}

static void check_whole(struct reader *reader)
{
    reader->place.line = 0;
    if (!reader->ended)
        wrong(reader, 0, "the trail is cut off: there is no line `end`", NULL);
    if (reader->trail->files.count == 0)
        wrong(reader, 0, "there is no line `file`", NULL);
    if (!reader->trail->expect)
        wrong(reader, 0, "there is no line `expect`", NULL);
}

bool trail_parse(struct trail *t, const char *path, const char *text, size_t length, struct diag *diag)
{
    struct trail read = {0};
    struct reader reader = {.trail = &read, .diag = diag, .place = {.file = path}};
    *t = (struct trail){0};
    for (size_t at = 0; at < length || reader.place.line == 0;) {
        const char *newline = length > at ? memchr(text + at, '\n', length - at) : NULL;
        size_t n = newline ? (size_t)(newline - text) - at : length - at;
        size_t next = at + n + 1;
        if (n > 0 && text[at + n - 1] == '\r') /* a file that has been through Windows */
            n--;
        reader.place.line++;
        if (reader.place.line == 1) {
            if (!read_magic(&reader, text + at, n))
                return false; /* nothing is in `read` yet */
        } else {
            read_line(&reader, text + at, n);
        }
        if (reader.errors >= ERRORS_MAX) {
            wrong(&reader, 0, "too many errors", NULL);
            break;
        }
        at = next;
    }
    if (reader.errors == 0)
        check_whole(&reader);
    if (reader.errors > 0)
        trail_free(&read);
    *t = read;
    return reader.errors == 0;
}

#define FREE_STRINGS(v)                                                                                                \
    do {                                                                                                               \
        for (size_t i = 0; i < (v)->count; i++)                                                                        \
            mem_free((v)->items[i]);                                                                                   \
        VEC_FREE(v);                                                                                                   \
    } while (0)

void trail_free(struct trail *t)
{
    FREE_STRINGS(&t->files);
    FREE_STRINGS(&t->options);
    FREE_STRINGS(&t->settings);
    FREE_STRINGS(&t->arguments);
    for (size_t i = 0; i < t->steps.count; i++) {
        mem_free(t->steps.items[i].name);
        mem_free(t->steps.items[i].call);
        mem_free(t->steps.items[i].comment);
    }
    VEC_FREE(&t->steps);
    mem_free(t->expect);
    mem_free(t->found_by);
    *t = (struct trail){0};
}
