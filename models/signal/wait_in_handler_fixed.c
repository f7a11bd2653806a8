// The cure for wait_in_handler.c: WNOHANG takes those children that have ended. (PROC-08, SIG-25)
// impasse: expect ok
// impasse: states 161 transitions 270

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_child(int signal)
{
    int before = errno;

    (void)signal;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
    errno = before;
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
