// The cure for timer_too_early.c: a timer that goes on firing gets every read in the end. (SIG-39)
// impasse: expect ok
// impasse: states 18 transitions 31

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
    struct itimerspec every = {.it_value = {.tv_sec = 1}, .it_interval = {.tv_sec = 1}};
    timer_t timer;
    int p[2];
    char c;

    pipe(p);
    sigaction(SIGUSR1, &action, NULL);
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    timer_settime(timer, 0, &every, NULL);
    read(p[0], &c, 1);
    timer_delete(timer);
    return 0;
}
