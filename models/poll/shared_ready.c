// Two workers poll one pipe and read when it is readable: both may see the one byte, and only one gets it; the other sleeps
// in read, where it does not notice the word to stop on its other pipe. (POLL-05)
// impasse: expect deadlock at read:25, wait:35

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int work[2], stop[2];
    char c;

    if (pipe(work) != 0 || pipe(stop) != 0)
        return 1;
    for (int i = 0; i < 2; i++)
        if (fork() == 0) {
            struct pollfd rows[] = {{.fd = work[0], .events = POLLIN}, {.fd = stop[0], .events = POLLIN}};
            close(stop[1]);
            for (;;) {
                poll(rows, 2, -1);
                if (rows[1].revents)
                    _exit(0);
                /* ready a moment ago, and perhaps not any more */
                if (read(work[0], &c, 1) < 0)
                    _exit(1);
            }
        }
    if (write(work[1], "j", 1) != 1)
        return 1;
    close(stop[1]);

    for (int i = 0; i < 2; i++)

        wait(NULL);
    return 0;
}
