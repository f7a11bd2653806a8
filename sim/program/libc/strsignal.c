/* The texts of the signals, as glibc words them. */
#include "libc.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *const texts[] = {
    [SIGHUP] = "Hangup",
    [SIGINT] = "Interrupt",
    [SIGQUIT] = "Quit",
    [SIGILL] = "Illegal instruction",
    [SIGTRAP] = "Trace/breakpoint trap",
    [SIGABRT] = "Aborted",
    [SIGBUS] = "Bus error",
    [SIGFPE] = "Floating point exception",
    [SIGKILL] = "Killed",
    [SIGUSR1] = "User defined signal 1",
    [SIGSEGV] = "Segmentation fault",
    [SIGUSR2] = "User defined signal 2",
    [SIGPIPE] = "Broken pipe",
    [SIGALRM] = "Alarm clock",
    [SIGTERM] = "Terminated",
    [SIGSTKFLT] = "Stack fault",
    [SIGCHLD] = "Child exited",
    [SIGCONT] = "Continued",
    [SIGSTOP] = "Stopped (signal)",
    [SIGTSTP] = "Stopped",
    [SIGTTIN] = "Stopped (tty input)",
    [SIGTTOU] = "Stopped (tty output)",
    [SIGURG] = "Urgent I/O condition",
    [SIGXCPU] = "CPU time limit exceeded",
    [SIGXFSZ] = "File size limit exceeded",
    [SIGVTALRM] = "Virtual timer expired",
    [SIGPROF] = "Profiling timer expired",
    [SIGWINCH] = "Window changed",
    [SIGPOLL] = "I/O possible",
    [SIGPWR] = "Power failure",
    [SIGSYS] = "Bad system call",
};

/* The first real-time signal that glibc leaves to programs, and the last one. */
enum { REALTIME_FIRST = 34, REALTIME_LAST = 64 };

/* Names of other signals than the classic ones are made in one static string. */
LIBC char *strsignal(int number) {
    static char made[32];
    if (number > 0 && number < (int)(sizeof texts / sizeof *texts))
        return (char *)texts[number];
    if (number >= REALTIME_FIRST && number <= REALTIME_LAST)
        snprintf(made, sizeof made, "Real-time signal %d", number - REALTIME_FIRST);
    else
        snprintf(made, sizeof made, "Unknown signal %d", number);
    return made;
}

LIBC const char *sigdescr_np(int number) {
    return number > 0 && number < (int)(sizeof texts / sizeof *texts) ? texts[number] : NULL;
}
