// The cure for restart_hides.c, and for an alarm that fires before the read begins: the handler writes
// to the pipe that is read, so that there is always something to wake up for. (SIG-31, EINTR-01)
// impasse: expect ok

#include <signal.h>
#include <unistd.h>

static int p[2];

static void on_alarm(int signal)
{
    (void)signal;
    write(p[1], "s", 1);
}

int main(void)
{
    char c = 0;

    pipe(p);
    signal(SIGALRM, on_alarm);
    alarm(1);
    while (c != 's')
        read(p[0], &c, 1);
    return 0;
}
