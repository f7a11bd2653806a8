// A handler that calls anything may change errno between the call that failed and the test of why it
// failed. (B38; SIG-06)
// impasse: expect assertion at assert:31

#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_chld(int signal)
{
    (void)signal;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
}

int main(void)
{
    int p[2];
    char c;

    pipe2(p, O_NONBLOCK);
    signal(SIGCHLD, on_chld);
    if (fork() == 0)
        _exit(0);
    if (read(p[0], &c, 1) == -1) {
        int why = errno;
        assert(why == EAGAIN);
    }
    return 0;
}
