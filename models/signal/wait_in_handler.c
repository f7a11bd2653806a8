// A handler of SIGCHLD that waits for every child: while one of them still runs, the program is stuck inside the
// handler. (B21; PROC-08, SIG-24)
// impasse: expect deadlock at wait:13, read:28
// impasse: states 124 transitions 207

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_child(int signal)
{
    (void)signal;
    while (wait(NULL) > 0)
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
