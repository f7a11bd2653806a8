// The cure for counting.c: real-time signals queue, so that each is delivered. (SIG-03)
// impasse: expect ok

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t count;

static void on_event(int signal)
{
    (void)signal;
    count++;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_event};
    sigset_t event, before;

    sigaction(SIGRTMIN, &action, NULL);
    sigemptyset(&event);
    sigaddset(&event, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &event, &before);
    if (fork() == 0) {
        for (int i = 0; i < 3; i++)
            sigqueue(getppid(), SIGRTMIN, (union sigval){.sival_int = i});
        _exit(0);
    }
    while (count < 3)
        sigsuspend(&before);
    return 0;
}
