// The parent closes what the child serves. (B26; FD-01, PIPE-04)
// impasse: expect ok
// impasse: states 46 transitions 70

#include <sys/wait.h>
#include <unistd.h>

static void serve(int fd)
{
    write(fd, "answer", 6);
    _exit(0);
}

int main(void)
{
    int requests[2], reply[2], fd;
    char text[8];

    pipe(requests);
    pipe(reply);
    if (fork() == 0) {
        close(requests[1]);
        close(reply[0]);
        while (read(requests[0], &fd, sizeof fd) == sizeof fd) {
            if (fork() == 0)
                serve(fd);
            close(fd);
        }
        while (wait(NULL) > 0)
            continue;
        _exit(0);
    }
    close(requests[0]);
    write(requests[1], &reply[1], sizeof reply[1]);
    close(reply[1]);
    while (read(reply[0], text, sizeof text) > 0)
        continue;
    close(requests[1]);
    wait(NULL);
    return 0;
}
