/* `next:`, the commands that a user is likely to want after a report; they can be copied as they are. */
#include <string.h>

#include "report/text.h"

/* Appends " FILE... OPTIONS": what makes another command look at the same program. */
static void append_program(vec_char *out, const struct report *r)
{
    for (size_t i = 0; i < r->files.count; i++) {
        text_append(out, " ", 1);
        text_shell_word(out, r->files.items[i]);
    }
    if (r->options && *r->options) {
        text_append(out, " ", 1);
        text_ascii(out, r->options);
    }
}

/* Appends "out/NAME.svg" for models/pipe/NAME.c. */
static void append_picture(vec_char *out, const struct report *r)
{
    const char *file = r->files.items[0];
    const char *slash = strrchr(file, '/');
    char *name = mem_copy_string(slash ? slash + 1 : file);
    char *dot = strrchr(name, '.');
    if (dot && dot != name)
        *dot = '\0';
    vec_char path = {0};
    text_printf(&path, "out/%s.svg", *name ? name : "graph");
    text_shell_word(out, path.items);
    VEC_FREE(&path);
    mem_free(name);
}

/* One suggestion a line; never wrapped, so that it can be copied. */
static void suggest(const struct text *t, bool *first, const vec_char *command)
{
    if (*first)
        text_paint(t, PAINT_STRONG, "next");
    text_printf(t->out, "%s%s\n", *first ? ": " : "      ", command->items);
    *first = false;
}

static void suggest_program(const struct text *t, const struct report *r, bool *first, const char *verb)
{
    vec_char command = {0};
    bool graph = strcmp(verb, "graph") == 0;
    text_printf(&command, "impasse %s", verb);
    append_program(&command, r);
    if (graph) {
        text_append(&command, " -o ", 4);
        append_picture(&command, r);
    }
    suggest(t, first, &command);
    VEC_FREE(&command);
}

void text_next(const struct text *t, const struct report *r)
{
    bool first = true, check = r->command && strcmp(r->command, "check") == 0;
    bool failed = r->verdict != VERDICT_OK && r->verdict != VERDICT_INCOMPLETE;
    if (failed && r->trail_file) {
        vec_char command = {0};
        text_printf(&command, "impasse replay ");
        text_shell_word(&command, r->trail_file);
        suggest(t, &first, &command);
        VEC_FREE(&command);
    }
    if (r->files.count == 0)
        return;
    if (r->fuzz) /* the shortest way there, or the certainty that there is none */
        suggest_program(t, r, &first, "check");
    else if (failed)
        suggest_program(t, r, &first, "graph");
    else if (check && report_exit_status(r) == 3)
        suggest_program(t, r, &first, "fuzz");
}
