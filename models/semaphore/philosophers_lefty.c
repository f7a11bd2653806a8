// The cure for philosophers.c: one philosopher takes its forks in the other order, which breaks the
// circle. It is also the bench system: -DN=12 sets the table for 12, -DLEFTY=0 makes all
// right-handed again. (B52; PSEM-01)
// impasse: expect ok
// impasse: states 272 transitions 887

#include <impasse.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef N
#define N 5         // philosophers
#endif
#ifndef LEFTY
#define LEFTY 1     // how many of them are left-handed
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

    impasse_atomic_begin();
    for (int i = 0; i < N; i++) {
        sem_t *right = &forks[i], *left = &forks[(i + 1) % N];

        if (fork() == 0)
            philosopher(i < LEFTY ? left : right, i < LEFTY ? right : left);
    }
    impasse_atomic_end();

    impasse_idle();
    while (wait(NULL) > 0)
        continue;
    return 0;
}
