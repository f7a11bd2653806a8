// End-of-file on the pipe from a child does not mean that the child is dead: exit closes the
// descriptors first and lets itself be waited for last. A waitpid() with WNOHANG may come between,
// finds nobody, and leaves a zombie behind: on some schedules, and natively too. (GEN-12, PROC-09,
// PIPE-04)
// impasse: expect assertion at assert:26
// impasse: states 11 transitions 13

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

    pid_t reaped = waitpid(child, NULL, WNOHANG);
    assert(reaped == child);
    return 0;
}
