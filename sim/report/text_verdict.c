/* The verdict: its word, its exit status, and the lines that a report opens with. */
#include <string.h>

#include "report/text.h"

static bool runs_command(const struct report *r, const char *command)
{
    return r->command && strcmp(r->command, command) == 0;
}

const char *verdict_word(enum verdict v)
{
    static const char *const words[] = {
#define X(name, word, status) [VERDICT_##name] = word,
        VERDICTS(X)
#undef X
    };
    return (size_t)v < sizeof words / sizeof *words ? words[v] : "unknown";
}

int report_exit_status(const struct report *r)
{
    static const int statuses[] = {
#define X(name, word, status) [VERDICT_##name] = status,
        VERDICTS(X)
#undef X
    };
    /* Never a false "ok": a check that did not cover everything has not passed, whatever its verdict says. */
    if (r->verdict == VERDICT_OK && !r->complete && !r->fuzz && !runs_command(r, "replay"))
        return statuses[VERDICT_INCOMPLETE];
    return (size_t)r->verdict < sizeof statuses / sizeof *statuses ? statuses[r->verdict] : 4;
}

static const char *message(const struct report *r)
{
    if (r->violations.count > 0 && r->violations.items[0].kind == r->verdict)
        return r->violations.items[0].message;
    if (r->verdict == VERDICT_INCOMPLETE)
        return r->violations.count > 0 ? "see below" : "nothing wrong in what was covered";
    if (r->verdict != VERDICT_OK)
        return "no details are known";
    if (r->fuzz)
        return "no run hangs, crashes or fails an assertion";
    if (runs_command(r, "replay"))
        return "nothing goes wrong on the saved schedule";
    return "no schedule hangs, crashes or fails an assertion";
}

static void coverage(const struct report *r, vec_char *out)
{
    if (r->fuzz) {
        text_count(out, r->runs, "run");
        text_printf(out, ", %llu failed, seed %llu, ", (unsigned long long)r->failures, (unsigned long long)r->seed);
        if (r->strategy) {
            text_ascii(out, r->strategy);
            text_append(out, ", ", 2);
        }
    } else if (runs_command(r, "replay")) {
        text_printf(out, "replayed: ");
        text_count(out, r->violations.count ? r->violations.items[0].trace.count : r->depth, "step");
        text_append(out, ", ", 2);
    } else {
        text_printf(out, r->complete ? "complete: " : "not complete: ");
        text_count(out, r->states, "state");
        text_append(out, ", ", 2);
        text_count(out, r->transitions, "transition");
        text_append(out, ", ", 2);
    }
    text_seconds(out, r->seconds);
}

/* The answer on the left, what it rests on at the right, below it if the line is too short for both. */
void text_verdict(const struct text *t, const struct report *r)
{
    const char *word = verdict_word(r->verdict);
    enum paint paint = r->verdict == VERDICT_OK           ? PAINT_GOOD
                       : r->verdict == VERDICT_INCOMPLETE ? PAINT_WARNING
                                                          : PAINT_BAD;
    vec_char left = {0}, right = {0};
    text_ascii(&left, message(r));
    coverage(r, &right);
    size_t used = strlen(word) + 2 + left.count;
    text_paint(t, paint, word);
    text_append(t->out, ": ", 2);
    if (used + 2 + right.count <= t->prose) {
        text_append(t->out, left.items, left.count);
        text_spaces(t, t->prose - used - right.count);
        text_printf(t->out, "%s\n", right.items);
    } else {
        text_wrap(t, left.items, strlen(word) + 2, 4);
        text_spaces(t, 4);
        text_wrap(t, right.items, 4, 4);
    }
    if (r->violations.count > 0 && r->violations.items[0].cause)
        text_labelled(t, PAINT_STRONG, "cause", r->violations.items[0].cause);
    if (!r->complete && r->incomplete_reason)
        text_labelled(t, PAINT_STRONG, "reason", r->incomplete_reason);
    VEC_FREE(&left);
    VEC_FREE(&right);
}
