// The cure for dead_peer.c: who waits for another process also looks whether it is still there.
// (B70; SHM-14, PROC-09)
// impasse: expect ok
// impasse: states 13 transitions 16

#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
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
        if (waitpid(-1, NULL, WNOHANG) > 0)
            return *ready ? 0 : 1;
    wait(NULL);
    return 0;
}
