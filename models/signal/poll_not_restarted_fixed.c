// The cure for poll_not_restarted.c: whatever the flags say, ask again after EINTR. (EINTR-02)
// impasse: expect ok
// impasse: states 19 transitions 27

#include <assert.h>
#include <errno.h>
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

    while (poll(&ready, 1, -1) == -1 && errno == EINTR)
        continue;
    assert(ready.revents & POLLIN);
    read(p[0], &c, 1);
    return 0;
}
