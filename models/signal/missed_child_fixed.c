// The cure for missed_child.c: the handler goes on until no dead child is left. (SIG-25)
// impasse: expect ok

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t reaped;

static void on_chld(int signal)
{
    (void)signal;
    while (waitpid(-1, NULL, WNOHANG) > 0)
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
