// A handler that waits for one child each time it is called: the deaths of two children may be told
// with one signal, and then one of them is never counted. (B32; SIG-25, PROC-06)
// impasse: expect deadlock at sigsuspend:30

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t reaped;

static void on_chld(int signal)
{
    (void)signal;
    if (waitpid(-1, NULL, WNOHANG) > 0)
        reaped++;
}

int main(void)
{
    sigset_t chld, before;

    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    signal(SIGCHLD, on_chld);
    sigprocmask(SIG_BLOCK, &chld, &before);
    for (int i = 0; i < 2; i++)
        if (fork() == 0)
            _exit(0);
    while (reaped < 2)
        sigsuspend(&before);
    return 0;
}
