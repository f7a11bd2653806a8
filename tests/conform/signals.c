/* What signals, timers, signalfd, faults and jumps do to one process, line by line, for tests/cli/test_conform.py:
 * every line is the same in every run, natively and in the simulation. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static sigjmp_buf back;
static volatile sig_atomic_t ticks;

static void jump(int signal)
{
    siglongjmp(back, signal);
}

static void tick(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    ticks += info->si_value.sival_int;
}

static void descriptor(void)
{
    struct signalfd_siginfo info;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGRTMIN + 2);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_NONBLOCK);
    ssize_t n = read(fd, &info, sizeof info);
    printf("nothing: %zd %d\n", n, errno);
    raise(SIGUSR1);
    kill(getpid(), SIGUSR1);
    sigqueue(getpid(), SIGRTMIN + 2, (union sigval){.sival_int = 9});
    while (read(fd, &info, sizeof info) > 0)
        printf("signal %u code %d value %d\n", info.ssi_signo, info.ssi_code,
               info.ssi_code == SI_QUEUE ? info.ssi_int : 0);
    fflush(stdout);
    if (fork() == 0) {
        n = read(fd, &info, sizeof info);
        printf("the child's own: %zd\n", n);
        fflush(stdout);
        _exit(5);
    }
    struct pollfd ready = {fd, POLLIN, 0};
    poll(&ready, 1, -1);
    read(fd, &info, sizeof info);
    printf("SIGCHLD %d status %d events %d\n", info.ssi_signo == SIGCHLD, info.ssi_status, ready.revents);
    wait(NULL);
}

static void timer(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2, .sigev_value.sival_int = 3};
    struct sigaction action = {.sa_sigaction = tick, .sa_flags = SA_SIGINFO};
    struct itimerspec soon = {.it_value.tv_nsec = 2000000};
    sigset_t usr2, none;
    timer_t id;
    sigemptyset(&none);
    sigemptyset(&usr2);
    sigaddset(&usr2, SIGUSR2);
    sigaction(SIGUSR2, &action, NULL);
    sigprocmask(SIG_BLOCK, &usr2, NULL);
    timer_create(CLOCK_MONOTONIC, &event, &id);
    timer_settime(id, 0, &soon, NULL);
    while (!ticks)
        sigsuspend(&none);
    printf("ticks %d overruns %d\n", (int)ticks, timer_getoverrun(id));
    printf("deleted %d\n", timer_delete(id));
}

static void faults(void)
{
    static const int signals[] = {SIGSEGV, SIGFPE, SIGABRT, SIGILL};
    volatile int stage = 0, zero = 0;
    int *volatile nowhere = NULL;
    char *volatile constant = (char *)"constant";
    sigset_t now;
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], jump);
    int came = sigsetjmp(back, 1);
    printf("stage %d by %d\n", (int)stage, came);
    switch (stage++) {
    case 0:
        *nowhere = 1;
        break;
    case 1:
        zero = 5 / zero;
        break;
    case 2:
        abort();
    case 3:
        constant[0] = 1;
        break;
    case 4:
        __builtin_trap();
    }
    sigprocmask(SIG_SETMASK, NULL, &now);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        printf("%d blocked %d\n", signals[i], sigismember(&now, signals[i]));
}

int main(void)
{
    descriptor();
    timer();
    faults();
    return 0;
}
