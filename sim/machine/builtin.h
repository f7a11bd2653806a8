/* The functions that the machine itself provides: what no other task can see and what C cannot say. */
#ifndef MACHINE_BUILTIN_H
#define MACHINE_BUILTIN_H

#include "machine/task.h"

typedef enum builtin_end builtin_function(struct task *t, const uint64_t *arguments, uint64_t *result);

/* Arguments that the caller left out read as 0: at least BUILTIN_ARGUMENTS are there. NULL if there is none. */
builtin_function *builtin_by_name(const char *name);

enum { BUILTIN_ARGUMENTS = 6 };

#endif
