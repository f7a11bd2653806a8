// Two messages are written one by one, and the reader takes each read() for one message. A pipe
// keeps no boundaries: on some schedules, seldom natively, both come in one read, and the second is
// lost. (B07; PIPE-02)
// impasse: expect assertion at assert:28
// impasse: states 25 transitions 34

#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];

    pipe(p);
    if (fork() == 0) {
        write(p[1], "A", 1);
        write(p[1], "B", 1);
        _exit(0);
    }
    close(p[1]);

    char buffer[16];
    int handled = 0;

    while (read(p[0], buffer, sizeof buffer) > 0)
        handled++;
    assert(handled == 2);
    wait(NULL);
    return 0;
}
