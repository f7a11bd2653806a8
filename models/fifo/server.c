// A server and its client, two programs: each first opens the FIFO that it reads. (B13; FIFO-02, FIFO-15, PROC-25)
// impasse: --with client.c
// impasse: expect deadlock at open:17, open:client.c:16
// impasse: states 33 transitions 44

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
    char c;
    int in, out;

    mkfifo("/tmp/to", 0600);
    mkfifo("/tmp/from", 0600);
    in = open("/tmp/to", O_RDONLY);
    out = open("/tmp/from", O_WRONLY);
    while (read(in, &c, 1) == 1)
        write(out, &c, 1);
    return 0;
}
