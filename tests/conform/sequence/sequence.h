/* One program that stands for all random call sequences of tests/conform/generate.py, in the simulation and natively: it
 * performs the calls that its first argument lists, and prints what each returned.
 *
 * A script is a row of calls without blanks, such as pipe(0);write(4,5,0);fork{close(4);read(3,1,0);};wait(1); where the
 * numbers are those of the call or selectors (process_of, address_of, name_of); what is in the braces is the child's.
 * Results: the value or the name of errno, then what was filled in.
 */
#ifndef SEQUENCE_H
#define SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>

enum { ARGUMENTS = 7, BUFFER = 70000 };

/* Every call that a script can name, by the file that performs it. */
#define CALLS_IO(X)                                                                                                    \
    X(pipe) X(pipe2) X(read) X(write) X(readv) X(writev) X(pread) X(pwrite) X(close) X(dup) X(dup2) X(dup3) X(fcntl)   \
    X(lseek) X(isatty) X(ioctl)
#define CALLS_FILES(X)                                                                                                 \
    X(open) X(openat) X(creat) X(umask) X(mkfifo) X(mknod) X(mkdir) X(rmdir) X(unlink) X(link) X(rename) X(ftruncate)  \
    X(stat) X(lstat) X(fstat) X(access) X(chmod) X(fchmod) X(chdir) X(getcwd)
#define CALLS_POLL(X)                                                                                                  \
    X(poll) X(ppoll) X(select) X(pselect) X(epoll_create) X(epoll_create1) X(epoll_ctl) X(epoll_wait) X(epoll_pwait)
#define CALLS_PROCESS(X)                                                                                               \
    X(wait) X(waitpid) X(waitid) X(getppid) X(getpgrp) X(getpgid) X(setsid) X(getsid) X(setpgid) X(getuid) X(_exit)    \
    X(sched_yield) X(nanosleep) X(clock_nanosleep) X(clock_gettime)
#define CALLS_SIGNALS(X)                                                                                               \
    X(sigaction) X(signal) X(sigset) X(sigignore) X(siginterrupt) X(kill) X(killpg) X(tgkill) X(raise) X(sigqueue)     \
    X(sigprocmask) X(pthread_sigmask) X(sighold) X(sigrelse) X(sigpending) X(pause) X(sigsuspend) X(sigpause)          \
    X(sigwait) X(sigwaitinfo) X(sigtimedwait) X(alarm) X(ualarm) X(setitimer) X(getitimer)
#define CALLS_MEMORY(X)                                                                                                \
    X(mmap) X(munmap) X(load) X(store) X(sem_init) X(sem_destroy) X(sem_wait) X(sem_trywait) X(sem_timedwait)          \
    X(sem_clockwait) X(sem_post) X(sem_getvalue)

enum call {
#define X(name) CALL_##name,
    CALLS_IO(X) CALLS_FILES(X) CALLS_POLL(X) CALLS_PROCESS(X) CALLS_SIGNALS(X) CALLS_MEMORY(X)
#undef X
    CALL_COUNT
};

/* Each performs a call of its group and prints the result; false if it is none of its. */
bool io_call(enum call call, const long a[ARGUMENTS]);
bool files_call(enum call call, const long a[ARGUMENTS]);
bool poll_call(enum call call, const long a[ARGUMENTS]);
bool process_call(enum call call, const long a[ARGUMENTS]);
bool signals_call(enum call call, const long a[ARGUMENTS]);
bool memory_call(enum call call, const long a[ARGUMENTS]);

/* ---- the log: main's goes to standard output, the children's to standard error ---- */

void put(char c);
void put_text(const char *s);
void put_number(long n);
void put_octal(unsigned long n);
void put_error(int error);
/* A colon, and the number. */
void put_field(long n);
/* An equals sign, and the value or, for -1, the name of errno. */
void result(long value);
/* The same, but a process is named by its part in the family, as numbers differ. */
void result_process(long pid);
void put_process(long pid);
/* A sum of the first bytes. */
void put_bytes(const char *bytes, long n);
/* Writes the log so far and ends the process. */
void finish(int status);

/* ---- what numbers of a script stand for ---- */

/* 0: 0, 1: self, 2..5: a child, 6: -1, 7: a pid that nobody has, 8: another one, negative; 9: INT_MIN; 10: -self;
 * 11: - the first child */
int process_of(long selector);
/* 0: the buffer, 1: NULL, 2: the first page, 3: beyond what user space has, 4: shared memory */
void *address_of(long selector);
const char *name_of(long selector);
/* The shared mapping in slot 0; NULL if there is none. */
char *shared(void);

/* What handlers have caught since the last call goes to the log. */
void signals_log(void);
/* In a new child: it has caught nothing. */
void signals_forget(void);

extern char buffer[BUFFER];

#endif
