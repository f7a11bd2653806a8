// The cure for unlink_race.c: keep the FIFO that is there; an existing one is as good. (B15; FIFO-01, FIFO-12)
// impasse: expect ok

#include <errno.h>
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
    if (mkfifo("/tmp/requests", 0600) != 0 && errno != EEXIST)
        return 1;
    fd = open("/tmp/requests", O_RDONLY);
    read(fd, &c, 1);
    wait(NULL);
    return 0;
}
