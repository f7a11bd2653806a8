// The cure for shared_ready.c: the work pipe does not block, so that who comes too late goes back to poll. (POLL-05)
// impasse: expect ok

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int work[2], stop[2];
    char c;

    if (pipe(work) != 0 || pipe(stop) != 0)
        return 1;
    fcntl(work[0], F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 2; i++)
        if (fork() == 0) {
            struct pollfd rows[] = {{.fd = work[0], .events = POLLIN}, {.fd = stop[0], .events = POLLIN}};
            close(stop[1]);
            for (;;) {
                poll(rows, 2, -1);
                if (rows[1].revents)
                    _exit(0);
                /* ready a moment ago, and perhaps not any more */
                read(work[0], &c, 1);
            }
        }
    if (write(work[1], "j", 1) != 1)
        return 1;
    close(stop[1]);

    for (int i = 0; i < 2; i++)

        wait(NULL);
    return 0;
}
