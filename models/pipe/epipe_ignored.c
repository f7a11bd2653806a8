// A writer that tries again whenever write fails, for ever once its reader has gone (timing). (B11; PIPE-06)
// impasse: expect stuck at wait:27
// impasse: states 19 transitions 25

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
            if (n > 0)
                sent += (int)n;
        }
        _exit(0);
    }
    close(p[1]);
    close(p[0]);
    wait(NULL);
    return 0;
}
