// Two workers take records from one pipe, the head first and then the body. Between the two reads
// of one worker the other may come and take the body for a head: on some schedules, seldom
// natively. (B18; PIPE-02, PIPE-14)
// impasse: expect assertion at assert:17
// impasse: states 72 transitions 150

#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

static void worker(int p[2])
{
    char head, body;

    close(p[1]);
    while (read(p[0], &head, 1) == 1) {
        assert(head == 'H');
        read(p[0], &body, 1);
    }
    _exit(0);
}

int main(void)
{
    int p[2];

    pipe(p);
    for (int i = 0; i < 2; i++)
        if (fork() == 0)
            worker(p);
    write(p[1], "Hb", 2);
    write(p[1], "Hb", 2);
    close(p[1]);
    while (wait(NULL) > 0)
        continue;
    return 0;
}
