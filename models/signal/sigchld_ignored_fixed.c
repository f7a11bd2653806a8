// The cure for sigchld_ignored.c: leave SIGCHLD as it is where a status is wanted. (PROC-11)
// impasse: expect ok
// impasse: states 6 transitions 5

#include <assert.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int status = 0;

    signal(SIGCHLD, SIG_DFL);

    pid_t child = fork();

    if (child == 0)
        _exit(3);
    assert(waitpid(child, &status, 0) == child);
    return WEXITSTATUS(status) == 3 ? 0 : 1;
}
