// The handler takes those that are dead, and no more. (B21; PROC-09, SIG-24)
// impasse: expect ok
// impasse: states 145 transitions 258

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_child(int signal)
{
    (void)signal;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
}

int main(void)
{
    int p[2];
    char c;

    pipe(p);
    signal(SIGCHLD, on_child);
    if (fork() == 0)
        _exit(0);
    if (fork() == 0) {
        close(p[1]);
        read(p[0], &c, 1);
        _exit(0);
    }
    write(p[1], "x", 1);
    close(p[1]);
    return 0;
}
