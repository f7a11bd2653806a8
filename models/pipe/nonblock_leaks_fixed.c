// The cure for nonblock_leaks.c: the helper puts the flags back before it goes, and nobody reads
// while it is at work. (A descriptor of its own would not do: dup() shares the flag, too.) (B12;
// FD-02, PIPE-03)
// impasse: expect ok
// impasse: states 38 transitions 59

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
        int flags = fcntl(p[0], F_GETFL);

        fcntl(p[0], F_SETFL, flags | O_NONBLOCK);
        // ... looks at the pipe without waiting ...
        fcntl(p[0], F_SETFL, flags);
        _exit(0);
    }
    waitpid(helper, NULL, 0);

    ssize_t n = read(p[0], &c, 1);
    assert(n == 1);
    wait(NULL);
    return 0;
}
