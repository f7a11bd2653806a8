// The cure for regular_file.c: make the FIFO before anybody is started who opens it, and never open a FIFO with O_CREAT.
// (B17; FIFO-01, FIFO-02)
// impasse: expect ok

#include <assert.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char name[] = "/tmp/orders";

int main(void)
{
    char c;
    int fd;

    unlink(name);
    mkfifo(name, 0600);
    if (fork() == 0) {
        fd = open(name, O_WRONLY);
        if (write(fd, "o", 1) != 1)
            _exit(1);
        _exit(0);
    }
    fd = open(name, O_RDONLY);
    /* a FIFO would hold us here until the order comes */
    assert(read(fd, &c, 1) == 1);
    wait(NULL);
    return 0;
}
