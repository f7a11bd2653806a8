/* Kinds of violation: from the trouble of a task, and to the property that asks for them. */
#ifndef SEARCH_KIND_H
#define SEARCH_KIND_H

#include "search/search.h"

/* FOUND_NOTHING for what is no violation: a task that is fine, or a limit. */
enum search_kind kind_of_trouble(enum model_trouble trouble);
/* The bit of enum search_property, 0 for FOUND_NOTHING. */
unsigned kind_property(enum search_kind kind);

#endif
