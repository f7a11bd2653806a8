// The writer comes first, and its O_CREAT makes a regular file where a FIFO was meant: nobody waits for anybody, and the
// reader may look before anything was written. (B17; FIFO-01)
// impasse: expect assertion at assert:28

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
    if (fork() == 0) {
        fd = open(name, O_WRONLY | O_CREAT, 0600);
        if (write(fd, "o", 1) != 1)
            _exit(1);
        _exit(0);
    }
    mkfifo(name, 0600);
    fd = open(name, O_RDONLY);
    /* a FIFO would hold us here until the order comes */
    assert(read(fd, &c, 1) == 1);
    wait(NULL);
    return 0;
}
