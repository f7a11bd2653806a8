/* Writes a whole file or none: under a temporary name beside it, then renamed. */
#ifndef REPORT_RENDER_FILE_H
#define REPORT_RENDER_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

/* False with a message in `why` ("cannot write out/x.svg: No such file or directory"); the old file, if there was one,
 * is then as it was. What is no regular file (/dev/stdout, a FIFO) is written to directly. */
bool render_file(const char *path, const void *bytes, size_t count, vec_char *why);

#endif
