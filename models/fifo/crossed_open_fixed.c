// The cure for crossed_open.c: both sides open the FIFOs in the same order. (B13; FIFO-02, FIFO-15)
// impasse: expect ok

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    char c;
    int in, out;

    unlink("/tmp/to"), unlink("/tmp/from");
    mkfifo("/tmp/to", 0600);
    mkfifo("/tmp/from", 0600);
    if (fork() == 0) {
        in = open("/tmp/to", O_RDONLY);
        out = open("/tmp/from", O_WRONLY);
        _exit(in < 0 || read(in, &c, 1) != 1 || write(out, &c, 1) != 1);
    }
    out = open("/tmp/to", O_WRONLY);
    in = open("/tmp/from", O_RDONLY);
    if (out >= 0 && write(out, "p", 1) == 1 && in >= 0)
        read(in, &c, 1);
    wait(NULL);
    return 0;
}
