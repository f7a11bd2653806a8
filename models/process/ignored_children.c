// A library ignores SIGCHLD; the program, which does not know, waits for the result of its child: there is none, and
// it waits for another child, too. (B23; PROC-11)
// impasse: expect deadlock at waitpid:29, read:23
// impasse: states 10 transitions 12

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void library_init(void)
{
    signal(SIGCHLD, SIG_IGN);
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
