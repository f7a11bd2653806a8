// The other cure for zombies: the child forks the worker and ends at once, so that init inherits the
// worker, and the parent waits for the child alone. (PROC-14)
// impasse: expect ok
// impasse: states 25 transitions 36

#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int done[2];
    char c;

    pipe(done);

    pid_t child = fork();

    if (child == 0) {
        if (fork() == 0) { /* the worker */
            write(done[1], "x", 1);
            _exit(0);
        }
        _exit(0);
    }
    assert(waitpid(child, NULL, 0) == child);
    assert(wait(NULL) == -1);
    close(done[1]);
    assert(read(done[0], &c, 1) == 1);
    return 0;
}
