// A child works without end, and its parent tells it to stop with a signal that the child has inherited
// a handler for: the handler sets a flag that nobody looks at. (GEN-16; SIG-06, PROC-01)
// impasse: expect livelock
// impasse: states 6 transitions 5

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

    if (child == 0)
        for (;;)
            continue;
    kill(child, SIGTERM);
    wait(NULL);
    return 0;
}
