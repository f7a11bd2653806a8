/* See trail_words.h. */
#include "report/trail_words.h"

#include <string.h>

#include "report/text.h"

/* Appends s up to its end with what would be misread escaped. Valid UTF-8 stays readable. */
static void escape(vec_char *out, const char *s, bool quotes)
{
    for (size_t n; *s; s += n) {
        n = text_utf8_length(s);
        if (*s == '\\' || (quotes && *s == '"'))
            text_printf(out, "\\%c", *s);
        else if (*s == '\n')
            text_append(out, "\\n", 2);
        else if (*s == '\t')
            text_append(out, "\\t", 2);
        else if (*s == '\r')
            text_append(out, "\\r", 2);
        else if (n == 0 || (unsigned char)*s < ' ' || *s == 0x7f)
            text_printf(out, "\\x%02x", (unsigned char)*s);
        else
            text_append(out, s, n);
        n = n ? n : 1;
    }
}

void trail_word_write(vec_char *out, const char *word)
{
    bool plain = *word != '\0';
    for (const char *c = word; *c; c++)
        plain &= *c > ' ' && *c < 0x7f && !strchr("\"\\#", *c);
    if (plain) {
        text_append(out, word, strlen(word));
        return;
    }
    text_append(out, "\"", 1);
    escape(out, word, true);
    text_append(out, "\"", 1);
}

void trail_comment_write(vec_char *out, const char *comment)
{
    size_t before = out->count, length = strlen(comment);
    bool ends_blank = length > 1 && comment[length - 1] == ' ';
    if (*comment == ' ') { /* blanks around a comment do not belong to it: these do */
        text_append(out, "\\x20", 4);
        comment++;
    }
    escape(out, comment, false);
    if (ends_blank && out->count > before) {
        out->count--;
        text_append(out, "\\x20", 4);
    }
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* Appends what the escape at s[0..n), n >= 1, stands for; returns its length, 0 if there is no such escape. */
static size_t unescape(vec_char *out, const char *s, size_t n)
{
    static const char from[] = "\"\\ntr", to[] = "\"\\\n\t\r";
    if (n < 2)
        return 0;
    const char *simple = s[1] ? strchr(from, s[1]) : NULL;
    if (simple) {
        text_append(out, to + (simple - from), 1);
        return 2;
    }
    int high = n >= 4 && s[1] == 'x' ? hex_digit(s[2]) : -1, low = n >= 4 ? hex_digit(s[3]) : -1;
    char byte = (char)(high * 16 + low);
    if (high < 0 || low < 0 || byte == 0) /* strings of C cannot hold a NUL */
        return 0;
    text_append(out, &byte, 1);
    return 4;
}

static char *take_string(vec_char *text)
{
    text_append(text, "", 0); /* ends it, and makes one of nothing */
    return text->items;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *read_quoted(vec_char *word, const char *text, size_t length, size_t *at)
{
    size_t i = *at + 1;
    while (i < length && text[i] != '"') {
        size_t n = 1;
        if (text[i] == '\\')
            n = unescape(word, text + i, length - i);
        else
            text_append(word, text + i, 1);
        if (n == 0) {
            *at = i;
            return "no such escape: there are \\\" \\\\ \\n \\t \\r and \\xNN";
        }
        i += n;
    }
    if (i == length)
        return "the quote is not closed";
    *at = i + 1;
    if (*at < length && !blank(text[*at]))
        return "a blank is missing behind the quoted word";
    return NULL;
}

static void read_comment(struct trail_line *line, const char *text, size_t length)
{
    vec_char comment = {0};
    while (length > 0 && blank(*text)) {
        text++;
        length--;
    }
    while (length > 0 && blank(text[length - 1]))
        length--;
    for (size_t i = 0; i < length;) {
        size_t n = text[i] == '\\' ? unescape(&comment, text + i, length - i) : 0;
        if (n == 0) /* comments are for people: anything goes */
            text_append(&comment, text + i, 1);
        i += n ? n : 1;
    }
    if (comment.count > 0)
        line->comment = take_string(&comment);
}

const char *trail_line_read(struct trail_line *line, const char *text, size_t length, unsigned *column)
{
    const char *wrong = NULL;
    *line = (struct trail_line){0};
    for (size_t i = 0; i < length; i++) {
        if (((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == 0x7f) {
            *column = (unsigned)i + 1;
            return "a control character";
        }
    }
    for (size_t at = 0; !wrong;) {
        while (at < length && blank(text[at]))
            at++;
        *column = (unsigned)at + 1;
        if (at < length && text[at] == '#')
            read_comment(line, text + at + 1, length - at - 1);
        if (at == length || text[at] == '#')
            break;
        vec_char word = {0};
        VEC_PUSH(&line->columns, *column);
        if (text[at] == '"') {
            wrong = read_quoted(&word, text, length, &at);
            *column = wrong && strcmp(wrong, "the quote is not closed") != 0 ? (unsigned)at + 1 : *column;
        } else {
            while (at < length && !blank(text[at]))
                text_append(&word, text + at++, 1);
        }
        VEC_PUSH(&line->words, take_string(&word));
    }
    return wrong;
}

void trail_line_free(struct trail_line *line)
{
    for (size_t i = 0; i < line->words.count; i++)
        mem_free(line->words.items[i]);
    VEC_FREE(&line->words);
    VEC_FREE(&line->columns);
    mem_free(line->comment);
    line->comment = NULL;
}
