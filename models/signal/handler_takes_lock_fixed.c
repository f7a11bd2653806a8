// The cure for handler_takes_lock.c: the signal is blocked instead, while the total is changed. (SIG-06, SIG-13)
// impasse: expect ok

#include <signal.h>
#include <unistd.h>

static int total;

static void on_usr1(int signal)
{
    (void)signal;
    total++;
}

int main(void)
{
    sigset_t usr1;

    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    signal(SIGUSR1, on_usr1);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    total++;
    sigprocmask(SIG_UNBLOCK, &usr1, NULL);
    return 0;
}
