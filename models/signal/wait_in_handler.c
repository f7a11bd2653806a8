// A handler of SIGCHLD waits until no child is left, without WNOHANG: one child ends, the other one
// still works, and the main program is caught in the handler. (B21; PROC-08, SIG-25)
// impasse: expect deadlock at wait:13, read:28
// impasse: states 103 transitions 167

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
    int work[2];
    char c;

    pipe(work);
    signal(SIGCHLD, on_child);
    if (fork() == 0)
        _exit(0);
    if (fork() == 0) {
        close(work[1]);
        read(work[0], &c, 1);
        _exit(0);
    }
    close(work[0]);
    write(work[1], "x", 1);
    return 0;
}
