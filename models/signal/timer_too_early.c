// A timer is to break off a read that may never end, with a signal of its own. If it runs out before
// the read has begun, the time-out is lost. (B36; SIG-19, SIG-39)
// impasse: expect deadlock at read:28
// impasse: states 10 transitions 9

#include <signal.h>
#include <time.h>
#include <unistd.h>

static void on_timer(int signal)
{
    (void)signal;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_timer}; /* no SA_RESTART */
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec once = {.it_value = {.tv_sec = 1}};
    timer_t timer;
    int p[2];
    char c;

    pipe(p);
    sigaction(SIGUSR1, &action, NULL);
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    timer_settime(timer, 0, &once, NULL);
    read(p[0], &c, 1);
    timer_delete(timer);
    return 0;
}
