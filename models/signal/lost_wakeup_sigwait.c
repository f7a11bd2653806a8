// Another cure for lost_wakeup.c: no handler at all. The signal stays pending until sigwait takes it.
// (SIG-20)
// impasse: expect ok

#include <signal.h>
#include <unistd.h>

int main(void)
{
    sigset_t usr1;
    int got;

    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    sigwait(&usr1, &got);
    return got == SIGUSR1 ? 0 : 1;
}
