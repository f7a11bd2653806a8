// The cure for spin.c: the loop looks at the flag. (SIG-06)
// impasse: expect ok
// impasse: states 10 transitions 11

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void on_term(int signal)
{
    (void)signal;
    stop = 1;
}

int main(void)
{
    signal(SIGTERM, on_term);

    pid_t child = fork();

    if (child == 0) {
        while (!stop)
            continue;
        _exit(0);
    }
    kill(child, SIGTERM);
    wait(NULL);
    return 0;
}
