/* Shared memory and semaphores. The mapping in slot 0 is what addresses and the semaphore 3 mean. */
#define _GNU_SOURCE
#include "sequence.h"

#include <errno.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <time.h>

enum { REGIONS = 4, SEMAPHORES = 3 };

static char *regions[REGIONS];
static sem_t semaphores[SEMAPHORES];

char *shared(void) {
    return regions[0];
}

/* a: slot, length, protection, flags */
static void do_map(const long a[ARGUMENTS]) {
    void *p = mmap(NULL, (size_t)a[1], (int)a[2], (int)a[3], -1, 0);
    put('=');
    if (p == MAP_FAILED) {
        put_error(errno);
        return;
    }
    put_text("map");
    regions[a[0] % REGIONS] = p;
}

static void do_unmap(long slot, long length, long offset) {
    int done = munmap(regions[slot % REGIONS] + offset, (size_t)length);
    result(done);
    if (done == 0)
        regions[slot % REGIONS] = NULL;
}

static bool semaphore_call(enum call call, sem_t *s, const long a[ARGUMENTS]) {
    static const struct timespec past, wrong = {0, 1000000000};
    int value = 77;
    switch ((int)call) {
    case CALL_sem_init:
        result(sem_init(s, (int)a[1], (unsigned)a[2]));
        return true;
    case CALL_sem_destroy:
        result(sem_destroy(s));
        return true;
    case CALL_sem_trywait:
        result(sem_trywait(s));
        return true;
    case CALL_sem_wait:
        result(sem_wait(s));
        return true;
    case CALL_sem_post:
        result(sem_post(s));
        return true;
    case CALL_sem_timedwait:
        result(sem_timedwait(s, a[1] ? &wrong : &past));
        return true;
    case CALL_sem_clockwait:
        result(sem_clockwait(s, (clockid_t)a[2], a[1] ? &wrong : &past));
        return true;
    case CALL_sem_getvalue:
        result(sem_getvalue(s, &value));
        put_field(value);
        return true;
    default:
        return false;
    }
}

bool memory_call(enum call call, const long a[ARGUMENTS]) {
    switch ((int)call) {
    case CALL_mmap:
        do_map(a);
        return true;
    case CALL_munmap:
        do_unmap(a[0], a[1], a[2]);
        return true;
    case CALL_load:
        if (regions[0])
            result(*(volatile int *)(void *)regions[0]);
        return true;
    case CALL_store:
        if (regions[0])
            *(volatile int *)(void *)regions[0] = (int)a[0];
        return true;
    default:
        return semaphore_call(call, a[0] < SEMAPHORES ? &semaphores[a[0]]
                                    : regions[0]      ? (sem_t *)(void *)regions[0]
                                                      : &semaphores[0],
                              a);
    }
}
