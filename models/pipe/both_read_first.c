// Two processes that greet each other, and both listen first. Nobody ever speaks. (B05; PIPE-03)
// impasse: expect deadlock at read:16, read:20
// impasse: states 4 transitions 3

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
    read(from[0], &c, 1);
    write(to[1], "p", 1);
    wait(NULL);
    return 0;
}
