// What a parent learns from wait(): that the child exited, the low eight bits of its status (300 is
// 44), and each child once. (PROC-05, PROC-06, PROC-08)
// impasse: expect ok
// impasse: states 6 transitions 5

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int status;
    pid_t child = fork();

    if (child == 0)
        exit(300);
    assert(waitpid(child, &status, 0) == child);
    assert(WIFEXITED(status) && !WIFSIGNALED(status));
    assert(WEXITSTATUS(status) == 44);
    assert(waitpid(child, &status, 0) == -1 && errno == ECHILD);
    return 0;
}
