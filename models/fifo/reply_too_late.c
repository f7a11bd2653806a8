// A client that first asks and then opens the FIFO for the answer: the server, which must not hang on clients that are
// gone, opens it without blocking, finds no reader and drops the answer. (B16; FIFO-04)
// impasse: expect deadlock at open:31

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
    request = open("/tmp/request", O_WRONLY);
    if (write(request, "q", 1) != 1)
        return 1;
    /* the server may answer here, to nobody */
    reply = open("/tmp/reply", O_RDONLY);
    read(reply, &c, 1);
    wait(NULL);
    return 0;
}
