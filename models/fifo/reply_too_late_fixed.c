// The cure for reply_too_late.c: open the ear first, without blocking, and only then ask. (B16; FIFO-04)
// impasse: expect ok

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    char c;
    int request, reply;

    unlink("/tmp/request"), unlink("/tmp/reply");
    mkfifo("/tmp/request", 0600);
    mkfifo("/tmp/reply", 0600);
    if (fork() == 0) {
        request = open("/tmp/request", O_RDONLY);
        if (read(request, &c, 1) != 1)
            _exit(1);
        reply = open("/tmp/reply", O_WRONLY | O_NONBLOCK);
        if (reply >= 0 && write(reply, "a", 1) != 1)
            _exit(1);
        _exit(0);
    }
    reply = open("/tmp/reply", O_RDONLY | O_NONBLOCK);
    request = open("/tmp/request", O_WRONLY);
    if (write(request, "q", 1) != 1)
        return 1;
    wait(NULL);
    if (read(reply, &c, 1) != 1)
        return 1;
    return 0;
}
