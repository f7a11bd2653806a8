/* The rules of spec/, which are part of the program, by their ids. */
#ifndef REPORT_RULES_H
#define REPORT_RULES_H

#include <stdbool.h>

#include "base/vec.h"

/* Appends a rule's text, without the mark of a list item; false if there is no such id. */
bool rules_find(const char *id, vec_char *out);
/* Appends up to `most` ids that are closest to one that does not exist, separated by ", ". */
void rules_near(const char *id, unsigned most, vec_char *out);

#endif
