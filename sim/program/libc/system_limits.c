/* What a program may ask about the simulated system. */
#include "libc.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

enum { PAGE_SIZE_BYTES = 4096, PROCESSORS = 2, OPEN_FILES_MAX = 1024, POSIX_2008 = 200809 };

/* EINVAL for a name that is not known; POSIX_2008 for each option of POSIX that programs of this kind ask for. */
LIBC long sysconf(int name) {
    switch (name) {
    case _SC_PAGESIZE:
        return PAGE_SIZE_BYTES;
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
        return PROCESSORS;
    case _SC_OPEN_MAX:
        return OPEN_FILES_MAX;
    case _SC_CLK_TCK:
        return 100;
    case _SC_ARG_MAX:
        return 2097152;
    case _SC_CHILD_MAX:
        return 1024;
    case _SC_HOST_NAME_MAX:
        return HOST_NAME_MAX;
    case _SC_LOGIN_NAME_MAX:
        return 256;
    case _SC_LINE_MAX:
        return 2048;
    case _SC_NGROUPS_MAX:
        return 65536;
    case _SC_IOV_MAX:
        return 1024;
    case _SC_PHYS_PAGES:
    case _SC_AVPHYS_PAGES:
        return 65536;
    case _SC_SEM_VALUE_MAX:
        return INT_MAX;
    case _SC_RTSIG_MAX:
        return 32;
    case _SC_MQ_PRIO_MAX:
        return 32768;
    case _SC_DELAYTIMER_MAX:
        return INT_MAX;
    case _SC_THREAD_KEYS_MAX:
        return 1024;
    case _SC_THREAD_STACK_MIN:
        return 16384;
    case _SC_THREAD_DESTRUCTOR_ITERATIONS:
        return 4;
    case _SC_ATEXIT_MAX:
        return INT_MAX;
    case _SC_JOB_CONTROL:
    case _SC_SAVED_IDS:
        return 1;
    case _SC_SEM_NSEMS_MAX:
    case _SC_SIGQUEUE_MAX:
    case _SC_TIMER_MAX:
    case _SC_MQ_OPEN_MAX:
        return -1;
    case _SC_THREAD_THREADS_MAX:
        return -1;
    case _SC_VERSION:
    case _SC_2_VERSION:
    case _SC_SEMAPHORES:
    case _SC_SHARED_MEMORY_OBJECTS:
    case _SC_MESSAGE_PASSING:
    case _SC_MAPPED_FILES:
    case _SC_MEMORY_PROTECTION:
    case _SC_MEMLOCK:
    case _SC_MEMLOCK_RANGE:
    case _SC_REALTIME_SIGNALS:
    case _SC_TIMERS:
    case _SC_TIMEOUTS:
    case _SC_MONOTONIC_CLOCK:
    case _SC_CLOCK_SELECTION:
    case _SC_CPUTIME:
    case _SC_THREADS:
    case _SC_THREAD_PROCESS_SHARED:
    case _SC_THREAD_SAFE_FUNCTIONS:
    case _SC_BARRIERS:
    case _SC_SPIN_LOCKS:
    case _SC_READER_WRITER_LOCKS:
    case _SC_THREAD_CPUTIME:
    case _SC_FSYNC:
    case _SC_SYNCHRONIZED_IO:
    case _SC_ASYNCHRONOUS_IO:
    case _SC_PRIORITIZED_IO:
    case _SC_PRIORITY_SCHEDULING:
    case _SC_THREAD_ATTR_STACKADDR:
    case _SC_THREAD_ATTR_STACKSIZE:
    case _SC_THREAD_PRIORITY_SCHEDULING:
    case _SC_THREAD_PRIO_INHERIT:
    case _SC_THREAD_PRIO_PROTECT:
        return POSIX_2008;
    default:
        errno = EINVAL;
        return -1;
    }
}

/* The same for every path and descriptor, as far as it concerns pipes. */
static long path_limit(int name) {
    switch (name) {
    case _PC_PIPE_BUF:
        return 4096;
    case _PC_NAME_MAX:
        return 255;
    case _PC_PATH_MAX:
        return 4096;
    case _PC_LINK_MAX:
        return 127;
    case _PC_MAX_CANON:
    case _PC_MAX_INPUT:
        return 255;
    case _PC_CHOWN_RESTRICTED:
    case _PC_NO_TRUNC:
        return 1;
    case _PC_VDISABLE:
        return 0;
    default:
        errno = EINVAL;
        return -1;
    }
}

LIBC long pathconf(const char *path, int name) {
    (void)path;
    return path_limit(name);
}

LIBC long fpathconf(int descriptor, int name) {
    (void)descriptor;
    return path_limit(name);
}

LIBC int getpagesize(void) {
    return PAGE_SIZE_BYTES;
}

LIBC int getdtablesize(void) {
    return OPEN_FILES_MAX;
}

/* The host of every simulated program is called "impasse". */
LIBC int gethostname(char *name, size_t size) {
    static const char host[] = "impasse";
    if (size < sizeof host) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(name, host, sizeof host);
    return 0;
}
