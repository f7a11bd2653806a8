// Another cure for lost_wakeup.c: the signal is blocked, stays pending, and is read from a descriptor,
// which a program may also poll. (SIG-35, SIG-38)
// impasse: expect ok
// impasse: states 16 transitions 21

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

int main(void)
{
    struct signalfd_siginfo info;
    sigset_t usr1;

    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    struct pollfd ready = {.fd = signalfd(-1, &usr1, SFD_CLOEXEC), .events = POLLIN};
    poll(&ready, 1, -1);
    if (read(ready.fd, &info, sizeof info) != sizeof info)
        return 1;
    return info.ssi_signo == SIGUSR1 ? 0 : 1;
}
