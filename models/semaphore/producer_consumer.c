// A bounded buffer whose producer takes the mutex before it waits for an empty slot. When the
// buffer is full it sleeps with the mutex in hand, and the consumer, the only one who could empty a
// slot, cannot get in. (B58; PSEM-01)
// impasse: expect deadlock at sem_wait:24, sem_wait:44
// impasse: states 122 transitions 177

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
        sem_wait(&b->mutex);
        sem_wait(&b->empty);
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
