// A server that takes end-of-file for the end of its work: the first client's close sends it home, and the second
// finds nobody behind the name (or dies of SIGPIPE, if it opens just before the server closes). (B14; FIFO-02, FIFO-08)
// impasse: --properties deadlock,stuck
// impasse: expect deadlock at open:16

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
    fd = open(name, O_RDONLY);
    while (read(fd, &c, 1) > 0)
        ;
    close(fd);
    wait(NULL);
    wait(NULL);
    return 0;
}
