/* What the program creates outside of its folder, written down for the keeper, which removes it after the run: objects
 * of System V and names of shared memory, semaphores and queues. A line each: kind, then number or name.
 */
#include "cli/jitter/jitter.h"

#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char list[512];

__attribute__((constructor)) static void find_list(void) {
    const char *path = getenv("IMPASSE_CREATED");
    if (path && strlen(path) < sizeof list)
        strcpy(list, path);
}

/* By plain system calls: the program's own write is put off. */
static void note(const char *kind, const char *name) {
    char line[300];
    int before = errno;
    int n = snprintf(line, sizeof line, "%s %s\n", kind, name);
    int f = (int)syscall(SYS_openat, AT_FDCWD, list, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
    if (f >= 0 && n > 0 && n < (int)sizeof line)
        syscall(SYS_write, f, line, (size_t)n);
    if (f >= 0)
        syscall(SYS_close, f);
    errno = before;
}

static void note_number(const char *kind, int number) {
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    note(kind, text);
}

/* Names are written down before they exist: the program may be killed in between. */

EXPORT int shm_open(const char *name, int flags, mode_t mode) {
    static int (*next)(const char *, int, mode_t);
    NEXT(next, shm_open);
    jitter_dawdle();
    if (flags & O_CREAT)
        note("shm", name);
    return next(name, flags, mode);
}

EXPORT sem_t *sem_open(const char *name, int flags, ...) {
    static sem_t *(*next)(const char *, int, ...);
    va_list more;
    va_start(more, flags);
    unsigned mode = flags & O_CREAT ? va_arg(more, unsigned) : 0;
    unsigned value = flags & O_CREAT ? va_arg(more, unsigned) : 0;
    va_end(more);
    NEXT(next, sem_open);
    jitter_dawdle();
    if (flags & O_CREAT)
        note("sem", name);
    return next(name, flags, mode, value);
}

EXPORT mqd_t mq_open(const char *name, int flags, ...) {
    static mqd_t (*next)(const char *, int, ...);
    va_list more;
    va_start(more, flags);
    unsigned mode = flags & O_CREAT ? va_arg(more, unsigned) : 0;
    struct mq_attr *attributes = flags & O_CREAT ? va_arg(more, struct mq_attr *) : NULL;
    va_end(more);
    NEXT(next, mq_open);
    jitter_dawdle();
    if (flags & O_CREAT)
        note("mq", name);
    return next(name, flags, mode, attributes);
}

/* Made exclusively where that is no matter, to see whether it is new. */
#define GET(name, kind, parameters, first, second)                                                                     \
    EXPORT int name parameters {                                                                                       \
        static int(*next) parameters;                                                                                  \
        NEXT(next, name);                                                                                              \
        jitter_dawdle();                                                                                               \
        int id = -1;                                                                                                   \
        if (key == IPC_PRIVATE || flags & IPC_CREAT)                                                                   \
            id = next first;                                                                                           \
        if (id >= 0)                                                                                                   \
            note_number(kind, id);                                                                                     \
        else if (key != IPC_PRIVATE && (!(flags & IPC_CREAT) || (errno == EEXIST && !(flags & IPC_EXCL))))             \
            id = next second;                                                                                          \
        return id;                                                                                                     \
    }

GET(shmget, "shmid", (key_t key, size_t size, int flags), (key, size, flags | IPC_EXCL), (key, size, flags))
GET(semget, "semid", (key_t key, int count, int flags), (key, count, flags | IPC_EXCL), (key, count, flags))
GET(msgget, "msqid", (key_t key, int flags), (key, flags | IPC_EXCL), (key, flags))
