// A reader that never sleeps, and keeps its own write end: where a blocking read would hang, it gets EAGAIN,
// tries again, and burns a processor. (B01; PIPE-05, FD-05, LIVE-01)
// impasse: expect livelock
// impasse: states 7 transitions 10

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int main(void)
{
    int p[2];
    char c;

    pipe2(p, O_NONBLOCK);
    if (fork() == 0) {
        write(p[1], "x", 1);
        _exit(0);
    }
    for (;;) {
        ssize_t n = read(p[0], &c, 1);
        if (n == 0) // the end, which never comes
            break;
        if (n < 0 && errno != EAGAIN)
            return 1;
    }
    return 0;
}
