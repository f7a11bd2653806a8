// Two processes greet each other with signals, and both wait for the other's first. (B41; SIG-17)
// impasse: expect deadlock at pause:19, pause:23

#include <signal.h>
#include <unistd.h>

static void on_usr1(int signal)
{
    (void)signal;
}

int main(void)
{
    pid_t parent = getpid();

    signal(SIGUSR1, on_usr1);
    pid_t child = fork();
    if (child == 0) {
        pause();
        kill(parent, SIGUSR1);
        _exit(0);
    }
    pause();
    kill(child, SIGUSR1);
    return 0;
}
