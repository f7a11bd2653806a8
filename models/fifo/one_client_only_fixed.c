// The cure for one_client_only.c: a server that holds a write end itself never sees end-of-file between two clients,
// and counts requests instead. (B14; FIFO-05, FIFO-08)
// impasse: expect ok

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char name[] = "/tmp/requests";

static void client(void)
{
    char c = 'r';
    int fd = open(name, O_WRONLY);

    if (write(fd, &c, 1) != 1)
        _exit(1);
    close(fd);
    _exit(0);
}

int main(void)
{
    char c;
    int fd;

    unlink(name);
    mkfifo(name, 0600);
    if (fork() == 0)
        client();
    if (fork() == 0)
        client();
    fd = open(name, O_RDWR);
    for (int served = 0; served < 2;)
        served += read(fd, &c, 1) == 1;
    close(fd);
    wait(NULL);
    wait(NULL);
    return 0;
}
