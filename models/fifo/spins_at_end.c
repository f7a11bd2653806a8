// A reader that takes end-of-file for "nothing yet": once its only client has gone read returns 0 at full speed, for
// ever, and never waits. (B14; FIFO-08, PIPE-04)
// impasse: expect stuck at wait:27

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char name[] = "/tmp/requests";

int main(void)
{
    char c;

    unlink(name);
    mkfifo(name, 0600);
    if (fork() == 0) {
        int in = open(name, O_RDONLY);
        while (read(in, &c, 1) >= 0)
            ;
        _exit(0);
    }
    int out = open(name, O_WRONLY);
    if (write(out, "r", 1) != 1 || close(out) != 0)
        return 1;
    wait(NULL);
    return 0;
}
