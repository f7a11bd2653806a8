// The cure for lost_wakeup.c: the signal is blocked while the flag is tested, and sigsuspend unblocks
// it and waits in one step. (SIG-18)
// impasse: expect ok

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t ready;

static void on_usr1(int signal)
{
    (void)signal;
    ready = 1;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_usr1};
    sigset_t usr1, before;

    sigaction(SIGUSR1, &action, NULL);
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, &before);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    while (!ready)
        sigsuspend(&before);
    return 0;
}
