// With the default action, which also does nothing, a child that ended can be waited for. (B23; PROC-06, PROC-12)
// impasse: expect ok
// impasse: states 23 transitions 32

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void library_init(void)
{
    signal(SIGCHLD, SIG_DFL);
}

int main(void)
{
    int p[2], status = 0;
    char c;

    pipe(p);
    if (fork() == 0) {
        close(p[1]);
        read(p[0], &c, 1);
        _exit(0);
    }
    library_init();
    if (fork() == 0)
        _exit(0);
    waitpid(-1, &status, 0); /* the first one that ends */
    write(p[1], "x", 1);
    return WEXITSTATUS(status);
}
