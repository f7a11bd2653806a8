// The parent tests a flag and then pauses until the child's signal sets it. A signal that comes
// between the test and the pause sets the flag too late for the test and too early for the pause,
// which then waits for ever. (B30; SIG-19)
// impasse: expect deadlock at pause:27

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t ready;

static void on_usr1(int signal)
{
    (void)signal;
    ready = 1;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_usr1};

    sigaction(SIGUSR1, &action, NULL);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    while (!ready)
        pause();
    return 0;
}
