// A server that starts by replacing the old FIFO: a client that opened the old one just before sleeps on an object that
// has no name any more. (B15; FIFO-12)
// impasse: expect deadlock at open:17, open:23

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    char c = 'r';
    int fd;

    mkfifo("/tmp/requests", 0600);
    if (fork() == 0) {
        fd = open("/tmp/requests", O_WRONLY);
        _exit(write(fd, &c, 1) != 1);
    }
    unlink("/tmp/requests");
    if (mkfifo("/tmp/requests", 0600) != 0)
        return 1;
    fd = open("/tmp/requests", O_RDONLY);
    read(fd, &c, 1);
    wait(NULL);
    return 0;
}
