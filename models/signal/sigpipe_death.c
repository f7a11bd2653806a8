// A server answers a client that has gone: it dies of SIGPIPE. (SIG-28, PIPE-06)
// impasse: expect crash at write:17

#include <unistd.h>

int main(void)
{
    int answer[2];
    char c = 'a';

    pipe(answer);
    if (fork() == 0) {
        close(answer[1]);
        _exit(0); /* does not wait for the answer */
    }
    close(answer[0]);
    write(answer[1], &c, 1);
    return 0;
}
