/* Signals and timers. A set of signals is a number: bit i is the i-th of SIGNALS; -1 is NULL. */
#define _GNU_SOURCE
#include "sequence.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* sigset and its relatives are modelled all the same */

enum { CAUGHT_MAX = 40, VALUES = 1000 };

static const int SIGNALS[] = {SIGUSR1, SIGUSR2, SIGHUP,  SIGINT,  SIGTERM, SIGCHLD, SIGALRM, SIGPIPE,
                              SIGCONT, SIGSTOP, SIGKILL, SIGURG,  SIGTSTP, SIGQUIT, 34,      35, 64};
enum { SIGNAL_COUNT = sizeof SIGNALS / sizeof *SIGNALS };

/* What handlers have caught: number * VALUES, and the value that came along with it. Handlers touch nothing else. */
static volatile int caught[CAUGHT_MAX], caught_count;

static void keep(int number, int value) {
    int at = caught_count++;
    if (at < CAUGHT_MAX)
        caught[at] = number * VALUES + value;
}

static void plain_handler(int number) {
    keep(number, 0);
}

static void raising_handler(int number) {
    keep(number, 1);
    raise(SIGUSR2);
    keep(number, 2);
}

static void info_handler(int number, siginfo_t *info, void *context) {
    (void)context;
    int known = info->si_code == SI_QUEUE ? 100 + info->si_value.sival_int % 100 : info->si_code == SI_USER ? 200 : 300;
    keep(number, known);
}

void signals_log(void) {
    int n = caught_count;
    for (int i = 0; i < n && i < CAUGHT_MAX; i++) {
        int what = caught[i];
        put_text(" caught");
        put_field(what / VALUES);
        put_field(what % VALUES);
    }
    if (n)
        caught_count = 0;
}

void signals_forget(void) {
    caught_count = 0;
}

static sigset_t *sigset_of(long bits, sigset_t *set) {
    sigemptyset(set);
    for (int i = 0; i < SIGNAL_COUNT; i++)
        if (bits >> i & 1)
            sigaddset(set, SIGNALS[i]);
    return bits < 0 ? NULL : set;
}

static void put_sigset(const sigset_t *set) {
    long bits = 0;
    for (int i = 0; i < SIGNAL_COUNT; i++)
        bits |= sigismember(set, SIGNALS[i]) == 1 ? 1l << i : 0;
    put_field(bits);
}

/* 0: by default, 1: ignored, 2 and 4: caught, 3: caught with information */
static int kind_of(const struct sigaction *s) {
    if (s->sa_flags & SA_SIGINFO)
        return s->sa_sigaction == info_handler ? 3 : 9;
    return s->sa_handler == SIG_DFL          ? 0
           : s->sa_handler == SIG_IGN        ? 1
           : s->sa_handler == plain_handler  ? 2
           : s->sa_handler == raising_handler ? 4
                                             : 9;
}

static sighandler_t handler_of(long kind) {
    return kind == 0 ? SIG_DFL : kind == 1 ? SIG_IGN : kind == 4 ? raising_handler : plain_handler;
}

static void done_handler(sighandler_t old) {
    put('=');
    if (old == SIG_ERR)
        put_error(errno);
    else
        put_number(old == SIG_DFL ? 0 : old == SIG_IGN ? 1 : old == plain_handler ? 2 : old == raising_handler ? 4 : 9);
}

/* a: signal, kind (-1: only ask), flags, mask, old one's address (1: NULL) */
static void do_sigaction(const long a[ARGUMENTS]) {
    struct sigaction s, old;
    memset(&s, 0, sizeof s);
    memset(&old, 0, sizeof old);
    s.sa_flags = (int)a[2] & ~SA_SIGINFO;
    if (a[1] == 3) {
        s.sa_flags |= SA_SIGINFO;
        s.sa_sigaction = info_handler;
    } else {
        s.sa_handler = handler_of(a[1]);
    }
    sigset_of(a[3], &s.sa_mask);
    int done = sigaction((int)a[0], a[1] < 0 ? NULL : &s, a[4] ? address_of(a[4]) : &old);
    result(done);
    if (done == 0 && !a[4]) {
        put_field(kind_of(&old));
        put_field(old.sa_flags & (SA_RESTART | SA_NODEFER | SA_RESETHAND | SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO));
        put_sigset(&old.sa_mask);
    }
}

static void do_mask(enum call call, int how, long bits) {
    sigset_t set, old;
    sigemptyset(&old);
    const sigset_t *new = sigset_of(bits, &set);
    if (call == CALL_sigprocmask) {
        result(sigprocmask(how, new, &old));
    } else {
        int error = pthread_sigmask(how, new, &old);
        put('=');
        error ? put_error(error) : put('0');
    }
    put_sigset(&old);
}

