/* The report as one JSON object, by spec/report.schema.json. Keys come in a fixed order; strings are made valid UTF-8.
 */
#include <jansson.h>
#include <string.h>

#include "report/text.h"

/* Appends s with U+FFFD in the place of every byte that is not UTF-8: JSON has no other strings. */
static void append_utf8(vec_char *out, const char *s)
{
    for (size_t n; *s; s += n ? n : 1) {
        n = text_utf8_length(s);
        if (n)
            text_append(out, s, n);
        else
            text_append(out, "\xef\xbf\xbd", 3);
    }
}

static json_t *string(const char *s)
{
    vec_char clean = {0};
    append_utf8(&clean, s);
    json_t *value = json_stringn(clean.items ? clean.items : "", clean.count);
    VEC_FREE(&clean);
    return value;
}

static json_t *string_or_null(const char *s)
{
    return s ? string(s) : json_null();
}

static json_t *count(uint64_t n)
{
    return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

static json_t *count_or_null(uint32_t n)
{
    return n ? count(n) : json_null();
}

/* A number rounded to 1/scale; JSON knows no infinity. */
static json_t *number(double x, double scale)
{
    if (!(x >= 0 && x * scale < 1e18))
        return json_real(0.0);
    return json_real((double)(uint64_t)(x * scale + 0.5) / scale);
}

/* A seed is a number as long as JSON's readers can be trusted with it, else its decimal digits. */
static json_t *seed(uint64_t n)
{
    char digits[24];
    if (n <= INT64_MAX)
        return count(n);
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    return json_string(digits);
}

static json_t *strings(const char *const *items, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, string(items[i]));
    return list;
}

static json_t *numbers(const uint32_t *items, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, count(items[i]));
    return list;
}

static void set_place(json_t *o, const char *file, uint32_t line, uint32_t column)
{
    json_object_set_new(o, "file", string_or_null(file));
    json_object_set_new(o, "line", count_or_null(line));
    json_object_set_new(o, "column", count_or_null(column));
}

static json_t *task_object(const struct finding_task *task)
{
    json_t *o = json_object();
    json_object_set_new(o, "pid", count(task->pid));
    json_object_set_new(o, "name", string(task->name ? task->name : ""));
    json_object_set_new(o, "status", string(task->status ? task->status : "unknown"));
    json_object_set_new(o, "call", string_or_null(task->call));
    json_object_set_new(o, "args", string_or_null(task->arguments));
    set_place(o, task->file, task->line, task->column);
    json_object_set_new(o, "culprit", json_boolean(task->culprit));
    json_object_set_new(o, "needs", string_or_null(task->needs));
    json_object_set_new(o, "enablers", strings(task->enablers.items, task->enablers.count));
    json_object_set_new(o, "waits_for", numbers(task->waits_for.items, task->waits_for.count));
    return o;
}

static json_t *step_object(const struct finding_step *step)
{
    json_t *o = json_object();
    json_object_set_new(o, "step", count(step->number));
    json_object_set_new(o, "pid", count(step->pid));
    json_object_set_new(o, "name", string(step->name ? step->name : ""));
    json_object_set_new(o, "call", string(step->call ? step->call : ""));
    json_object_set_new(o, "args", string(step->arguments ? step->arguments : ""));
    json_object_set_new(o, "result", string(step->result ? step->result : ""));
    set_place(o, step->file, step->line, step->column);
    if (step->note && *step->note)
        json_object_set_new(o, "note", string(step->note));
    return o;
}

