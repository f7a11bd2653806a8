/* The report for people: the verdict first, then why, then the way there. See report.h and spec/report.md. */
#include <math.h>
#include <string.h>

#include "report/text.h"

enum {
    FULL_MAX = 3, /* violations shown in full; the others have one line each */
    WARNINGS_MAX = 8
};

static void no_return(const struct text *t, const struct finding *f)
{
    if (!f->no_return_known)
        return;
    vec_char words = {0};
    if (f->no_return == 0) {
        text_printf(&words, "the start; every schedule ends so");
    } else {
        const char *call = NULL;
        for (size_t i = 0; i < f->trace.count; i++)
            if (f->trace.items[i].number == f->no_return)
                call = f->trace.items[i].call;
        text_printf(&words, "step %u; after this ", f->no_return);
        text_printf(&words, "%s no schedule ends well", call && *call ? call : "step");
    }
    text_labelled(t, PAINT_STRONG, "point of no return", words.items);
    VEC_FREE(&words);
}

static void finding(const struct text *t, const struct finding *f)
{
    text_append(t->out, "\n", 1);
    text_tasks(t, f);
    text_cycle(t, f);
    if (f->trace.count > 0)
        text_append(t->out, "\n", 1);
    text_trace(t, f);
    no_return(t, f);
    if (f->help)
        text_labelled(t, PAINT_GOOD, "help", f->help);
}

/* "violation 2 of 3: deadlock: message" for every violation but the first, whose message is the verdict line. */
static void further_head(const struct text *t, const struct report *r, size_t i)
{
    const struct finding *f = &r->violations.items[i];
    vec_char label = {0}, words = {0};
    text_printf(&label, "violation %zu of %zu", i + 1, r->violations.count);
    text_printf(&words, "%s: %s", verdict_word(f->kind), f->message);
    if (i <= FULL_MAX)
        text_append(t->out, "\n", 1);
    text_labelled(t, PAINT_BAD, label.items, words.items);
    if (f->cause && i < FULL_MAX)
        text_labelled(t, PAINT_STRONG, "cause", f->cause);
    VEC_FREE(&label);
    VEC_FREE(&words);
}

/* What the run has cost. A walk that keeps no states has no figures per state. */
static void summary(const struct text *t, const struct report *r)
{
    vec_char words = {0};
    text_printf(&words, "depth %llu", (unsigned long long)r->depth);
    if (r->peak_bytes) {
        text_printf(&words, ", peak memory ");
        text_bytes(&words, r->peak_bytes);
    }
    if (r->bytes_per_state > 0)
        text_printf(&words, ", %.1f bytes per state", r->bytes_per_state);
    if (r->reduced)
        text_printf(&words, ", reduced");
    if (r->threads > 1)
        text_printf(&words, ", %u threads", r->threads);
    text_labelled(t, PAINT_STRONG, "search", words.items);
    VEC_FREE(&words);
}

double report_omission(double omitted)
{
    return omitted > 0 ? -expm1(-omitted) : 0;
}

/* PART-03 */
static void partial(const struct text *t, const struct report *r)
{
    vec_char words = {0};
    if (!r->store || strcmp(r->store, "exact") == 0)
        return;
    text_printf(&words, "%s search: a state was left out with probability %.2g (%.2g expected)", r->store,
                report_omission(r->omitted), r->omitted);
    text_labelled(t, PAINT_WARNING, "partial", words.items);
    VEC_FREE(&words);
}

/* "a.c:15:5: sem_wait() is not..." */
static void warnings(const struct text *t, const struct report *r)
{
    vec_char words = {0};
    for (size_t i = 0; i < r->warnings.count && i < WARNINGS_MAX; i++) {
        const struct report_warning *w = &r->warnings.items[i];
        words.count = 0;
        if (w->file)
            text_printf(&words, "%s:%u:%u: ", w->file, w->line, w->column);
        text_printf(&words, "%s [%s]", w->message, w->rule);
        text_labelled(t, PAINT_WARNING, "warning", words.items);
    }
    if (r->warnings.count > WARNINGS_MAX) {
        words.count = 0;
        text_printf(&words, "%zu more like these; --json has all, --warn none leaves them out",
                    r->warnings.count - WARNINGS_MAX);
        text_labelled(t, PAINT_WARNING, "warning", words.items);
    }
    VEC_FREE(&words);
}

/* Writes the lines of `text` without spaces at their ends. */
static void write_stripped(const vec_char *text, FILE *out)
{
    const char *line = text->items, *end = text->items + text->count;
    while (line < end) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((newline ? newline : end) - line);
        while (length > 0 && line[length - 1] == ' ')
            length--;
        fwrite(line, 1, length, out);
        fputc('\n', out);
        line = newline ? newline + 1 : end;
    }
}

void report_text(const struct report *r, const struct report_style *style, FILE *out)
{
    vec_char buffer = {0};
    struct text t = text_begin(style, &buffer);
    text_verdict(&t, r);
    for (size_t i = 0; i < r->violations.count; i++) {
        if (i > 0 || r->violations.items[0].kind != r->verdict)
            further_head(&t, r, i);
        if (i < FULL_MAX)
            finding(&t, &r->violations.items[i]);
    }
    if (r->violations.count > 0)
        text_append(&buffer, "\n", 1);
    text_next(&t, r);
    summary(&t, r);
    partial(&t, r);
    for (size_t i = 0; i < r->notes.count; i++)
        text_labelled(&t, PAINT_WARNING, "note", r->notes.items[i]);
    warnings(&t, r);
    write_stripped(&buffer, out);
    VEC_FREE(&buffer);
}
