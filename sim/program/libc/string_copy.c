/* Copying and joining strings. */
#include "libc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

char *__strdup(const char *s);
char *__strndup(const char *s, size_t n);

LIBC char *stpcpy(char *to, const char *from) {
    while ((*to = *from)) {
        to++;
        from++;
    }
    return to;
}

LIBC char *strcpy(char *to, const char *from) {
    for (char *out = to; (*out = *from); out++)
        from++;
    return to;
}

/* Fills the rest of the n bytes with zeros; there is no terminating zero when the string is n or longer. The result
   is the end of the copied text. */
LIBC char *stpncpy(char *to, const char *from, size_t n) {
    size_t i = 0;
    for (; i < n && from[i]; i++)
        to[i] = from[i];
    for (size_t rest = i; rest < n; rest++)
        to[rest] = '\0';
    return to + i;
}

LIBC char *strncpy(char *to, const char *from, size_t n) {
    size_t i = 0;
    for (; i < n && from[i]; i++)
        to[i] = from[i];
    for (; i < n; i++)
        to[i] = '\0';
    return to;
}

LIBC char *strcat(char *to, const char *from) {
    char *end = to + __impasse_length(to);
    while ((*end++ = *from++))
        ;
    return to;
}

/* Appends at most n bytes, and always a zero. */
LIBC char *strncat(char *to, const char *from, size_t n) {
    char *end = to + __impasse_length(to);
    for (; n > 0 && *from; n--)
        *end++ = *from++;
    *end = '\0';
    return to;
}

static char *duplicate(const char *s, size_t length) {
    char *copy = malloc(length + 1);
    if (!copy)
        return NULL;
    for (size_t i = 0; i < length; i++)
        copy[i] = s[i];
    copy[length] = '\0';
    return copy;
}

LIBC char *strdup(const char *s) {
    return duplicate(s, __impasse_length(s));
}

LIBC char *__strdup(const char *s) {
    return duplicate(s, __impasse_length(s));
}

LIBC char *strndup(const char *s, size_t n) {
    size_t length = 0;
    while (length < n && s[length])
        length++;
    return duplicate(s, length);
}

LIBC char *__strndup(const char *s, size_t n) {
    size_t length = 0;
    while (length < n && s[length])
        length++;
    return duplicate(s, length);
}

/* In the C locale a transformed string is the string itself; nothing is written when it does not fit. */
LIBC size_t strxfrm(char *to, const char *from, size_t n) {
    size_t length = __impasse_length(from);
    if (length < n)
        for (size_t i = 0; i <= length; i++)
            to[i] = from[i];
    return length;
}
