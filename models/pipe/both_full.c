// A program sends everything through a filter before it reads anything back. Once the pipe to the
// filter and the pipe from it are both full, each side waits for the other to make room: with more
// bytes than both pipes hold, that happens in every schedule. (B03; PIPE-08, PIPE-19)
// impasse: --set pipe_capacity=2
// impasse: expect deadlock at write:18, write:41
// impasse: states 36 transitions 52

#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static void filter(int in, int out)
{
    char c;

    while (read(in, &c, 1) > 0)
        write(out, &c, 1);
    _exit(0);
}

int main(void)
{
    int to[2], from[2];
    char c;

    pipe(to);
    pipe(from);
    if (fork() == 0) {
        close(to[1]);
        close(from[0]);
        filter(to[0], from[1]);
    }
    close(to[0]);
    close(from[1]);

    int capacity = fcntl(to[1], F_GETPIPE_SZ);
    int total = capacity + 1 + capacity + 1;    // the filter itself can hold one byte

    for (int i = 0; i < total; i++)
        write(to[1], "x", 1);
    close(to[1]);
    while (read(from[0], &c, 1) > 0)
        continue;
    wait(NULL);
    return 0;
}
