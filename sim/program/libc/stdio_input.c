/* Input of characters, lines and blocks. */
#include "stream.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

int _IO_getc(FILE *file);
ssize_t __getdelim(char **line, size_t *size, int delimiter, FILE *file);

LIBC int(fgetc)(FILE *file) {
    return __impasse_stream_get(file);
}

LIBC int(fgetc_unlocked)(FILE *file) {
    return __impasse_stream_get(file);
}

LIBC int(getc)(FILE *file) {
    return __impasse_stream_get(file);
}

LIBC int(getc_unlocked)(FILE *file) {
    return __impasse_stream_get(file);
}

LIBC int _IO_getc(FILE *file) {
    return __impasse_stream_get(file);
}

LIBC int(getchar)(void) {
    return __impasse_stream_get(stdin);
}

LIBC int(getchar_unlocked)(void) {
    return __impasse_stream_get(stdin);
}

LIBC int ungetc(int c, FILE *file) {
    return __impasse_stream_unget(file, c);
}

/* At most n - 1 bytes, up to and including a newline. NULL at the end of the input when nothing was read, and after
   an error even when something was. */
static char *get_line(char *line, int n, FILE *file) {
    if (n <= 0)
        return NULL;
    int had_error = file->_flags & _IO_ERR_SEEN;
    file->_flags &= ~_IO_ERR_SEEN;
    int i = 0, c = 0;
    while (i < n - 1 && c != '\n' && (c = __impasse_stream_get(file)) != EOF)
        line[i++] = (char)c;
    int failed = file->_flags & _IO_ERR_SEEN && errno != EAGAIN;
    file->_flags |= had_error;
    if ((i == 0 && n > 1) || failed)
        return NULL;
    line[i] = '\0';
    return line;
}

LIBC char *fgets(char *line, int n, FILE *file) {
    return get_line(line, n, file);
}

LIBC char *fgets_unlocked(char *line, int n, FILE *file) {
    return get_line(line, n, file);
}

static size_t get_items(void *items, size_t size, size_t count, FILE *file) {
    if (size == 0 || count == 0)
        return 0;
    return __impasse_stream_read(file, items, size * count) / size;
}

LIBC size_t fread(void *items, size_t size, size_t count, FILE *file) {
    return get_items(items, size, count, file);
}

LIBC size_t fread_unlocked(void *items, size_t size, size_t count, FILE *file) {
    return get_items(items, size, count, file);
}

/* Makes *line large enough for `needed` bytes. It starts at 120 bytes, as in glibc, and doubles. */
static int make_room(char **line, size_t *size, size_t needed) {
    if (*line && needed <= *size)
        return 0;
    size_t larger = *line ? *size * 2 : 120;
    if (larger < needed)
        larger = needed;
    char *grown = realloc(*line, larger);
    if (!grown)
        return -1;
    *line = grown;
    *size = larger;
    return 0;
}

/* The length of the text up to and including the delimiter, or -1 when there is no more. */
static ssize_t get_delimited(char **line, size_t *size, int delimiter, FILE *file) {
    if (!line || !size) {
        errno = EINVAL;
        return -1;
    }
    if (!*line)
        *size = 0;
    size_t length = 0;
    int c = EOF;
    while ((length == 0 || c != delimiter) && (c = __impasse_stream_get(file)) != EOF) {
        if (make_room(line, size, length + 2) == -1)
            return -1;
        (*line)[length++] = (char)c;
    }
    if (length == 0 || (c == EOF && file->_flags & _IO_ERR_SEEN))
        return -1;
    (*line)[length] = '\0';
    return (ssize_t)length;
}

LIBC ssize_t getdelim(char **line, size_t *size, int delimiter, FILE *file) {
    return get_delimited(line, size, delimiter, file);
}

LIBC ssize_t __getdelim(char **line, size_t *size, int delimiter, FILE *file) {
    return get_delimited(line, size, delimiter, file);
}

LIBC ssize_t getline(char **line, size_t *size, FILE *file) {
    return get_delimited(line, size, '\n', file);
}