/* a: set, time-out (-1: none, -2: one that is no time, else milliseconds) */
static void do_accept(enum call call, const long a[ARGUMENTS]) {
    sigset_t set;
    siginfo_t info;
    struct timespec t = {0, a[1] == -2 ? 1000000000 : a[1] * 1000000};
    int number = -5;
    memset(&info, 0, sizeof info);
    sigset_of(a[0] < 0 ? 0 : a[0], &set);
    if (call == CALL_sigwait) {
        int error = sigwait(&set, &number);
        put('=');
        error ? put_error(error) : put_number(number);
        return;
    }
    int done = call == CALL_sigwaitinfo ? sigwaitinfo(&set, &info) : sigtimedwait(&set, &info, a[1] == -1 ? NULL : &t);
    result(done);
    if (done > 0) {
        put_field(info.si_code == SI_QUEUE ? 100 + info.si_value.sival_int % 100 : info.si_code);
        if (info.si_code == SI_QUEUE || info.si_code == SI_USER || info.si_signo == SIGCHLD) {
            put(':');
            put_process(info.si_pid);
        }
    }
}

static void put_timer(const struct itimerval *v) {
    put_field(v->it_value.tv_sec + (v->it_value.tv_usec > 500000)); /* some of it has gone by */
    put_field(v->it_interval.tv_sec);
    put_field(v->it_interval.tv_usec);
}

/* a: which, seconds, microseconds, seconds and microseconds of the interval, address (1: NULL) */
static void do_timer(enum call call, const long a[ARGUMENTS]) {
    struct itimerval v = {.it_interval = {a[3], a[4]}, .it_value = {a[1], a[2]}}, old = {0};
    if (call == CALL_getitimer)
        result(getitimer((__itimer_which_t)a[0], &old));
    else
        result(setitimer((__itimer_which_t)a[0], a[5] ? address_of(a[5]) : &v, &old));
    put_timer(&old);
}

static bool suspend_call(enum call call, const long a[ARGUMENTS]) {
    sigset_t set;
    switch ((int)call) {
    case CALL_pause:
        result(pause());
        return true;
    case CALL_sigsuspend:
        result(sigsuspend(sigset_of(a[0] < 0 ? 0 : a[0], &set)));
        return true;
    case CALL_sigpause:
        result(sigpause((int)a[0]));
        return true;
    case CALL_sigwait:
    case CALL_sigwaitinfo:
    case CALL_sigtimedwait:
        do_accept(call, a);
        return true;
    case CALL_alarm:
        result(alarm((unsigned)a[0]));
        return true;
    case CALL_ualarm:
        result(ualarm((unsigned)a[0], (unsigned)a[1]) != 0);
        return true;
    case CALL_setitimer:
    case CALL_getitimer:
        do_timer(call, a);
        return true;
    default:
        return false;
    }
}

bool signals_call(enum call call, const long a[ARGUMENTS]) {
    sigset_t set;
    switch ((int)call) {
    case CALL_sigaction:
        do_sigaction(a);
        return true;
    case CALL_signal:
        done_handler(signal((int)a[0], handler_of(a[1])));
        return true;
    case CALL_sigset:
        done_handler(sigset((int)a[0], a[1] == 9 ? SIG_HOLD : handler_of(a[1])));
        return true;
    case CALL_sigignore:
        result(sigignore((int)a[0]));
        return true;
    case CALL_siginterrupt:
        result(siginterrupt((int)a[0], (int)a[1]));
        return true;
    case CALL_kill:
        result(kill(process_of(a[0]), (int)a[1]));
        return true;
    case CALL_killpg:
        result(killpg(process_of(a[0]), (int)a[1]));
        return true;
    case CALL_tgkill:
        result(tgkill(process_of(a[0]), process_of(a[1]), (int)a[2]));
        return true;
    case CALL_raise:
        result(raise((int)a[0]));
        return true;
    case CALL_sigqueue:
        result(sigqueue(process_of(a[0]), (int)a[1], (union sigval){.sival_int = (int)a[2]}));
        return true;
    case CALL_sigprocmask:
    case CALL_pthread_sigmask:
        do_mask(call, (int)a[0], a[1]);
        return true;
    case CALL_sighold:
        result(sighold((int)a[0]));
        return true;
    case CALL_sigrelse:
        result(sigrelse((int)a[0]));
        return true;
    case CALL_sigpending:
        sigemptyset(&set);
        result(sigpending(&set));
        put_sigset(&set);
        return true;
    default:
        return suspend_call(call, a);
    }
}
