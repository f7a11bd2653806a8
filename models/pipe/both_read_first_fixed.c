// The cure for both_read_first.c: one side, and only one, speaks first. (B05; PIPE-03)
// impasse: expect ok
// impasse: states 12 transitions 12

#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int to[2], from[2];
    char c;

    pipe(to);
    pipe(from);
    if (fork() == 0) {
        read(to[0], &c, 1);
        write(from[1], "c", 1);
        _exit(0);
    }
    write(to[1], "p", 1);
    read(from[0], &c, 1);
    wait(NULL);
    return 0;
}
