/* Hand-built findings for the tests of the report: the reader that inherited the write end, of design.md 7. */
#ifndef TESTS_REPORT_SAMPLE_H
#define TESTS_REPORT_SAMPLE_H

#include "report/report.h"

/* Borrowed lists, as the finding's arena would hold them: LIST(v, array) fills any VEC_OF. */
#define LIST(v, array) ((v).items = (array), (v).count = (v).capacity = sizeof(array) / sizeof *(array))

/* A deadlock of two processes with cause, cycle, trace, point of no return and help. Its data is static. */
struct report sample_deadlock(void);
/* The same file, all well. */
struct report sample_ok(void);
/* Source lines of "forgotten_close.c", NULL for every other file. */
const char *sample_source(void *context, const char *file, uint32_t line);
/* The text of a report on a terminal of that width, without colours; to be freed with free(). */
char *sample_text(const struct report *r, unsigned width);
/* The report as JSON text; to be freed with free(). */
char *sample_json(const struct report *r, bool stable);

#endif
