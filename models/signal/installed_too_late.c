// The child's signal may come before the parent has installed its handler: then it kills the parent,
// whose own parent sees a death by SIGUSR1. (B31; SIG-09)
// impasse: expect assertion at assert:28

#include <assert.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_usr1(int signal)
{
    (void)signal;
}

int main(void)
{
    int status;

    if (fork() == 0) {
        if (fork() == 0) {
            kill(getppid(), SIGUSR1);
            _exit(0);
        }
        signal(SIGUSR1, on_usr1);
        _exit(0);
    }
    wait(&status);
    assert(WIFEXITED(status));
    return 0;
}
