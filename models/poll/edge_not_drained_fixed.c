// The cure for edge_not_drained.c: after each event read until nothing is left, without blocking. (POLL-12)
// impasse: expect ok
// impasse: states 77 transitions 118

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2], reply[2];
    char c;

    if (pipe(p) != 0 || pipe(reply) != 0)
        return 1;
    if (fork() == 0) {
        for (int i = 0; i < 2; i++)
            if (write(p[1], "m", 1) != 1)
                _exit(1);
        for (int i = 0; i < 2; i++)
            if (read(reply[0], &c, 1) != 1)
                _exit(1);
        _exit(0);
    }
    fcntl(p[0], F_SETFL, O_NONBLOCK);
    int e = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event);
    for (int served = 0; served < 2;) {
        epoll_wait(e, &event, 1, -1);
        for (; read(p[0], &c, 1) == 1; served++)
            if (write(reply[1], "r", 1) != 1)
                return 1;
    }
    wait(NULL);
    return 0;
}
