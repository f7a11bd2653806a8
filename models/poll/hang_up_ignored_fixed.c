// The cure for hang_up_ignored.c: POLLHUP is read like data, and what read() says decides. (PIPE-15, POLL-11)
// impasse: expect ok

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];
    char c;

    if (pipe(p) != 0)
        return 1;
    if (fork() == 0) {
        struct pollfd row = {.fd = p[0], .events = POLLIN};
        ssize_t n = 1;
        close(p[1]);
        while (n > 0)
            if (poll(&row, 1, -1) > 0 && (row.revents & (POLLIN | POLLHUP)))
                n = read(p[0], &c, 1);
        _exit(0);
    }
    close(p[0]);
    if (write(p[1], "x", 1) != 1)
        return 1;
    close(p[1]);

    wait(NULL);
    return 0;
}
