/* Looking for bytes and strings in strings. */
#include "libc.h"

#include <string.h>
#include <strings.h>

static char *find(const char *s, int c) {
    for (;; s++) {
        if (*s == (char)c)
            return (char *)s;
        if (!*s)
            return NULL;
    }
}

static char *find_last(const char *s, int c) {
    const char *last = NULL;
    for (;; s++) {
        if (*s == (char)c)
            last = s;
        if (!*s)
            return (char *)last;
    }
}

LIBC char *strchr(const char *s, int c) {
    return find(s, c);
}

LIBC char *index(const char *s, int c) {
    return find(s, c);
}

LIBC char *strrchr(const char *s, int c) {
    return find_last(s, c);
}

LIBC char *rindex(const char *s, int c) {
    return find_last(s, c);
}

/* As strchr, but the end of the string when c does not occur. */
LIBC char *strchrnul(const char *s, int c) {
    while (*s && *s != (char)c)
        s++;
    return (char *)s;
}

LIBC size_t strspn(const char *s, const char *accept) {
    size_t n = 0;
    while (s[n] && find(accept, s[n]))
        n++;
    return n;
}

LIBC size_t strcspn(const char *s, const char *reject) {
    size_t n = 0;
    while (s[n] && !find(reject, s[n]))
        n++;
    return n;
}

LIBC char *strpbrk(const char *s, const char *accept) {
    for (; *s; s++)
        if (find(accept, *s))
            return (char *)s;
    return NULL;
}

/* True if s starts with all of the other string. */
static int begins_with(const char *s, const char *beginning) {
    while (*beginning && *s == *beginning) {
        s++;
        beginning++;
    }
    return !*beginning;
}

LIBC char *strstr(const char *s, const char *wanted) {
    for (;; s++) {
        if (begins_with(s, wanted))
            return (char *)s;
        if (!*s)
            return NULL;
    }
}

LIBC char *strcasestr(const char *s, const char *wanted) {
    for (;; s++) {
        size_t n = 0;
        while (wanted[n] && lower((unsigned char)s[n]) == lower((unsigned char)wanted[n]))
            n++;
        if (!wanted[n])
            return (char *)s;
        if (!*s)
            return NULL;
    }
}
