// An alarm is to break off a read that may never end. If it fires before the read has begun, the
// time-out is lost. (B36; SIG-19, SIG-23)
// impasse: expect deadlock at read:22

#include <signal.h>
#include <unistd.h>

static void on_alarm(int signal)
{
    (void)signal;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART */
    int p[2];
    char c;

    pipe(p);
    sigaction(SIGALRM, &action, NULL);
    alarm(1);
    read(p[0], &c, 1);
    return 0;
}
