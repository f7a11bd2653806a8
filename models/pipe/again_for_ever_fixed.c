// The cure for again_for_ever.c: close the own write end, and sleep in poll until there is something, or the end.
// (B01; PIPE-05, POLL-04)
// impasse: expect ok
// impasse: states 21 transitions 29

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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
    close(p[1]);
    for (;;) {
        struct pollfd ready = {.fd = p[0], .events = POLLIN};
        poll(&ready, 1, -1);
        ssize_t n = read(p[0], &c, 1);
        if (n == 0)
            break;
        if (n < 0 && errno != EAGAIN)
            return 1;
    }
    return 0;
}
