// EPIPE is the end: nobody will ever read again. (B11; PIPE-06)
// impasse: expect ok
// impasse: states 20 transitions 26

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    static const char text[4] = "data";
    int p[2];

    signal(SIGPIPE, SIG_IGN);
    pipe(p);
    if (fork() == 0) {
        close(p[0]);
        for (int sent = 0; sent < 4;) {
            ssize_t n = write(p[1], text + sent, sizeof text - (size_t)sent);
            if (n < 0)
                break;
            sent += (int)n;
        }
        _exit(0);
    }
    close(p[1]);
    close(p[0]);
    wait(NULL);
    return 0;
}
