// The cure for child_before_record.c: SIGCHLD is blocked from before the fork until the child is
// entered. (SIG-13)
// impasse: expect ok
// impasse: states 22 transitions 26

#include <assert.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t working; /* the pid of the child that works, 0: none */

static void on_child(int signal)
{
    (void)signal;
    if (waitpid(-1, NULL, WNOHANG) == working)
        working = 0;
}

int main(void)
{
    sigset_t chld, old;

    signal(SIGCHLD, on_child);
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigprocmask(SIG_BLOCK, &chld, &old);

    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    working = pid;
    sigprocmask(SIG_SETMASK, &old, NULL);
    sigprocmask(SIG_BLOCK, &chld, &old);
    assert(working == 0 || waitpid(pid, NULL, 0) == pid);
    return 0;
}
