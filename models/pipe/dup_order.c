// A child's first dup2, to standard output, closes what its second one needs: its parent was started without a standard
// output, so that the pipe to the child begins at number 1. (B29; FD-01, FD-04, FD-07)
// impasse: expect assertion at read:23
// impasse: states 22 transitions 34

#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int to[2], from[2];
    char c = 'x';

    close(1);
    pipe(to); /* 1 and 3 */
    pipe(from);
    if (fork() == 0) {
        dup2(from[1], 1);
        dup2(to[0], 0);
        for (int fd = 3; fd <= 5; fd++)
            close(fd);
        assert(read(0, &c, 1) == 1 && "standard input can be read");
        _exit(write(1, &c, 1) != 1);
    }
    write(to[1], &c, 1);
    close(from[1]);
    read(from[0], &c, 1);
    wait(NULL);
    return 0;
}
