/* The random programs that the tests of this folder share. */
#ifndef TESTS_SEARCH_PROGRAMS_H
#define TESTS_SEARCH_PROGRAMS_H

#include "model/loaded.h"
#include "search/naive.h"

enum { PROGRAMS_STATES_MAX = 3000 };

/* Calls `each` for `count` random programs that are small enough, with their naive graph. Each has a fresh model. */
void programs_each(unsigned count, void (*each)(struct loaded *l, struct naive *n, const char *name));
/* The same with another player of scripts than LOADED_PLAYER: the text of a program. */
void programs_each_of(const char *player, unsigned count,
                      void (*each)(struct loaded *l, struct naive *n, const char *name));

#endif
