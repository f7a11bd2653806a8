// The child may end before its parent has entered it into its table: the handler finds nothing to take out. (B22;
// PROC-03, SIG-24)
// impasse: expect assertion at waitpid:36
// impasse: states 30 transitions 37

#include <assert.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile pid_t table; /* of one child that runs */

static void on_child(int signal)
{
    pid_t child = waitpid(-1, NULL, WNOHANG);

    (void)signal;
    if (child > 0 && table == child)
        table = 0;
}

int main(void)
{
    sigset_t chld, old;
    pid_t child;

    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    signal(SIGCHLD, on_child);
    child = fork();
    if (child == 0)
        _exit(0);
    table = child;
    sigprocmask(SIG_BLOCK, &chld, &old);
    if (table)
        assert(waitpid(table, NULL, WNOHANG) >= 0 && "who stands in the table is a child");
    return 0;
}
