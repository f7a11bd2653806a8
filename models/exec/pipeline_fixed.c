// The same shell closes its own ends, so that each program sees the end of its input. (PIPE-04, PROC-04)
// impasse: --program echo=echo.c --program upper=upper.c --program count=count.c
// impasse: expect ok
// impasse: states 5733 transitions 19305

#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(char *const argv[], int in, int out, const int close_too[4])
{
    if (in != 0)
        dup2(in, 0);
    if (out != 1)
        dup2(out, 1);
    for (int i = 0; i < 4; i++)
        close(close_too[i]);
    execvp(argv[0], argv);
    _exit(127);
}

int main(void)
{
    char *const echo[] = {"echo", "a", "b", NULL}, *const upper[] = {"upper", NULL}, *const count[] = {"count", NULL};
    int p[4], status;
    pid_t last;

    pipe(p);
    pipe(p + 2);
    if (fork() == 0)
        run(echo, 0, p[1], p);
    if (fork() == 0)
        run(upper, p[0], p[3], p);
    if ((last = fork()) == 0)
        run(count, p[2], 1, p);
    for (int i = 0; i < 4; i++)
        close(p[i]);

    waitpid(last, &status, 0);
    assert(WIFEXITED(status) && WEXITSTATUS(status) == 2);
    while (wait(NULL) > 0)
        continue;
    return 0;
}
