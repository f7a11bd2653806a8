/* Processes and time. */
#define _GNU_SOURCE
#include "sequence.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void do_wait(int pid, int options, int with_status, int plain) {
    int status = 12345;
    long got = plain ? wait(with_status ? &status : NULL) : waitpid(pid, with_status ? &status : NULL, options);
    result_process(got);
    if (with_status)
        put_field(status);
}

/* a: kind, process, options, address (1: NULL) */
static void do_waitid(const long a[ARGUMENTS]) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_signo = 99;
    result(waitid((idtype_t)a[0], (id_t)process_of(a[1]), a[3] ? address_of(a[3]) : &info, (int)a[2]));
    put_field(info.si_signo);
    if (info.si_signo == SIGCHLD) {
        put_field(info.si_code);
        put_field(info.si_status);
        put(':');
        put_process(info.si_pid);
    }
}

static void do_nanosleep(long seconds, long nanoseconds) {
    struct timespec t = {seconds, nanoseconds};
    result(nanosleep(seconds == 7 ? NULL : &t, NULL));
}

static void do_clock_nanosleep(long nanoseconds, clockid_t clock) {
    int r = clock_nanosleep(clock, 0, &(struct timespec){0, nanoseconds}, NULL);
    put('=');
    r ? put_error(r) : put('0');
}

bool process_call(enum call call, const long a[ARGUMENTS]) {
    switch ((int)call) {
    case CALL_wait:
        do_wait(0, 0, (int)a[0], 1);
        return true;
    case CALL_waitpid:
        do_wait(process_of(a[0]), (int)a[1], (int)a[2], 0);
        return true;
    case CALL_waitid:
        do_waitid(a);
        return true;
    case CALL_getppid:
        result_process(getppid());
        return true;
    case CALL_getpgrp:
        result_process(getpgrp());
        return true;
    case CALL_getpgid:
        result_process(getpgid(process_of(a[0])));
        return true;
    case CALL_setsid:
        result_process(setsid());
        return true;
    case CALL_getsid:
        result_process(getsid(process_of(a[0])));
        return true;
    case CALL_setpgid:
        result(setpgid(process_of(a[0]), process_of(a[1])));
        return true;
    case CALL_getuid:
        result(a[0] == 0 ? getuid() : a[0] == 1 ? geteuid() : a[0] == 2 ? getgid() : getegid());
        return true;
    case CALL__exit:
        finish((int)a[0]);
        return true;
    case CALL_sched_yield:
        result(sched_yield());
        return true;
    case CALL_nanosleep:
        do_nanosleep(a[0], a[1]);
        return true;
    case CALL_clock_nanosleep:
        do_clock_nanosleep(a[0], (clockid_t)a[1]);
        return true;
    case CALL_clock_gettime:
        result(clock_gettime((clockid_t)a[0], &(struct timespec){0}));
        return true;
    default:
        return false;
    }
}
