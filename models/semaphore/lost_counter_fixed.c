// The cure for lost_counter.c: a semaphore makes load and store one step for everyone who asks for
// it. (B68; PSEM-01, SHM-10)
// impasse: expect ok
// impasse: states 27 transitions 31

#include <assert.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef ROUNDS
#define ROUNDS 1
#endif

struct shared {
    sem_t mutex;
    volatile int counter;
};

int main(void)
{
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    sem_init(&s->mutex, 1, 1);
    pid_t child = fork();

    for (int i = 0; i < ROUNDS; i++) {
        sem_wait(&s->mutex);
        ++s->counter;
        sem_post(&s->mutex);
    }
    if (child == 0)
        _exit(0);
    wait(NULL);
    assert(s->counter == 2 * ROUNDS);
    return 0;
}
