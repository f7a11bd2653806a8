/* The keeper: the process in which native runs are shut in. See conform_native.h. */
#ifndef CLI_CONFORM_KEEPER_H
#define CLI_CONFORM_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

/* What shuts the runs in, as bits. WALL_TMP: a /tmp of their own, emptied after each. WALL_HOME: the folder "run" is at
 * WALLS_HOME too. */
enum keeper_wall {
    WALL_PID = 1,
    WALL_IPC = 2,
    WALL_NET = 4,
    WALL_MOUNT = 8,
    WALL_USER = 16,
    WALL_TMP = 32,
    WALL_HOME = 64
};

/* On the socket: the keeper says its walls (uint32_t) once; then requests, each with its strings, NUL-terminated one
 * after the other, and replies, each with the texts of standard output and standard error. */
struct keeper_request {
    uint64_t seed;
    double seconds, quiet;
    uint32_t argument_count, bytes;
};

struct keeper_reply {
    int32_t status;
    uint32_t main_ended, end; /* end: enum outcome_end */
    uint32_t bytes[2];
};

struct keeper_program {
    const char *file;
    char *const *arguments; /* NULL-ended, the name first */
};

struct keeper_options {
    const char *folder;                  /* temporary; the program is folder/program; its guard removes it */
    const char *name;                    /* argv[0] */
    const char *preload;                 /* the jitter library, in the folder too, or NULL */
    const char *path;                    /* PATH of the runs, or NULL: none */
    const struct keeper_program *starts; /* [start_count] more processes from the start, with the pids behind main's */
    uint32_t start_count;
    bool bare; /* no namespaces, whatever the machine allows: for tests */
    uint64_t descriptors;
    int socket;
};

/* Does not return. */
void keeper_run(const struct keeper_options *o) __attribute__((noreturn));

#endif
