// The same server opens the FIFO for its answers first, as its client does. (B13; FIFO-02, FIFO-15, PROC-25)
// impasse: --with client.c
// impasse: expect ok
// impasse: states 177 transitions 264

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
    char c;
    int in, out;

    mkfifo("/tmp/to", 0600);
    mkfifo("/tmp/from", 0600);
    out = open("/tmp/from", O_WRONLY);
    in = open("/tmp/to", O_RDONLY);
    while (read(in, &c, 1) == 1)
        write(out, &c, 1);
    return 0;
}
