// An edge-triggered reader that takes one message for each event: two messages that arrive before it looks are one event,
// and the second lies in the pipe for ever. (POLL-12)
// impasse: expect deadlock at epoll_wait:29

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
    int e = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    epoll_ctl(e, EPOLL_CTL_ADD, p[0], &event);
    for (int served = 0; served < 2; served++) {
        epoll_wait(e, &event, 1, -1);
        if (read(p[0], &c, 1) != 1 || write(reply[1], "r", 1) != 1)
            return 1;
    }
    wait(NULL);
    return 0;
}
