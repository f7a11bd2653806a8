// The cure for sigpipe_death.c: with SIGPIPE ignored the write fails with EPIPE, and the server goes
// on. (PIPE-12, SIG-28)
// impasse: expect ok

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

int main(void)
{
    int answer[2];
    char c = 'a';

    signal(SIGPIPE, SIG_IGN);
    pipe(answer);
    if (fork() == 0) {
        close(answer[1]);
        _exit(0); /* does not wait for the answer */
    }
    close(answer[0]);
    if (write(answer[1], &c, 1) == -1)
        assert(errno == EPIPE);
    return 0;
}
