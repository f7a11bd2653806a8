/* Signals in words, on standard error. */
#include "libc.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

LIBC void psignal(int number, const char *text) {
    const char *colon = text && *text ? ": " : "";
    const char *words = sigdescr_np(number);
    if (words)
        fprintf(stderr, "%s%s%s\n", text ? text : "", colon, words);
    else
        fprintf(stderr, "%s%sUnknown signal %d\n", text ? text : "", colon, number); /* real-time ones, too */
}
