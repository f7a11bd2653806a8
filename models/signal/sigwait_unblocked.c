// sigwait for a signal that is not blocked: if it comes just before the call, it does what it does by
// default. (B40; SIG-20)
// impasse: expect assertion at assert:24

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
