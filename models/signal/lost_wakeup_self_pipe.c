// Another cure for lost_wakeup.c: the handler writes to a pipe, and what is written stays until it is
// read. (SIG-31, PIPE-02)
// impasse: expect ok

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static int wake[2];

static void on_usr1(int signal)
{
    int before = errno;

    (void)signal;
    write(wake[1], "", 1);
    errno = before;
}

int main(void)
{
    char c;

    pipe(wake);
    signal(SIGUSR1, on_usr1);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    while (read(wake[0], &c, 1) != 1)
        continue;
    return 0;
}
