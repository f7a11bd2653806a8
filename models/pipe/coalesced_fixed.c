// The cure for coalesced.c: messages of a known length, and no read() asks for more than one. (Here
// one byte each; longer ones also need the loop of partial_record_fixed.c.) (B07; PIPE-02)
// impasse: expect ok
// impasse: states 22 transitions 30

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

    char message;
    int handled = 0;

    while (read(p[0], &message, 1) > 0)
        handled++;
    assert(handled == 2);
    wait(NULL);
    return 0;
}
