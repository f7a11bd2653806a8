// The cure for alarm_too_early.c: a timer that goes on firing gets every read in the end. (SIG-23)
// impasse: expect ok

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static void on_alarm(int signal)
{
    (void)signal;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART */
    struct itimerval every = {{1, 0}, {1, 0}}, off = {{0, 0}, {0, 0}};
    int p[2];
    char c;

    pipe(p);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &every, NULL);
    read(p[0], &c, 1);
    setitimer(ITIMER_REAL, &off, NULL);
    return 0;
}
