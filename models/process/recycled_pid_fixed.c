// What was waited for is forgotten. (B24; PROC-21)
// impasse: expect ok
// impasse: states 11 transitions 10

#include <assert.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2], status;
    char c;
    pid_t helper, other;

    pipe(p);
    if ((helper = fork()) == 0)
        _exit(0);
    if (waitpid(helper, NULL, 0) == helper)
        helper = -1;
    if ((other = fork()) == 0) {
        read(p[0], &c, 1);
        _exit(0);
    }
    if (helper > 0)
        kill(helper, SIGTERM);
    write(p[1], "x", 1);
    waitpid(other, &status, 0);
    assert(WIFEXITED(status) && "a stranger was not killed");
    return 0;
}
