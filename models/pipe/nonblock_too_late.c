// A helper is to end a read that takes too long: it makes the pipe non-blocking. Who sleeps in read() already looks at the flag
// no more, so that this works only if the helper is early. (FD-14; FD-02)
// impasse: expect deadlock at read:25
// impasse: states 16 transitions 18

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int quit[2];
    char c;

    pipe(quit);
    if (fork() == 0) {
        close(quit[1]);
        sleep(1);
        fcntl(quit[0], F_SETFL, O_NONBLOCK);
        _exit(0);
    }

    // The write end stays open in this process, which uses it later to wake others.
    if (read(quit[0], &c, 1) == -1 && errno == EAGAIN)
        c = 'q';
    wait(NULL);
    return 0;
}
