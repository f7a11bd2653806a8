/* Colours, wrapping and numbers of the text report: see text.h. */
#include <string.h>

#include "report/text.h"

enum {
    WIDTH_UNKNOWN = 120, /* when there is no terminal to ask: report.h */
    WIDTH_MIN = 40,      /* below this nothing can be laid out; lines are then longer than the terminal */
    WIDTH_MAX = 200,     /* a table wider than this is harder to follow than a wrapped one */
    PROSE_MAX = 100,
};

struct text text_begin(const struct report_style *style, vec_char *out)
{
    struct text t = {.out = out, .style = style, .width = style->width ? style->width : WIDTH_UNKNOWN};
    if (t.width < WIDTH_MIN)
        t.width = WIDTH_MIN;
    if (t.width > WIDTH_MAX)
        t.width = WIDTH_MAX;
    t.prose = t.width < PROSE_MAX ? t.width : PROSE_MAX;
    return t;
}

void text_paint(const struct text *t, enum paint paint, const char *ascii)
{
    static const char *const codes[] = {
        [PAINT_BAD] = "1;31", [PAINT_GOOD] = "1;32", [PAINT_WARNING] = "1;33", [PAINT_STRONG] = "1", [PAINT_DIM] = "2"};
    if (t->style->color && *ascii)
        text_printf(t->out, "\033[%sm%s\033[0m", codes[paint], ascii);
    else
        text_append(t->out, ascii, strlen(ascii));
}

void text_spaces(const struct text *t, size_t n)
{
    text_printf(t->out, "%*s", (int)n, "");
}

size_t text_fit(const char *s, size_t width)
{
    size_t length = strlen(s);
    if (length <= width)
        return length;
    for (size_t i = width; i > 0; i--)
        if (s[i] == ' ')
            return i;
    return width ? width : 1;
}

void text_wrap(const struct text *t, const char *s, size_t at, size_t hang)
{
    vec_char ascii = {0};
    text_ascii(&ascii, s);
    const char *rest = ascii.items ? ascii.items : "";
    size_t room = t->prose > at ? t->prose - at : 1;
    for (;;) {
        size_t n = text_fit(rest, room);
        text_append(t->out, rest, n);
        text_append(t->out, "\n", 1);
        rest += n + strspn(rest + n, " ");
        if (!*rest)
            break;
        text_spaces(t, hang);
        room = t->prose > hang ? t->prose - hang : 1;
    }
    VEC_FREE(&ascii);
}

void text_labelled(const struct text *t, enum paint paint, const char *label, const char *s)
{
    size_t indent = strlen(label) + 2;
    text_paint(t, paint, label);
    text_append(t->out, ": ", 2);
    text_wrap(t, s, indent, indent);
}

void text_count(vec_char *out, uint64_t n, const char *word)
{
    char digits[24];
    size_t count = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            text_append(out, ",", 1);
        text_append(out, digits + i, 1);
    }
    text_printf(out, " %s%s", word, n == 1 ? "" : "s");
}

void text_seconds(vec_char *out, double seconds)
{
    text_printf(out, "%.*f s", seconds < 10 ? 2 : seconds < 100 ? 1 : 0, seconds);
}

void text_bytes(vec_char *out, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double amount = (double)bytes;
    size_t unit = 0;
    while (amount >= 1024 && unit + 1 < sizeof units / sizeof *units) {
        amount /= 1024;
        unit++;
    }
    text_printf(out, "%.*f %s", unit == 0 || amount >= 100 ? 0 : 1, amount, units[unit]);
}
