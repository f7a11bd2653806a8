// SIGCHLD is ignored so that no zombies are left; then waitpid finds no child and says nothing about
// how it ended. (B23; PROC-11)
// impasse: expect assertion
// impasse: states 4 transitions 4

#include <assert.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int status = 0;

    signal(SIGCHLD, SIG_IGN);

    pid_t child = fork();

    if (child == 0)
        _exit(3);
    assert(waitpid(child, &status, 0) == child);
    return WEXITSTATUS(status) == 3 ? 0 : 1;
}
