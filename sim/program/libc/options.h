/* What getopt and getopt_long share. */
#ifndef IMPASSE_LIBC_OPTIONS_H
#define IMPASSE_LIBC_OPTIONS_H

#include "libc.h"

#include <getopt.h>

/* A scan of the arguments in progress; all zero before the first call and after the last. */
struct option_scan {
    char *next;                 /* The next letter in a word of short options, or NULL. */
    int plain_start, plain_end; /* The arguments that are no options and were passed over. */
    int is_started;
};
extern struct option_scan __impasse_option_scan;

enum option_style {
    OPTIONS_PERMUTE,
    OPTIONS_FIRST,    /* '+' */
    OPTIONS_IN_ORDER, /* '-' */
};

/* Reads the style at the beginning of the option string; the result is the rest. */
const char *__impasse_option_style(const char *options, enum option_style *style);

/* Goes to the next option: OPTION_FOUND when argv[optind] holds one (or scan.next the rest of one), -1 at the end, 1
   for an argument in order. */
enum { OPTION_FOUND = -2 };
int __impasse_option_find(int count, char **argv, enum option_style style);

/* Takes the short option at scan.next. The option string is without its style. */
int __impasse_option_short(int count, char **argv, const char *options);

/* A message to stderr, unless the option string (':') or opterr forbids it. */
void __impasse_option_complain(int is_silent, const char *format, ...);

#endif
