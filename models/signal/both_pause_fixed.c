// The cure for both_pause.c: one of the two speaks first, and the signals wait until they are asked
// for. (SIG-18, SIG-20)
// impasse: expect ok

#include <signal.h>
#include <unistd.h>

int main(void)
{
    pid_t parent = getpid();
    sigset_t usr1;
    int got;

    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    pid_t child = fork();
    if (child == 0) {
        kill(parent, SIGUSR1);
        sigwait(&usr1, &got);
        _exit(0);
    }
    sigwait(&usr1, &got);
    kill(child, SIGUSR1);
    return 0;
}
