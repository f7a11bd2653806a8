// An alarm is to end the loop, but signal() restarts a read that its handler interrupts: the reader
// never gets to look at the flag. (B35; EINTR-01, SIG-34)
// impasse: expect deadlock at read:25

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void on_alarm(int signal)
{
    (void)signal;
    stop = 1;
}

int main(void)
{
    int p[2];
    char c;

    pipe(p);
    signal(SIGALRM, on_alarm);
    alarm(1);
    while (!stop)
        read(p[0], &c, 1);
    return 0;
}
