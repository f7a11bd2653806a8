// O_NONBLOCK belongs to the open file description, which fork() shares. A helper sets it for a
// moment of its own, and long after the helper is gone the parent's read() fails with EAGAIN
// instead of waiting for the slow writer. (B12; FD-02, PIPE-03)
// impasse: expect assertion at assert:32
// impasse: states 26 transitions 40

#include <assert.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];
    char c;

    pipe(p);
    if (fork() == 0) {
        sleep(1);
        write(p[1], "x", 1);
        _exit(0);
    }
    pid_t helper = fork();
    if (helper == 0) {
        fcntl(p[0], F_SETFL, O_NONBLOCK);
        // ... looks at the pipe without waiting ...
        _exit(0);
    }
    waitpid(helper, NULL, 0);

    ssize_t n = read(p[0], &c, 1);
    assert(n == 1);
    wait(NULL);
    return 0;
}
