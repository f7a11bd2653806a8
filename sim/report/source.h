/* Lines of the host's source files, for carets. Reads each file once; a file that is not there, is no regular file or
 * is larger than 16 MiB has no lines. */
#ifndef REPORT_SOURCE_H
#define REPORT_SOURCE_H

#include <stdint.h>

struct source_cache;

struct source_cache *source_cache_create(void);
void source_cache_destroy(struct source_cache *cache);

/* The text of a line (from 1) without its newline, or NULL; borrowed until the cache is destroyed. A NUL byte ends the
 * line. Fits report_style's source_line, whose context is the cache. */
const char *source_line(void *cache, const char *file, uint32_t line);

#endif
