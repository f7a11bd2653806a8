// The client of server.c and of server_fixed.c: it makes the FIFOs if it comes first. Alone, it waits for a server.
// (FIFO-02)
// impasse: expect deadlock at open:16
// impasse: states 4 transitions 3

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
    char c;
    int in, out;

    mkfifo("/tmp/to", 0600), mkfifo("/tmp/from", 0600);
    in = open("/tmp/from", O_RDONLY);
    out = open("/tmp/to", O_WRONLY);
    write(out, "p", 1);
    close(out);
    return read(in, &c, 1) != 1;
}
