/* The settings of the simulated kernel, all from the one table KERNEL_SETTINGS. */
#include <inttypes.h>
#include <string.h>

#include "kernel/kernel.h"

void kernel_settings_default(struct kernel_settings *s)
{
#define X(name, def, min, max, help) s->name = def;
    KERNEL_SETTINGS(X)
#undef X
    s->files = NULL;
    s->file_count = 0;
    s->programs = NULL;
    s->program_count = 0;
    s->starts = NULL;
    s->start_count = 0;
}

struct setting {
    const char *name;
    size_t offset;
    int64_t min, max;
};

static const struct setting settings[] = {
#define X(name, def, min, max, help) {#name, offsetof(struct kernel_settings, name), min, max},
    KERNEL_SETTINGS(X)
#undef X
};

/* The whole of text as a decimal number below 2^62. No setting is negative. */
static bool number_parse(const char *text, int64_t *value)
{
    int64_t n = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || n > INT64_MAX / 32)
            return false;
        n = n * 10 + (*text - '0');
    }
    *value = n;
    return true;
}

/* Words that read better than numbers. */
static bool value_word(const char *name, const char *text, int64_t *value)
{
    static const struct {
        const char *name, *word;
        int64_t value;
    } words[] = {{"signal_order", "any", 1},
                 {"signal_order", "linux", 0},
                 {"pipe_slots", "slots", 1},
                 {"pipe_slots", "bytes", 0},
                 {"pipe_capacity", "historic", 4096}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i].name) == 0 && strcmp(text, words[i].word) == 0) {
            *value = words[i].value;
            return true;
        }
    return false;
}

/* pipe_model=slots is pipe_slots=1. */
static bool is_setting(const char *name, const char *given, size_t length)
{
    static const char model[] = "pipe_model";
    if (length == sizeof model - 1 && strncmp(given, model, length) == 0)
        return strcmp(name, "pipe_slots") == 0;
    return strlen(name) == length && strncmp(name, given, length) == 0;
}

bool kernel_settings_parse(struct kernel_settings *s, const char *text, vec_char *why)
{
    const char *equals = strchr(text, '=');
    if (!equals) {
        text_printf(why, "'%s' is not of the form NAME=VALUE", text);
        return false;
    }
    size_t length = (size_t)(equals - text);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const struct setting *row = &settings[i];
        if (!is_setting(row->name, text, length))
            continue;
        int64_t value;
        if (value_word(row->name, equals + 1, &value)) {
            memcpy((char *)s + row->offset, &value, sizeof value);
            return true;
        }
        if (!number_parse(equals + 1, &value) || value < row->min || value > row->max) {
            text_printf(why, "%s must be a number from %" PRId64 " to %" PRId64 ", not '%s'", row->name, row->min,
                        row->max, equals + 1);
            return false;
        }
        memcpy((char *)s + row->offset, &value, sizeof value);
        return true;
    }
    text_printf(why, "there is no setting '%.*s'; the settings are", (int)length, text);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        text_printf(why, "%s %s", i ? "," : "", settings[i].name);
    return false;
}
