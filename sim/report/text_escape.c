/* Strings of the user's program and file names, made harmless for a terminal, a shell or a UTF-8 file: see text.h. */
#include <string.h>

#include "report/text.h"

static bool printable(unsigned char c)
{
    return c >= ' ' && c < 0x7f;
}

static void escape_byte(vec_char *out, unsigned char c)
{
    switch (c) {
    case '\n':
        text_append(out, "\\n", 2);
        break;
    case '\t':
        text_append(out, "\\t", 2);
        break;
    case '\r':
        text_append(out, "\\r", 2);
        break;
    default:
        text_printf(out, "\\%03o", c);
    }
}

void text_ascii(vec_char *out, const char *s)
{
    for (; *s; s++) {
        if (printable((unsigned char)*s))
            text_append(out, s, 1);
        else
            escape_byte(out, (unsigned char)*s);
    }
}

/* $'...' of bash, ksh and zsh: the only quoting that can name control characters on one line. */
static void shell_dollar_quoted(vec_char *out, const char *s)
{
    text_append(out, "$'", 2);
    for (; *s; s++) {
        if (!printable((unsigned char)*s))
            escape_byte(out, (unsigned char)*s);
        else
            text_printf(out, *s == '\'' || *s == '\\' ? "\\%c" : "%c", *s);
    }
    text_append(out, "'", 1);
}

void text_shell_word(vec_char *out, const char *s)
{
    bool plain = *s != '\0';
    for (const char *c = s; *c; c++) {
        if (!printable((unsigned char)*c)) {
            shell_dollar_quoted(out, s);
            return;
        }
        plain &= strchr(" !\"#$&'()*;<>?[\\]^`{|}~", *c) == NULL;
    }
    if (plain) {
        text_append(out, s, strlen(s));
        return;
    }
    text_append(out, "'", 1);
    for (; *s; s++)
        text_printf(out, *s == '\'' ? "'\\''" : "%c", *s);
    text_append(out, "'", 1);
}

size_t text_utf8_length(const char *s)
{
    const unsigned char *b = (const unsigned char *)s;
    size_t length;
    unsigned char low = 0x80, high = 0xbf; /* of the second byte: narrower where else the form would be too long */
    if (b[0] == 0)
        return 0;
    if (b[0] < 0x80)
        return 1;
    if (b[0] >= 0xc2 && b[0] <= 0xdf) {
        length = 2;
    } else if (b[0] >= 0xe0 && b[0] <= 0xef) {
        length = 3;
        low = b[0] == 0xe0 ? 0xa0 : low;
        high = b[0] == 0xed ? 0x9f : high; /* no surrogates */
    } else if (b[0] >= 0xf0 && b[0] <= 0xf4) {
        length = 4;
        low = b[0] == 0xf0 ? 0x90 : low;
        high = b[0] == 0xf4 ? 0x8f : high;
    } else {
        return 0;
    }
    if (b[1] < low || b[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if (b[i] < 0x80 || b[i] > 0xbf)
            return 0;
    return length;
}
