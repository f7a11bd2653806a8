// The cure for wait_never_returns.c: say what the child is waiting for, then wait for the child.
// (PIPE-03, PROC-08)
// impasse: expect ok
// impasse: states 8 transitions 7

#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];

    pipe(p);
    if (fork() == 0) {
        char word[2];

        read(p[0], word, sizeof word);
        _exit(0);
    }
    write(p[1], "go", 2);
    wait(NULL);
    return 0;
}
