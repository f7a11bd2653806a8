// The handler of SIGCHLD strikes an ended child from the list that the parent enters it in after fork:
// if the child ends at once it is struck first and entered afterwards. (B22; PROC-03, SIG-24)
// impasse: expect assertion
// impasse: states 24 transitions 28

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

    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    working = pid;
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigprocmask(SIG_BLOCK, &chld, &old);
    assert(working == 0 || waitpid(pid, NULL, 0) == pid);
    return 0;
}
