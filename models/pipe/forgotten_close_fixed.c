// The cure for forgotten_close.c: the child closes its copy of the write end before it reads, so
// the parent's close is the last one, and end-of-file comes. (B01; PIPE-03, PIPE-04, FD-05)
// impasse: expect ok
// impasse: states 18 transitions 22

#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];

    pipe(p);
    if (fork() == 0) {
        char c;

        close(p[1]);
        while (read(p[0], &c, 1) > 0)
            continue;
        _exit(0);
    }
    close(p[0]);
    write(p[1], "hi", 2);
    close(p[1]);
    wait(NULL);
    return 0;
}
