// AB-BA in a chain: process i takes lock i and then lock i + 1, once. The last one closes the circle by taking lock 0
// as its second: deadlock. With -DCYCLE=0 it takes lock 0 first, as a lock order demands, and all come through.

#include <impasse.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef N
#define N 4         // processes
#endif
#ifndef CYCLE
#define CYCLE 1
#endif

struct locks {
    sem_t lock[N], never;
};

static void process(struct locks *all, sem_t *first, sem_t *second)
{
    sem_wait(first);
    sem_wait(second);
    sem_post(second);
    sem_post(first);
    impasse_idle();
    sem_wait(&all->never);  // Rests here, so that no exit and no wait adds states.
}

int main(void)
{
    struct locks *all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    for (int i = 0; i < N; i++)
        sem_init(&all->lock[i], 1, 1);
    sem_init(&all->never, 1, 0);

    impasse_atomic_begin();
    for (int i = 0; i < N; i++) {
        sem_t *one = &all->lock[i], *next = &all->lock[(i + 1) % N];
        int turned = i == N - 1 && !CYCLE;

        if (fork() == 0)
            process(all, turned ? next : one, turned ? one : next);
    }
    impasse_atomic_end();

    impasse_idle();
    wait(NULL);
}
