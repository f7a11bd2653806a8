// A pid that was waited for is kept, and killed later: by then it is somebody else's. (B24; PROC-07, PROC-21)
// impasse: expect assertion
// impasse: states 15 transitions 18

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
    waitpid(helper, NULL, 0);
    if ((other = fork()) == 0) {
        read(p[0], &c, 1);
        _exit(0);
    }
    kill(helper, SIGTERM);
    write(p[1], "x", 1);
    waitpid(other, &status, 0);
    assert(WIFEXITED(status) && "a stranger was not killed");
    return 0;
}
