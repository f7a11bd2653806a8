/* See dot.h. */
#include "report/dot.h"

#include <string.h>

#include "report/text.h"

static const struct task_color {
    const char *line, *text, *name;
} task_colors[] = {
    {"#0072b2", "#005a8c", "blue"},   {"#d55e00", "#a84a00", "orange"}, {"#009e73", "#006b4e", "green"},
    {"#aa4499", "#8a3080", "purple"}, {"#56b4e9", "#1f6f9f", "sky"},    {"#8c6d00", "#6b5300", "brown"},
    {"#cc6677", "#a33c50", "rose"},   {"#555555", "#444444", "grey"},
};

enum { TASK_COLORS = sizeof task_colors / sizeof *task_colors };

const char *dot_task_color(uint32_t task)
{
    return task_colors[task % TASK_COLORS].line;
}

const char *dot_task_text_color(uint32_t task)
{
    return task_colors[task % TASK_COLORS].text;
}

const char *dot_task_color_name(uint32_t task)
{
    return task_colors[task % TASK_COLORS].name;
}

const char *dot_task_style(uint32_t task)
{
    static const char *const styles[] = {"solid", "dashed", "dotted"};
    return styles[task / TASK_COLORS % 3];
}

/* Does s begin with what Graphviz would take for a character entity, such as "&lt;"? */
static bool entity(const char *s)
{
    size_t n = 1;
    if (s[n] == '#')
        n++;
    size_t name = strspn(s + n, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    return name > 0 && s[n + name] == ';';
}

static void quote(vec_char *out, const char *ascii, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (ascii[i] == '"' || ascii[i] == '\\')
            text_printf(out, "\\%c", ascii[i]);
        else if (ascii[i] == '&' && entity(ascii + i))
            text_append(out, "&amp;", 5);
        else
            text_append(out, ascii + i, 1);
    }
}

void dot_line(vec_char *out, struct dot_lines how, const char *s)
{
    vec_char ascii = {0};
    text_ascii(&ascii, s);
    const char *rest = ascii.items ? ascii.items : "";
    bool cut = how.width > 0 && !how.wrap && ascii.count > how.width;
    size_t room = how.width ? how.width : ascii.count;
    bool first = true;
    do {
        text_printf(out, "%s%s", how.start ? how.start : "", first ? "" : "  ");
        first = false;
        size_t n = cut ? how.width - 3 : text_fit(rest, room);
        quote(out, rest, n);
        text_printf(out, "%s%s", cut ? "..." : "", how.end);
        rest = cut ? "" : rest + n + strspn(rest + n, " ");
    } while (*rest);
    VEC_FREE(&ascii);
}
