// A loop that looks for POLLIN alone: when the writer has gone poll returns POLLHUP at once, every time, and the loop turns
// for ever without reading the end-of-file. (PIPE-15, POLL-11)
// impasse: expect stuck at wait:30

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
            if (poll(&row, 1, -1) > 0 && (row.revents & POLLIN))
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
