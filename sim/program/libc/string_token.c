/* Cutting a string into tokens. */
#include "libc.h"

#include <string.h>

char *__strtok_r(char *s, const char *separators, char **rest);

static int contains(const char *set, char c) {
    for (; *set; set++)
        if (*set == c)
            return 1;
    return 0;
}

/* The next token that starts at or after *rest, which then points behind it; NULL when there is none, and then
 *rest is the end of the string, so that asking again gives NULL again. */
static char *next_token(char *s, const char *separators, char **rest) {
    if (!s)
        s = *rest;
    while (*s && contains(separators, *s))
        s++;
    char *token = s;
    while (*s && !contains(separators, *s))
        s++;
    *rest = s;
    if (s == token)
        return NULL;
    if (*s) {
        *s = '\0';
        *rest = s + 1;
    }
    return token;
}

LIBC char *strtok_r(char *s, const char *separators, char **rest) {
    return next_token(s, separators, rest);
}

LIBC char *__strtok_r(char *s, const char *separators, char **rest) {
    return next_token(s, separators, rest);
}

/* strtok forgets its string with the last token, so that a finished loop leaves nothing behind in the state. */
LIBC char *strtok(char *s, const char *separators) {
    static char *rest;
    if (!s && !rest)
        return NULL;
    char *token = next_token(s, separators, &rest);
    if (!token)
        rest = NULL;
    return token;
}

/* Unlike strtok, two separators in a row have an empty token between them. */
LIBC char *strsep(char **string, const char *separators) {
    char *token = *string;
    if (!token)
        return NULL;
    char *s = token;
    while (*s && !contains(separators, *s))
        s++;
    if (*s) {
        *s = '\0';
        *string = s + 1;
    } else {
        *string = NULL;
    }
    return token;
}
