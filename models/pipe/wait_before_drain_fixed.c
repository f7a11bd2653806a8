// The cure for wait_before_drain.c: read to end-of-file first, then wait. The child's exit closes
// the last write end, so the loop ends by itself. (B04; PIPE-04, PIPE-08, PIPE-19)
// impasse: --set pipe_capacity=2
// impasse: expect ok
// impasse: states 26 transitions 35

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
    while (read(p[0], &c, 1) > 0)
        continue;
    wait(NULL);
    return 0;
}
