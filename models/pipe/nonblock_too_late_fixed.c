// nonblock_too_late.c with a helper that writes a byte: that wakes a sleeper, and is still there for who comes later. (FD-14)
// impasse: expect ok
// impasse: states 19 transitions 25

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int quit[2];
    char c;

    pipe(quit);
    if (fork() == 0) {
        sleep(1);
        fcntl(quit[0], F_SETFL, O_NONBLOCK);
        write(quit[1], "q", 1);
        _exit(0);
    }

    // The write end stays open in this process, which uses it later to wake others.
    while (read(quit[0], &c, 1) == -1 && errno == EAGAIN)
        sched_yield();
    wait(NULL);
    return 0;
}
