/* See rules.h. A rule is a list item that begins with its id in bold, `- **PIPE-02** ...`, up to the next item or blank
 * line; tests/lint/trace.py reads them in the same way. */
#include "report/rules.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 15 };

extern const char impasse_rules_start[], impasse_rules_end[];

struct rule {
    char id[ID_MAX + 1];
    const char *text; /* behind the id */
    const char *end;
};

static const char *line_end(const char *line)
{
    const char *end = memchr(line, '\n', (size_t)(impasse_rules_end - line));
    return end ? end : impasse_rules_end;
}

static bool item_begins(const char *line)
{
    return impasse_rules_end - line > 4 && memcmp(line, "- **", 4) == 0;
}

/* Reads the rule that begins on a line. */
static bool rule_read(const char *line, struct rule *r)
{
    const char *end = line_end(line);
    size_t n = 0;
    if (!item_begins(line))
        return false;
    while (line + 4 + n < end && line[4 + n] != '*' && n < ID_MAX)
        n++;
    memcpy(r->id, line + 4, n);
    r->id[n] = '\0';
    if (n < 4 || line[4 + n] != '*' || !memchr(r->id, '-', n) || !isdigit((unsigned char)r->id[n - 1]))
        return false;
    r->text = line + 4 + n + 2;
    while (end < impasse_rules_end && end[1] != '\n' && end[1] != '#' && !item_begins(end + 1))
        end = line_end(end + 1);
    r->end = end;
    return true;
}

/* The next rule from *at on; false at the end. */
static bool rule_next(const char **at, struct rule *r)
{
    while (*at < impasse_rules_end) {
        const char *line = *at, *end = line_end(line);
        *at = end < impasse_rules_end ? end + 1 : end;
        if (rule_read(line, r))
            return true;
    }
    return false;
}

bool rules_find(const char *id, vec_char *out)
{
    const char *at = impasse_rules_start;
    struct rule r;
    while (rule_next(&at, &r)) {
        if (strcmp(r.id, id) != 0)
            continue;
        text_printf(out, "%s", r.id);
        for (const char *line = r.text; line < r.end; line = line_end(line) + 1) {
            while (line < r.end && *line == ' ')
                line++;
            text_printf(out, "%s%.*s\n", line < r.text + 2 ? " " : "  ", (int)(line_end(line) - line), line);
        }
        return true;
    }
    return false;
}

/* Levenshtein's distance of two ids; letter case does not count. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[ID_MAX + 2];
    size_t n = strlen(b);
    for (size_t j = 0; j <= n; j++)
        row[j] = (unsigned)j;
    for (unsigned i = 1; *a; a++, i++) {
        unsigned before = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            unsigned changed = before + (toupper((unsigned char)*a) != b[j - 1]);
            unsigned other = 1 + (row[j] < row[j - 1] ? row[j] : row[j - 1]);
            before = row[j];
            row[j] = changed < other ? changed : other;
        }
    }
    return row[n];
}

void rules_near(const char *id, unsigned most, vec_char *out)
{
    unsigned found = 0;
    for (unsigned wanted = 0; wanted <= ID_MAX && found < most; wanted++) {
        const char *at = impasse_rules_start;
        struct rule r;
        while (found < most && rule_next(&at, &r))
            if (distance(id, r.id) == wanted)
                text_printf(out, "%s%s", found++ ? ", " : "", r.id);
    }
}
