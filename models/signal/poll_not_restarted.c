// SA_RESTART is set, so the code expects no EINTR; but poll is never restarted, and what it did not fill
// in is taken for an answer. (B34; EINTR-02, EINTR-07)
// impasse: expect assertion
// impasse: states 19 transitions 27

#include <assert.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static void on_usr1(int signal)
{
    (void)signal;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_usr1, .sa_flags = SA_RESTART};
    int p[2];
    char c;

    pipe(p);
    sigaction(SIGUSR1, &action, NULL);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        write(p[1], "x", 1);
        _exit(0);
    }

    struct pollfd ready = {.fd = p[0], .events = POLLIN};

    poll(&ready, 1, -1);
    assert(ready.revents & POLLIN);
    read(p[0], &c, 1);
    return 0;
}
