/* Goal: --json keeps its contract: keys, types, order, valid UTF-8, and the same bytes for the same findings.
 * Method: texts of hand-built reports, read back with jansson. The schema is checked by tests/cli/test_schema.py. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/sample.h"

static json_t *parse(const struct report *r, bool stable)
{
    char *text = sample_json(r, stable);
    json_error_t error;
    json_t *o = json_loads(text, 0, &error);
    cr_assert(o != NULL, "%s", error.text);
    free(text);
    return o;
}

static bool is_null(json_t *o, const char *key)
{
    json_t *value = json_object_get(o, key);
    return json_is_null(value);
}

static void expect_keys(json_t *o, const char *expected)
{
    char keys[512] = "";
    const char *key;
    json_t *value;
    json_object_foreach(o, key, value)
    {
        strcat(keys, key);
        strcat(keys, " ");
    }
    cr_assert(eq(str, keys, (char *)expected));
}

Test(json, keys_come_in_a_fixed_order)
{
    struct report r = sample_deadlock();
    json_t *o = parse(&r, false);
    expect_keys(o, "tool version command files verdict complete states transitions depth reduced threads seconds peak_bytes "
                   "bytes_per_state store_bytes violations notes warnings ");
    json_t *v = json_array_get(json_object_get(o, "violations"), 0);
    expect_keys(v, "kind message cause help tasks cycle point_of_no_return shortest trace ");
    expect_keys(json_array_get(json_object_get(v, "tasks"), 0),
                "pid name status call args file line column culprit needs enablers waits_for ");
    expect_keys(json_array_get(json_object_get(v, "trace"), 0), "step pid name call args result file line column ");
    json_decref(o);
}

Test(json, values_are_those_of_the_report)
{
    struct report r = sample_deadlock();
    json_t *o = parse(&r, false), *violation, *task;
    const char *verdict, *call;
    json_int_t line, waits_for;
    double seconds;
    cr_assert(
        eq(int, json_unpack(o, "{s:s, s:F, s:[o]}", "verdict", &verdict, "seconds", &seconds, "violations", &violation),
           0));
    cr_assert(eq(str, (char *)verdict, "deadlock"));
    cr_assert(seconds > 0.0599 && seconds < 0.0601);
    task = json_array_get(json_object_get(violation, "tasks"), 0);
    cr_assert(
        eq(int, json_unpack(task, "{s:s, s:I, s:[I]}", "call", &call, "line", &line, "waits_for", &waits_for), 0));
    cr_assert(eq(str, (char *)call, "read"));
    cr_assert(line == 14 && waits_for == 2);
    json_decref(o);
}

Test(json, numbers_read_as_people_write_them)
{
    struct report r = sample_ok();
    r.bytes_per_state = 8.1000000001;
    char *text = sample_json(&r, false);
    cr_assert(strstr(text, "\"seconds\": 0.06,\n") != NULL, "%s", text);
    cr_assert(strstr(text, "\"bytes_per_state\": 8.1,\n") != NULL, "%s", text);
    free(text);
    r.seconds = 0.0 / 0.0;
    r.bytes_per_state = 1.0 / 0.0;
    text = sample_json(&r, false);
    cr_assert(strstr(text, "\"seconds\": 0.0,\n") != NULL, "%s", text);
    free(text);
}

Test(json, fuzzing_without_time_and_memory_is_stable)
{
    struct report r = sample_deadlock();
    r.command = "fuzz";
    r.fuzz = true;
    r.seed = UINT64_MAX;
    r.strategy = "random";
    char *first = sample_json(&r, true);
    r.seconds = 9;
    r.threads = 7;
    r.peak_bytes = 1;
    r.store_bytes = 1;
    r.bytes_per_state = 1;
    char *second = sample_json(&r, true);
    cr_assert(eq(str, first, second));
    json_t *o = parse(&r, true);
    expect_keys(
        o, "tool version command files verdict complete states transitions depth runs failures seed strategy trail "
           "violations notes warnings ");
    cr_assert(eq(str, (char *)json_string_value(json_object_get(o, "seed")), "18446744073709551615"));
    cr_assert(is_null(o, "trail"));
    json_decref(o);
    free(first);
    free(second);
}

Test(json, strings_are_made_valid_utf8)
{
    /* a stray byte, e acute, an overlong slash, a surrogate, a control, a cut sequence */
    static const char *files[] = {"a\xff\xc3\xa9\xc0\xaf\xed\xa0\x80\x01\xe2\x82"};
    struct report r = sample_ok();
    LIST(r.files, files);
    json_t *o = parse(&r, false);
    const char *name = json_string_value(json_array_get(json_object_get(o, "files"), 0));
#define BAD "\xef\xbf\xbd"
    cr_assert(eq(str, (char *)name, "a" BAD "\xc3\xa9" BAD BAD BAD BAD BAD "\x01" BAD BAD));
    json_decref(o);
}

Test(json, unknown_things_are_null)
{
    struct report r = sample_deadlock();
    struct finding_task *task = &r.violations.items[0].tasks.items[0];
    task->file = task->call = task->needs = NULL;
    task->line = 0;
    r.violations.items[0].no_return_known = false;
    json_t *o = parse(&r, false);
    json_t *v = json_array_get(json_object_get(o, "violations"), 0);
    json_t *t = json_array_get(json_object_get(v, "tasks"), 0);
    cr_assert(is_null(t, "file") && is_null(t, "line"));
    cr_assert(is_null(t, "call") && is_null(v, "point_of_no_return"));
    json_decref(o);
}
