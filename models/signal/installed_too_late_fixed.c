// The cure for installed_too_late.c: the handler is there before anybody can send. (PROC-01, SIG-01)
// impasse: expect ok

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
        signal(SIGUSR1, on_usr1);
        pid_t worker = getpid();
        if (fork() == 0) {
            if (getppid() == worker) /* it may be gone */
                kill(worker, SIGUSR1);
            _exit(0);
        }
        _exit(0);
    }
    wait(&status);
    assert(WIFEXITED(status));
    return 0;
}
