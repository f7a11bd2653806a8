// An orphan gets a new parent, but when? While its parent is on the way out, getppid() may give the
// old one or already the new one; once the parent has been waited for, only the new one, and for
// good. (GEN-12, PROC-14)
// impasse: expect ok
// impasse: states 25 transitions 33

#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

static void orphan(pid_t parent, int news)
{
    pid_t before = getppid();
    char c;

    read(news, &c, 1);

    pid_t now = getppid();
    assert(now != parent);
    assert(before == parent || before == now);
    _exit(0);
}

int main(void)
{
    int p[2];

    pipe(p);
    if (fork() == 0) {
        pid_t parent = getpid();

        if (fork() == 0)
            orphan(parent, p[0]);
        _exit(0);
    }
    wait(NULL);
    write(p[1], "!", 1);
    return 0;
}
