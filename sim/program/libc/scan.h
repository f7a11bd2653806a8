/* What the files behind the scanf family share: where the bytes come from, and what a conversion is. */
#ifndef IMPASSE_LIBC_SCAN_H
#define IMPASSE_LIBC_SCAN_H

#include "stream.h"

/* Where the bytes come from: the string if there is one, otherwise the stream. */
struct source {
    const char *string;
    FILE *file;
    long taken;
};

/* One conversion. The size is that of the integer, or 8 for a double; is_allocated stands for 'm'. */
struct scan {
    struct source *source;
    int width; /* INT_MAX when there is none. */
    int size;
    int is_suppressed, is_allocated;
    char type;
    const char *set; /* Of %[: the first byte after an optional '^'. */
    const char *set_end;
    int set_is_inverted;
};

enum outcome { CONVERTED, MISMATCH, INPUT_ENDED };

/* Takes the next byte, or EOF; puts the last one back (EOF is nothing to put back). */
int __impasse_scan_take(struct source *source);
void __impasse_scan_put_back(struct source *source, int c);

/* The same, as far as the width of the conversion allows. */
int __impasse_scan_take_within(struct scan *scan);
void __impasse_scan_put_back_within(struct scan *scan, int c);

/* Convert one number; target is NULL when it is not to be stored. */
enum outcome __impasse_scan_integer(struct scan *scan, unsigned base, int is_signed, void *target);
enum outcome __impasse_scan_double(struct scan *scan, void *target);

#endif
