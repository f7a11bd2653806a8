// The parent waits for the child before it reads what the child has to say. A pipe holds only so
// much: with one byte more, the child never finishes its last write, and the parent never starts to
// read. Short outputs hide the bug. (B04; PIPE-08, PIPE-19)
// impasse: --set pipe_capacity=2
// impasse: expect deadlock at write:23, wait:27
// impasse: states 10 transitions 12

#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];
    char c;

    pipe(p);
    if (fork() == 0) {
        int length = fcntl(p[1], F_GETPIPE_SZ) + 1;

        for (int i = 0; i < length; i++)
            write(p[1], "x", 1);
        _exit(0);
    }
    close(p[1]);
    wait(NULL);
    while (read(p[0], &c, 1) > 0)
        continue;
    return 0;
}
