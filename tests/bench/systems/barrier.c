// A barrier for N processes out of semaphores, used again and again: all meet at the first gate, then at the second.
// The counter is plain shared memory: its loads and stores are steps of their own.

#include <impasse.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef N
#define N 3         // processes
#endif

struct barrier {
    int count;
    sem_t mutex, gate[2];
};

static void meet(struct barrier *barrier, int step, int last, sem_t *gate)
{
    sem_wait(&barrier->mutex);
    int n = barrier->count + step;
    barrier->count = n;
    if (n == last)
        for (int i = 0; i < N; i++)
            sem_post(gate);
    sem_post(&barrier->mutex);
    sem_wait(gate);
}

int main(void)
{
    struct barrier *barrier = mmap(NULL, sizeof *barrier, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    sem_init(&barrier->mutex, 1, 1);
    sem_init(&barrier->gate[0], 1, 0);
    sem_init(&barrier->gate[1], 1, 0);

    impasse_atomic_begin();
    for (int i = 0; i < N; i++)
        if (fork() == 0)
            for (;;) {
                meet(barrier, 1, N, &barrier->gate[0]);
                meet(barrier, -1, 0, &barrier->gate[1]);
            }
    impasse_atomic_end();

    impasse_idle();
    wait(NULL);
}
