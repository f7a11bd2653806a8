/* What posix_spawn, popen and system share. */
#ifndef IMPASSE_LIBC_COMMAND_H
#define IMPASSE_LIBC_COMMAND_H

#include "libc.h"

#include <spawn.h>
#include <sys/types.h>

/* vfork, but the pid of a child that ended without having executed a program is negative. */
pid_t __impasse_spawn(void);

/* Set by those functions that put signals into attributes. */
extern void (*__impasse_spawn_signals)(const posix_spawnattr_t *attributes);

/* A command line as words, split on blanks: a block that free() takes, with a null pointer behind the last one. If it
 * would take a shell to understand it, that is said as a limit of the simulation, and the result is NULL, as without
 * memory. */
char **__impasse_command_words(const char *caller, const char *command);

/* Says what is not simulated. */
void __impasse_refuse(const char *what);

#endif
