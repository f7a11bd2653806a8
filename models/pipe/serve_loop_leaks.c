// A server answers each request in a child, over the pipe that the client sent the number of. It never closes its own
// copy of that pipe, so that its clients see no end of the answer; later its table of descriptors is full. (B26;
// FD-01, PIPE-03)
// impasse: expect deadlock at read:36
// impasse: states 25 transitions 35

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
        while (read(requests[0], &fd, sizeof fd) == sizeof fd)
            if (fork() == 0)
                serve(fd);
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
