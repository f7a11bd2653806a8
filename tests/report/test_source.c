/* Goal: source lines come as they stand in the file, and what is no source file has none, without waiting for it.
 * Method: small files in a folder of their own. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"
#include "report/source.h"

static char path[64];

static void write_file(const char *bytes, size_t n)
{
    strcpy(path, "/tmp/impasse-test-source-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    close(fd);
}

Test(source, lines_by_number)
{
    static const char text[] = "first\r\n\n  third\nwith\0nul\nlast";
    write_file(text, sizeof text - 1);
    struct source_cache *cache = source_cache_create();
    cr_assert(eq(str, (char *)source_line(cache, path, 1), "first"));
    cr_assert(eq(str, (char *)source_line(cache, path, 2), ""));
    cr_assert(eq(str, (char *)source_line(cache, path, 3), "  third"));
    cr_assert(eq(str, (char *)source_line(cache, path, 4), "with"));
    cr_assert(eq(str, (char *)source_line(cache, path, 5), "last"));
    cr_assert(source_line(cache, path, 0) == NULL);
    cr_assert(source_line(cache, path, 6) == NULL);
    unlink(path);
    cr_assert(eq(str, (char *)source_line(cache, path, 1), "first")); /* it was read once */
    source_cache_destroy(cache);
}

Test(source, what_is_no_file_has_no_lines, .timeout = 10)
{
    struct source_cache *cache = source_cache_create();
    cr_assert(source_line(cache, "/nonexistent/a.c", 1) == NULL);
    cr_assert(source_line(cache, "/tmp", 1) == NULL);
    cr_assert(source_line(cache, "/dev/zero", 1) == NULL);
    write_file("", 0);
    cr_assert(source_line(cache, path, 1) == NULL);
    unlink(path);
    cr_assert(eq(int, mkfifo(path, 0600), 0));
    struct source_cache *second = source_cache_create();
    cr_assert(source_line(second, path, 1) == NULL);
    unlink(path);
    source_cache_destroy(second);
    source_cache_destroy(cache);
    source_cache_destroy(NULL);
}
