// A token ring: each of N stations reads a token from the pipe on its left and writes it into the pipe on its right.
// A pipe holds one byte; the first T stations hold a token at first. Tokens never overtake: there are C(2N, T) states.

#define _GNU_SOURCE
#include <fcntl.h>
#include <impasse.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef N
#define N 4         // stations
#endif
#ifndef T
#define T 2         // tokens
#endif

static void station(int left, int right, int holds)
{
    char token = 't';

    for (;; holds = 0) {
        if (!holds)
            read(left, &token, 1);
        write(right, &token, 1);
    }
}

int main(void)
{
    int ring[N][2];

    impasse_atomic_begin();
    for (int i = 0; i < N; i++) {
        pipe(ring[i]);
        fcntl(ring[i][1], F_SETPIPE_SZ, 1);
    }
    for (int i = 0; i < N; i++)
        if (fork() == 0)
            station(ring[i][0], ring[(i + 1) % N][1], i < T);
    impasse_atomic_end();

    impasse_idle();
    wait(NULL);
}
