// A reader that never sees end-of-file. The child reads until every write end of the pipe is
// closed, but fork() gave it a write end too, and it waits for itself. The parent waits for the
// child. It hangs in every schedule. (B01; PIPE-03, PIPE-04, FD-05)
// impasse: expect deadlock at read:18, wait:25
// impasse: states 10 transitions 11

#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];

    pipe(p);
    if (fork() == 0) {
        char c;

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
