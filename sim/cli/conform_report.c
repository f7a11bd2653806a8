/* See conform_report.h. */
#include "cli/conform_report.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "report/report.h"

enum { SHOWN_MAX = 12 };
static const char *const VERDICTS[] = {
    [AGREES] = "agrees", [DIFFERS] = "differs", [UNKNOWN] = "unknown", [INTERRUPTED] = "interrupted"};

bool comparison_is_endless(const struct comparison *r)
{
    bool endless = r->simulated.complete;
    for (size_t i = 0; i < r->simulated.items.count; i++)
        endless &= r->simulated.items.items[i].end == OUTCOME_RUNNING;
    return endless;
}

static void outcome_line(const char *head, const struct outcome *o)
{
    vec_char text = {0};
    outcome_print(o, &text);
    printf("%s%s\n", head, text.items);
    VEC_FREE(&text);
}

/* Those that were seen natively, or those that were not, or (which < 0) all. */
static void list_outcomes(const struct outcome_set *set, const char *head, int which)
{
    size_t shown = 0, count = 0;
    for (size_t i = 0; i < set->items.count; i++) {
        if (which >= 0 && which != (set->items.items[i].seen > 0))
            continue;
        if (count++ < SHOWN_MAX) {
            outcome_line(head, &set->items.items[i]);
            shown++;
        }
    }
    if (count > shown)
        printf("%sand %zu more\n", head, count - shown);
}

void comparison_report(const struct comparison *r, const char *confinement)
{
    const struct outcome_set *set = &r->simulated;
    size_t seen = 0;
    for (size_t i = 0; i < set->items.count; i++)
        seen += set->items.items[i].seen > 0;
    switch (r->verdict) {
    case AGREES:
        printf(comparison_is_endless(r) ? "agrees: %llu native runs; neither side ever ends\n"
                                        : "agrees: %llu native runs, all of them simulated outcomes\n",
               (unsigned long long)r->runs);
        break;
    case DIFFERS:
        printf("differs: native run %llu shows an outcome that the simulation does not have (--seed %llu --runs 1)\n",
               (unsigned long long)r->runs, (unsigned long long)r->seed);
        break;
    case UNKNOWN:
        printf("unknown: native run %llu shows an outcome outside of the simulated ones, and %s\n",
               (unsigned long long)r->runs, r->why);
        break;
    case INTERRUPTED:
        printf("interrupted after %llu native runs\n", (unsigned long long)r->runs);
        break;
    }
    if (!set->complete)
        printf("outcome set incomplete: %s\n", set->why);
    printf("simulated: %zu outcomes in %llu states; %zu of them seen natively\n", set->items.count,
           (unsigned long long)set->states, seen);
    printf("native runs were shut in: %s\n", confinement);
    if (r->verdict == DIFFERS || r->verdict == UNKNOWN) {
        outcome_line("native:    ", &r->native);
        list_outcomes(set, "simulated: ", -1);
    } else {
        list_outcomes(set, "seen natively:       ", 1);
        list_outcomes(set, "never seen natively: ", 0);
    }
}

int comparison_status(const struct comparison *r)
{
    return r->verdict == INTERRUPTED                         ? 130
           : r->verdict == DIFFERS                           ? 1
           : r->verdict == UNKNOWN || !r->simulated.complete ? 3
                                                             : 0;
}

static void print_string(const char *s)
{
    vec_char text = {0};
    outcome_escape(s, strlen(s), &text);
    printf("\"%s\"", text.items);
    VEC_FREE(&text);
}

static void print_json_outcome(const struct outcome *o, bool with_count)
{
    vec_char text = {0};
    text_printf(&text, "{");
    if (with_count)
        text_printf(&text, "\"native_runs\": %llu, ", (unsigned long long)o->seen);
    text_printf(&text, "\"stdout\": \"");
    outcome_escape(o->text[0].items, o->text[0].count, &text);
    text_printf(&text, "\", \"stderr\": \"");
    outcome_escape(o->text[1].items, o->text[1].count, &text);
    text_printf(&text, "\", \"ended\": %s, \"status\": %d, \"hangs\": %s, \"running\": %s}",
                o->main_ended ? "true" : "false", (int)o->status, o->end == OUTCOME_HANGS ? "true" : "false",
                o->end == OUTCOME_RUNNING ? "true" : "false");
    fputs(text.items, stdout);
    VEC_FREE(&text);
}

static void print_outcomes(const char *key, const struct outcome_set *set, bool seen)
{
    size_t count = 0;
    printf(", \"%s\": [", key);
    for (size_t i = 0; i < set->items.count; i++)
        if ((set->items.items[i].seen > 0) == seen) {
            fputs(count++ ? ", " : "", stdout);
            print_json_outcome(&set->items.items[i], true);
        }
    printf("]");
}

static void print_string_or_null(const char *key, const char *s)
{
    printf(", \"%s\": ", key);
    if (s)
        print_string(s);
    else
        printf("null");
}

/* The native outcome that decided, if one did. */
static bool print_native(const struct comparison *r)
{
    bool decided = r->verdict == DIFFERS || r->verdict == UNKNOWN;
    printf(", \"native\": ");
    if (decided)
        print_json_outcome(&r->native, false);
    else
        printf("null");
    return decided;
}

void comparison_report_json(const struct comparison *r, const struct cli_options *o, const char *confinement,
                            const char *const *missing)
{
    const struct outcome_set *set = &r->simulated;
    printf("{\"tool\": \"impasse\", \"version\": \"%s\", \"command\": \"conform\", \"files\": [", IMPASSE_VERSION);
    for (size_t i = 0; i < o->files.count; i++) {
        fputs(i ? ", " : "", stdout);
        print_string(o->files.items[i]);
    }
    printf("], \"verdict\": \"%s\"", VERDICTS[r->verdict]);
    print_string_or_null("why", r->why);
    printf(", \"complete\": %s", set->complete ? "true" : "false");
    print_string_or_null("incomplete_reason", set->why);
    printf(", \"programs\": 1, \"states\": %llu, \"native_runs\": %llu, \"endless\": %s",
           (unsigned long long)set->states, (unsigned long long)r->runs, comparison_is_endless(r) ? "true" : "false");
    print_string_or_null("confinement", confinement);
    printf(", \"skipped\": [");
    for (size_t i = 0; missing[i]; i++) {
        fputs(i ? ", " : "", stdout);
        print_string(missing[i]);
    }
    printf("]");
    print_outcomes("seen", set, true);
    print_outcomes("never_seen", set, false);
    if (print_native(r))
        printf(", \"seed\": \"%llu\"}\n", (unsigned long long)r->seed);
    else
        printf(", \"seed\": null}\n");
}

void comparison_report_line(const struct comparison *r, unsigned long long number)
{
    printf("{\"line\": %llu, \"verdict\": \"%s\", \"why\": ", number, VERDICTS[r->verdict]);
    print_string(r->why ? r->why : "");
    print_string_or_null("incomplete_reason", r->simulated.why);
    print_native(r);
    printf(", \"simulated\": [");
    for (size_t i = 0; i < r->simulated.items.count && i < SHOWN_MAX; i++) {
        fputs(i ? ", " : "", stdout);
        print_json_outcome(&r->simulated.items.items[i], false);
    }
    printf("]}\n");
    fflush(stdout);
}
