/* Lengths and comparisons. Bytes are compared as unsigned, as C asks. */
#include "libc.h"

#include <string.h>
#include <strings.h>

size_t __impasse_length(const char *s) {
    size_t n = 0;
    while (s[n])
        n++;
    return n;
}

int __impasse_equal(const char *a, const char *b) {
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

LIBC size_t strlen(const char *s) {
    return __impasse_length(s);
}

/* Never looks beyond n bytes. */
LIBC size_t strnlen(const char *s, size_t n) {
    size_t length = 0;
    while (length < n && s[length])
        length++;
    return length;
}

LIBC int strcmp(const char *a, const char *b) {
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

/* In the C locale strings collate by their bytes. */
LIBC int strcoll(const char *a, const char *b) {
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

LIBC int strncmp(const char *a, const char *b, size_t n) {
    for (; n > 0; n--, a++, b++)
        if (*a != *b || !*a)
            return (unsigned char)*a - (unsigned char)*b;
    return 0;
}

LIBC int strcasecmp(const char *a, const char *b) {
    while (*a && lower((unsigned char)*a) == lower((unsigned char)*b)) {
        a++;
        b++;
    }
    return lower((unsigned char)*a) - lower((unsigned char)*b);
}

LIBC int strncasecmp(const char *a, const char *b, size_t n) {
    for (; n > 0; n--, a++, b++) {
        int difference = lower((unsigned char)*a) - lower((unsigned char)*b);
        if (difference || !*a)
            return difference;
    }
    return 0;
}

LIBC int memcmp(const void *a, const void *b, size_t n) {
    const unsigned char *left = a, *right = b;
    for (size_t i = 0; i < n; i++)
        if (left[i] != right[i])
            return left[i] - right[i];
    return 0;
}

LIBC int bcmp(const void *a, const void *b, size_t n) {
    const unsigned char *left = a, *right = b;
    for (size_t i = 0; i < n; i++)
        if (left[i] != right[i])
            return left[i] - right[i];
    return 0;
}