static json_t *violation_object(const struct finding *f)
{
    json_t *o = json_object();
    json_t *tasks = json_array();
    json_t *trace = json_array();
    json_object_set_new(o, "kind", json_string(verdict_word(f->kind)));
    json_object_set_new(o, "message", string(f->message ? f->message : ""));
    if (f->cause)
        json_object_set_new(o, "cause", string(f->cause));
    if (f->help)
        json_object_set_new(o, "help", string(f->help));
    for (size_t i = 0; i < f->tasks.count; i++)
        json_array_append_new(tasks, task_object(&f->tasks.items[i]));
    json_object_set_new(o, "tasks", tasks);
    json_object_set_new(o, "cycle", numbers(f->cycle.items, f->cycle.count));
    json_object_set_new(o, "point_of_no_return", f->no_return_known ? count(f->no_return) : json_null());
    json_object_set_new(o, "shortest", json_boolean(f->shortest));
    for (size_t i = 0; i < f->trace.count; i++)
        json_array_append_new(trace, step_object(&f->trace.items[i]));
    json_object_set_new(o, "trace", trace);
    return o;
}

static json_t *warning_object(const struct report_warning *w)
{
    json_t *o = json_object();
    json_object_set_new(o, "kind", string(w->kind));
    json_object_set_new(o, "rule", string(w->rule));
    json_object_set_new(o, "message", string(w->message));
    set_place(o, w->file, w->line, w->column);
    return o;
}

static void set_costs(json_t *o, const struct report *r)
{
    json_object_set_new(o, "reduced", json_boolean(r->reduced));
    json_object_set_new(o, "threads", count(r->threads));
    json_object_set_new(o, "seconds", number(r->seconds, 1e6));
    json_object_set_new(o, "peak_bytes", count(r->peak_bytes));
    json_object_set_new(o, "bytes_per_state", number(r->bytes_per_state, 1e3));
    json_object_set_new(o, "store_bytes", count(r->store_bytes));
}

/* PART-03. Tiny numbers keep their digits: number() would round them away. */
static void set_partial(json_t *o, const struct report *r)
{
    json_object_set_new(o, "store", json_string(r->store));
    if (strcmp(r->store, "exact") == 0)
        return;
    json_object_set_new(o, "omitted_expected", json_real(r->omitted));
    json_object_set_new(o, "omission_probability", json_real(report_omission(r->omitted)));
}

static void set_fuzz(json_t *o, const struct report *r)
{
    json_object_set_new(o, "runs", count(r->runs));
    json_object_set_new(o, "failures", count(r->failures));
    json_object_set_new(o, "seed", seed(r->seed));
    json_object_set_new(o, "strategy", string_or_null(r->strategy));
}

void report_json(const struct report *r, bool stable, FILE *out)
{
    json_t *o = json_object();
    json_t *violations = json_array();
    json_object_set_new(o, "tool", json_string("impasse"));
    json_object_set_new(o, "version", json_string(IMPASSE_VERSION));
    json_object_set_new(o, "command", string(r->command ? r->command : "check"));
    json_object_set_new(o, "files", strings(r->files.items, r->files.count));
    json_object_set_new(o, "verdict", json_string(verdict_word(r->verdict)));
    json_object_set_new(o, "complete", json_boolean(r->complete));
    if (r->incomplete_reason)
        json_object_set_new(o, "incomplete_reason", string(r->incomplete_reason));
    json_object_set_new(o, "states", count(r->states));
    json_object_set_new(o, "transitions", count(r->transitions));
    json_object_set_new(o, "depth", count(r->depth));
    if (!stable)
        set_costs(o, r);
    if (r->store)
        set_partial(o, r);
    if (r->fuzz)
        set_fuzz(o, r);
    if (r->fuzz || r->trail_file)
        json_object_set_new(o, "trail", string_or_null(r->trail_file));
    for (size_t i = 0; i < r->violations.count; i++)
        json_array_append_new(violations, violation_object(&r->violations.items[i]));
    json_object_set_new(o, "violations", violations);
    json_object_set_new(o, "notes", strings(r->notes.items, r->notes.count));
    json_t *warnings = json_array();
    for (size_t i = 0; i < r->warnings.count; i++)
        json_array_append_new(warnings, warning_object(&r->warnings.items[i]));
    json_object_set_new(o, "warnings", warnings);
    /* 12 digits: more than any figure here has, and too few to show the binary rest of 0.06. */
    json_dumpf(o, out, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    fputc('\n', out);
    json_decref(o);
}
