/* The parts of a path. */
#include "libc.h"

#include <string.h>

char *dirname(char *path);
char *__xpg_basename(char *path);

/* GNU's basename: what stands behind the last slash; the path is left alone. */
LIBC char *basename(const char *path) {
    const char *name = path;
    for (; *path; path++)
        if (*path == '/')
            name = path + 1;
    return (char *)name;
}

static size_t without_slashes(const char *path, size_t length) {
    while (length > 0 && path[length - 1] == '/')
        length--;
    return length;
}

static size_t without_name(const char *path, size_t length) {
    while (length > 0 && path[length - 1] != '/')
        length--;
    return length;
}

/* POSIX's basename: trailing slashes do not count, and are cut off in the path itself. */
LIBC char *__xpg_basename(char *path) {
    if (!path || !*path)
        return (char *)".";
    size_t length = without_slashes(path, __impasse_length(path));
    if (length == 0)
        return path + __impasse_length(path) - 1;
    if (path[length])
        path[length] = '\0';
    return path + without_name(path, length);
}

/* Cuts the name off in the path itself. "." without a directory; two slashes in front stay two, as POSIX allows. */
LIBC char *dirname(char *path) {
    if (!path)
        return (char *)".";
    size_t length = without_slashes(path, __impasse_length(path));
    size_t directory = without_name(path, length);
    if (length > 0 && directory == 0)
        return (char *)".";
    size_t end = without_slashes(path, directory);
    if (end == 0) {
        size_t slashes = 0;
        while (path[slashes] == '/')
            slashes++;
        if (slashes == 0)
            return (char *)".";
        end = slashes == 2 ? 2 : 1;
    }
    if (path[end])
        path[end] = '\0';
    return path;
}
