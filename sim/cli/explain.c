/* impasse explain: the rules of the specification that reports and sources cite. */
#include <stdio.h>

#include "cli/session.h"
#include "report/rules.h"

enum { NEAR_MAX = 3 };

static int explain_one(const char *id)
{
    vec_char text = {0};
    bool known = rules_find(id, &text);
    if (known) {
        fputs(text.items, stdout);
    } else {
        rules_near(id, NEAR_MAX, &text);
        fprintf(stderr, "impasse: error: there is no rule '%s'; did you mean %s?\n", id, text.items);
    }
    VEC_FREE(&text);
    return known ? 0 : 2;
}

int command_explain(int argc, char **argv)
{
    struct cli_options o;
    struct diag diag = {0};
    int status = 0;
    if (!options_parse(&o, COMMAND_EXPLAIN, argc, argv, &diag)) {
        options_free(&o);
        return session_fail(&diag);
    }
    if (!o.files.count) {
        fprintf(stderr, "impasse: error: no rule given, such as PIPE-04\n");
        status = 2;
    }
    for (size_t i = 0; i < o.files.count; i++)
        if (explain_one(o.files.items[i]))
            status = 2;
    options_free(&o);
    diag_free(&diag);
    return status;
}
