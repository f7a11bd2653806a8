/*
 * The environment. A simulated program starts with an empty one, and may change it. Strings that setenv made are
 * never freed, as the program may hold what getenv gave it; glibc keeps them too.
 */
#include "libc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *secure_getenv(const char *name);

/* The list that we allocated, or NULL as long as environ is the machine's or the program's own. */
static char **allocated;

static size_t count_entries(void) {
    size_t n = 0;
    while (environ && environ[n])
        n++;
    return n;
}

/* The place of "name=..." in the list, or the place of its end. The name ends at `length`. */
static size_t find(const char *name, size_t length) {
    size_t i = 0;
    for (; environ && environ[i]; i++)
        if (strncmp(environ[i], name, length) == 0 && environ[i][length] == '=')
            break;
    return i;
}

static char *value_of(const char *name) {
    size_t length = __impasse_length(name), i = find(name, length);
    return environ && environ[i] ? environ[i] + length + 1 : NULL;
}

/* Replaces the entry, or appends it. */
static int set_entry(char *entry, size_t name_length) {
    size_t n = count_entries(), i = find(entry, name_length);
    if (i == n) {
        char **grown = realloc(environ == allocated ? allocated : NULL, (n + 2) * sizeof *grown);
        if (!grown)
            return -1;
        if (environ != allocated)
            for (size_t k = 0; k < n; k++)
                grown[k] = environ[k];
        grown[n + 1] = NULL;
        environ = allocated = grown;
    }
    environ[i] = entry;
    return 0;
}

/* EINVAL for an empty name and for one with a '='. */
static int is_name(const char *name) {
    if (name && *name && !strchr(name, '='))
        return 1;
    errno = EINVAL;
    return 0;
}

static void remove_entry(const char *name, size_t length) {
    size_t i = find(name, length);
    while (environ && environ[i]) {
        for (size_t k = i; environ[k]; k++)
            environ[k] = environ[k + 1];
        i = find(name, length);
    }
}

LIBC char *getenv(const char *name) {
    return value_of(name);
}

LIBC char *secure_getenv(const char *name) {
    return value_of(name);
}

LIBC int setenv(const char *name, const char *value, int overwrite) {
    if (!is_name(name))
        return -1;
    if (!overwrite && value_of(name))
        return 0;
    size_t name_length = __impasse_length(name), value_length = __impasse_length(value);
    char *entry = malloc(name_length + value_length + 2);
    if (!entry)
        return -1;
    memcpy(entry, name, name_length);
    entry[name_length] = '=';
    memcpy(entry + name_length + 1, value, value_length + 1);
    return set_entry(entry, name_length);
}

LIBC int unsetenv(const char *name) {
    if (!is_name(name))
        return -1;
    remove_entry(name, __impasse_length(name));
    return 0;
}

/* The string itself becomes part of the environment; without a '=' the name is removed. */
LIBC int putenv(char *string) {
    size_t length = 0;
    while (string[length] && string[length] != '=')
        length++;
    if (string[length])
        return set_entry(string, length);
    remove_entry(string, length);
    return 0;
}

LIBC int clearenv(void) {
    free(allocated);
    allocated = NULL;
    environ = NULL;
    return 0;
}
