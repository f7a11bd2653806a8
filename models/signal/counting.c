// The receiver counts signals, but a standard signal that is sent while one is pending already is
// not counted again: with three of them the count may never reach three. (B32; SIG-02)
// impasse: expect deadlock at sigsuspend:31

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t count;

static void on_usr1(int signal)
{
    (void)signal;
    count++;
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
        for (int i = 0; i < 3; i++)
            kill(getppid(), SIGUSR1);
        _exit(0);
    }
    while (count < 3)
        sigsuspend(&before);
    return 0;
}
