// The dining philosophers, all right-handed: each takes the fork before it and then the next one.
// When all hold one fork, each waits for its neighbour, all around the table. (Dijkstra's; B52;
// PSEM-01)
// impasse: expect deadlock at sem_wait:20, wait:36
// impasse: states 601 transitions 2200

#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef N
#define N 5
#endif

static void philosopher(sem_t *first, sem_t *second)
{
    for (;;) {
        sem_wait(first);
        sem_wait(second);
        sem_post(second);
        sem_post(first);
    }
}

int main(void)
{
    sem_t *forks = mmap(NULL, N * sizeof *forks, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    for (int i = 0; i < N; i++)
        sem_init(&forks[i], 1, 1);
    for (int i = 0; i < N; i++)
        if (fork() == 0)
            philosopher(&forks[i], &forks[(i + 1) % N]);
    while (wait(NULL) > 0)
        continue;
    return 0;
}
