/* The table of library functions: what they do with the memory behind their arguments. Sorted by name.
 *
 * A function that is missing here is judged by its code if the simulated libc has it, and otherwise taken to keep every
 * pointer that it is given: that is safe, but costs states.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "program/live.h"

#define PLAIN(name, modes)                                                                                             \
    {                                                                                                                  \
        name, modes, -1, 0, WHEN_NEVER, 0, 0                                                                           \
    }
#define RETURNS(name, modes, argument)                                                                                 \
    {                                                                                                                  \
        name, modes, argument, 0, WHEN_NEVER, 0, 0                                                                     \
    }
#define FILLS(name, modes, out, when, bytes)                                                                           \
    {                                                                                                                  \
        name, modes, -1, out, when, bytes, 0                                                                           \
    }
#define COUNTS(name, modes, returned, out, when, count)                                                                \
    {                                                                                                                  \
        name, modes, returned, out, when, 0, count                                                                     \
    }

static const struct live_call calls[] = {
    PLAIN("abort", "-"),
    PLAIN("accept", "-bb"),
    PLAIN("access", "s-"),
    PLAIN("alarm", "-"),
    PLAIN("atoi", "s"),
    PLAIN("atol", "s"),
    PLAIN("atoll", "s"),
    PLAIN("bind", "-r-"),
    PLAIN("chmod", "s-"),
    FILLS("clock_gettime", "-w", 1, WHEN_SUCCESS, 16),
    PLAIN("close", "-"),
    PLAIN("closedir", "-"),
    PLAIN("connect", "-r-"),
    PLAIN("creat", "s-"),
    PLAIN("dprintf", "-ss"),
    PLAIN("dup", "-"),
    PLAIN("dup2", "--"),
    PLAIN("dup3", "---"),
    PLAIN("exit", "-"),
    PLAIN("fcntl", "--b"),
    {"fgets", "w--", 0, 0, WHEN_LINE, 0, 1},
    PLAIN("fopen", "ss"),
    PLAIN("fprintf", "-ss"),
    PLAIN("fputc", "--"),
    PLAIN("fputs", "s-"),
    PLAIN("fread", "w---"),
    PLAIN("free", "-"),
    PLAIN("fscanf", "-sw"),
    PLAIN("fstat", "-w"),
    PLAIN("ftok", "s-"),
    PLAIN("fwrite", "r---"),
    PLAIN("getpeername", "-bb"),
    PLAIN("getsockname", "-bb"),
    PLAIN("getsockopt", "---wb"),
    FILLS("gettimeofday", "ww", 0, WHEN_SUCCESS, 16),
    PLAIN("impasse_choose", "-"),
    PLAIN("impasse_mark", "s"),
    PLAIN("kill", "--"),
    PLAIN("listen", "--"),
    PLAIN("lseek", "---"),
    RETURNS("memchr", "r--", 0),
    PLAIN("memcmp", "rn-"),
    COUNTS("memcpy", "wn-", 0, 0, WHEN_ALWAYS, 2),
    COUNTS("memmove", "wn-", 0, 0, WHEN_ALWAYS, 2),
    COUNTS("memset", "w--", 0, 0, WHEN_ALWAYS, 2),
    PLAIN("mkdir", "s-"),
    PLAIN("mkfifo", "s-"),
    PLAIN("mmap", "------"),
    PLAIN("mprotect", "---"),
    PLAIN("mq_close", "-"),
    PLAIN("mq_getattr", "-w"),
    PLAIN("mq_open", "s--r"),
    PLAIN("mq_receive", "-w-w"),
    PLAIN("mq_send", "-n--"),
    PLAIN("mq_setattr", "-rw"),
    PLAIN("mq_timedreceive", "-w-wr"),
    PLAIN("mq_timedsend", "-n--r"),
    PLAIN("mq_unlink", "s"),
    PLAIN("msgctl", "--b"),
    PLAIN("msgget", "--"),
    PLAIN("msgrcv", "-w---"),
    PLAIN("msgsnd", "-r--"),
    PLAIN("munmap", "--"),
    PLAIN("nanosleep", "rw"),
    PLAIN("open", "s--"),
    PLAIN("openat", "-s--"),
    PLAIN("perror", "s"),
    FILLS("pipe", "w", 0, WHEN_SUCCESS, 8),
    FILLS("pipe2", "w-", 0, WHEN_SUCCESS, 8),
    PLAIN("poll", "b--"),
    PLAIN("ppoll", "b-rr"),
    COUNTS("pread", "-w--", -1, 1, WHEN_COUNT, 2),
    PLAIN("printf", "ss"),
    PLAIN("pselect", "-bbbrr"),
    PLAIN("putc", "--"),
    PLAIN("putchar", "-"),
    PLAIN("puts", "s"),
    PLAIN("pwrite", "-n--"),
    COUNTS("read", "-w-", -1, 1, WHEN_COUNT, 2),
    COUNTS("recv", "-w--", -1, 1, WHEN_COUNT, 2),
    PLAIN("recvfrom", "-w--wb"),
    PLAIN("remove", "s"),
    PLAIN("rename", "ss"),
    PLAIN("rmdir", "s"),
    PLAIN("scanf", "sw"),
    PLAIN("select", "-bbbb"),
    PLAIN("sem_close", "-"),
    PLAIN("sem_destroy", "b"),
    PLAIN("sem_getvalue", "bw"),
    PLAIN("sem_init", "b--"),
    PLAIN("sem_open", "s---"),
    PLAIN("sem_post", "b"),
    PLAIN("sem_timedwait", "br"),
    PLAIN("sem_trywait", "b"),
    PLAIN("sem_unlink", "s"),
    PLAIN("sem_wait", "b"),
    PLAIN("semget", "---"),
    PLAIN("semop", "-r-"),
    PLAIN("semtimedop", "-r-r"),
    PLAIN("send", "-n--"),
    PLAIN("sendto", "-n--r-"),
    PLAIN("setitimer", "-rw"),
    PLAIN("setsockopt", "---r-"),
    PLAIN("shm_open", "s--"),
    PLAIN("shm_unlink", "s"),
    PLAIN("shmctl", "--b"),
    PLAIN("shmget", "---"),
    PLAIN("sigaction", "-rw"),
    PLAIN("sigaddset", "b-"),
    PLAIN("sigdelset", "b-"),
    PLAIN("sigemptyset", "w"),
    PLAIN("sigfillset", "w"),
    PLAIN("sigismember", "r-"),
    PLAIN("signalfd", "-r-"),
    PLAIN("sigpending", "w"),
    PLAIN("sigprocmask", "-rw"),
    PLAIN("sigsuspend", "r"),
    PLAIN("sigtimedwait", "rwr"),
    PLAIN("sigwait", "rw"),
    PLAIN("sigwaitinfo", "rw"),
    COUNTS("snprintf", "w-ss", -1, 0, WHEN_TEXT, 1),
    FILLS("socketpair", "---w", 3, WHEN_SUCCESS, 8),
    COUNTS("sprintf", "wss", -1, 0, WHEN_TEXT, -1),
    PLAIN("sscanf", "ssw"),
    PLAIN("stat", "sw"),
    RETURNS("strcat", "bs", 0),
    RETURNS("strchr", "s-", 0),
    PLAIN("strcmp", "ss"),
    COUNTS("strcpy", "ws", 0, 0, WHEN_STRING, -1),
    PLAIN("strcspn", "ss"),
    PLAIN("strdup", "s"),
    PLAIN("strerror", "-"),
    COUNTS("strlen", "s", -1, 0, WHEN_LENGTH, -1),
    RETURNS("strncat", "bs-", 0),
    PLAIN("strncmp", "ss-"),
    COUNTS("strncpy", "ws-", 0, 0, WHEN_ALWAYS, 2),
    PLAIN("strnlen", "s-"),
    RETURNS("strrchr", "s-", 0),
    PLAIN("strspn", "ss"),
    RETURNS("strstr", "ss", 0),
    PLAIN("time", "w"),
    PLAIN("timer_create", "-rw"),
    PLAIN("timer_delete", "-"),
    PLAIN("timer_getoverrun", "-"),
    PLAIN("timer_gettime", "-w"),
    PLAIN("timer_settime", "--rw"),
    PLAIN("unlink", "s"),
    PLAIN("vdprintf", "-sk"),
    FILLS("wait", "w", 0, WHEN_POSITIVE, 4),
    FILLS("wait4", "-w-w", 1, WHEN_POSITIVE, 4),
    FILLS("waitpid", "-w-", 1, WHEN_POSITIVE, 4),
    PLAIN("write", "-n-"),
};

static int call_compare(const void *name, const void *entry)
{
    return strcmp(name, ((const struct live_call *)entry)->name);
}

const struct live_call *live_find_call(const char *name)
{
    return bsearch(name, calls, sizeof calls / sizeof *calls, sizeof *calls, call_compare);
}

enum live_mode live_call_mode(const struct live_call *c, uint32_t argument)
{
    size_t n = strlen(c->modes);
    assert(n);
    return (enum live_mode)c->modes[argument < n ? argument : n - 1];
}
