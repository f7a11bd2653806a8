// Busy waiting for a flag that nobody will set: the child fails before it gets there, and the parent
// looks again and again, for ever. (B70; SHM-14, LIVE-01)
// impasse: expect livelock
// impasse: states 10 transitions 14

#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void)
{
    volatile int *ready = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int p[2];

    pipe(p);
    if (fork() == 0) {
        char c;

        if (read(p[0], &c, 1) != 1 || c != 'g') // no "go": the child gives up
            exit(1);
        *ready = 1;
        exit(0);
    }
    write(p[1], "?", 1);
    while (!*ready)
        sched_yield();
    return 0;
}
