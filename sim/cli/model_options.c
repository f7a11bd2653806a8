/* Options in the leading comments of a model file: see options.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

/* The words after "impasse:" of one comment line, NULL if the line is not one. */
static const char *line_words(const char *line)
{
    while (*line == ' ' || *line == '\t' || *line == '*')
        line++;
    if (line[0] == '/' && (line[1] == '/' || line[1] == '*'))
        line += 2;
    while (*line == ' ' || *line == '\t' || *line == '*')
        line++;
    return strncmp(line, "impasse:", 8) == 0 ? line + 8 : NULL;
}

static bool is_comment(const char *line, bool *inside)
{
    while (*line == ' ' || *line == '\t')
        line++;
    if (*inside || strncmp(line, "/*", 2) == 0) {
        *inside = strstr(line, "*/") == NULL;
        return true;
    }
    return strncmp(line, "//", 2) == 0 || *line == '\n' || *line == '\r' || !*line;
}

/* The next word, cut out; quotes hold blanks together. NULL: no more. */
static char *next_word(char **rest)
{
    char *in = *rest + strspn(*rest, " \t\r\n"), *word = in, *out = in, quote = 0;
    if (!*in)
        return NULL;
    for (; *in && (quote || !strchr(" \t\r\n", *in)); in++) {
        if (*in == quote)
            quote = 0;
        else if (!quote && (*in == '\'' || *in == '"'))
            quote = *in;
        else
            *out++ = *in;
    }
    *rest = *in ? in + 1 : in;
    *out = '\0';
    return word;
}

static bool apply_words(struct cli_options *o, const char *file, unsigned line, const char *words, struct diag *diag)
{
    char *copy = (char *)arena_string(&o->arena, words, strlen(words)), *argv[64], *rest = copy;
    int argc = 0;
    argv[argc++] = (char *)"impasse";
    for (char *w; argc < 63 && (w = next_word(&rest));)
        argv[argc++] = w;
    argv[argc] = NULL;
    if (argc == 1 || argv[1][0] != '-')
        return true; /* expect, states: the test suite's */
    unsigned errors = diag->errors;
    if (options_parse_words(o, argc, argv, diag))
        return true;
    if (diag->errors > errors)
        diag_error(diag, (struct diag_place){file, line, 1}, "the option in this comment is wrong");
    return false;
}

bool options_from_model(struct cli_options *o, const char *file, struct diag *diag)
{
    size_t length = strlen(file);
    if (length < 2 || strcmp(file + length - 2, ".c") != 0)
        return true;
    FILE *in = fopen(file, "r");
    if (!in)
        return true; /* the front end says what is wrong with the file */
    const char *slash = strrchr(file, '/');
    o->folder = slash ? arena_string(&o->arena, file, (size_t)(slash + 1 - file)) : NULL;
    char *line = NULL;
    size_t room = 0;
    unsigned number = 0;
    bool inside = false, good = true;
    while (good && getline(&line, &room, in) >= 0 && is_comment(line, &inside)) {
        number++;
        const char *words = line_words(line);
        if (words)
            good = apply_words(o, file, number, words, diag);
    }
    o->folder = NULL;
    free(line);
    fclose(in);
    return good;
}
