// The cure for sigwait_unblocked.c: block it first, before the fork so that no time is lost. (SIG-20)
// impasse: expect ok

#include <assert.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    sigset_t usr1;
    int got, status;

    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    pid_t worker = fork();
    if (worker == 0) {
        sigwait(&usr1, &got);
        _exit(0);
    }
    kill(worker, SIGUSR1);
    wait(&status);
    assert(WIFEXITED(status));
    return 0;
}
