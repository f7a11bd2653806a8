// First the one whose number the other would take. (B29; FD-04)
// impasse: expect ok
// impasse: states 34 transitions 48

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
        dup2(to[0], 0);
        dup2(from[1], 1);
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
