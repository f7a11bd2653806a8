// The cure for producer_consumer.c: wait for an empty slot first, and take the mutex only when
// there is something to do. (B58; PSEM-01)
// impasse: expect ok
// impasse: states 122 transitions 182

#include <assert.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SLOTS = 2, ITEMS = 4 };

struct buffer {
    sem_t empty, full, mutex;
    int slot[SLOTS];
};

static void produce(struct buffer *b)
{
    for (int item = 0; item < ITEMS; item++) {
        sem_wait(&b->empty);
        sem_wait(&b->mutex);
        b->slot[item % SLOTS] = item;
        sem_post(&b->mutex);
        sem_post(&b->full);
    }
    _exit(0);
}

int main(void)
{
    struct buffer *b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    sem_init(&b->empty, 1, SLOTS);
    sem_init(&b->full, 1, 0);
    sem_init(&b->mutex, 1, 1);
    if (fork() == 0)
        produce(b);
    for (int item = 0; item < ITEMS; item++) {
        sem_wait(&b->full);
        sem_wait(&b->mutex);
        assert(b->slot[item % SLOTS] == item);
        sem_post(&b->mutex);
        sem_post(&b->empty);
    }
    wait(NULL);
    return 0;
}
