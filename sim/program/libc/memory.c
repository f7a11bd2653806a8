/* Functions on bytes beside memcpy, memmove and memset, which are the machine's own. */
#include "libc.h"

#include <string.h>
#include <strings.h>

LIBC void *memchr(const void *s, int c, size_t n) {
    const unsigned char *bytes = s;
    for (size_t i = 0; i < n; i++)
        if (bytes[i] == (unsigned char)c)
            return (void *)(bytes + i);
    return NULL;
}

LIBC void *memrchr(const void *s, int c, size_t n) {
    const unsigned char *bytes = s;
    while (n-- > 0)
        if (bytes[n] == (unsigned char)c)
            return (void *)(bytes + n);
    return NULL;
}

/* The caller promises that c occurs. */
LIBC void *rawmemchr(const void *s, int c) {
    const unsigned char *bytes = s;
    while (*bytes != (unsigned char)c)
        bytes++;
    return (void *)bytes;
}

LIBC void *memmem(const void *s, size_t n, const void *wanted, size_t length) {
    const unsigned char *bytes = s, *pattern = wanted;
    for (size_t i = 0; n >= length && i <= n - length; i++) {
        size_t same = 0;
        while (same < length && bytes[i + same] == pattern[same])
            same++;
        if (same == length)
            return (void *)(bytes + i);
    }
    return NULL;
}

LIBC void *mempcpy(void *to, const void *from, size_t n) {
    return (char *)memcpy(to, from, n) + n;
}

/* Copies up to and including the first c; NULL when there is none among the n bytes. */
LIBC void *memccpy(void *to, const void *from, int c, size_t n) {
    unsigned char *out = to;
    const unsigned char *in = from;
    for (size_t i = 0; i < n; i++)
        if ((out[i] = in[i]) == (unsigned char)c)
            return out + i + 1;
    return NULL;
}

LIBC void bzero(void *s, size_t n) {
    memset(s, 0, n);
}

LIBC void explicit_bzero(void *s, size_t n) {
    memset(s, 0, n);
}

LIBC void bcopy(const void *from, void *to, size_t n) {
    memmove(to, from, n);
}

/* The number of the lowest bit that is set, counted from 1; 0 for none. */
static int first_bit(unsigned long long bits) {
    if (!bits)
        return 0;
    int n = 1;
    for (; !(bits & 1); bits >>= 1)
        n++;
    return n;
}

LIBC int ffs(int bits) {
    return first_bit((unsigned)bits);
}

LIBC int ffsl(long bits) {
    return first_bit((unsigned long)bits);
}

LIBC int ffsll(long long bits) {
    return first_bit((unsigned long long)bits);
}
