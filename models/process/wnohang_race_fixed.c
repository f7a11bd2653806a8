// The cure for wnohang_race.c: after end-of-file the child cannot be long, so wait for it. (GEN-12,
// PROC-08, PIPE-04)
// impasse: expect ok
// impasse: states 11 transitions 12

#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];
    char c;

    pipe(p);
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    close(p[1]);
    while (read(p[0], &c, 1) > 0)
        continue;

    pid_t reaped = waitpid(child, NULL, 0);
    assert(reaped == child);
    return 0;
}
