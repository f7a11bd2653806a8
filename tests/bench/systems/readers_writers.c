// Readers and writers, as in the textbooks: the first reader in locks the writers out, the last one out lets them in.
// The counter of readers is plain shared memory: its loads and stores are steps of their own.

#include <assert.h>
#include <impasse.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef R
#define R 2         // readers
#endif
#ifndef W
#define W 2         // writers
#endif

struct room {
    int readers, writing;
    sem_t mutex, empty;
};

static void reader(struct room *room)
{
    for (;;) {
        sem_wait(&room->mutex);
        if (++room->readers == 1)
            sem_wait(&room->empty);
        sem_post(&room->mutex);
        assert(!room->writing);
        sem_wait(&room->mutex);
        if (--room->readers == 0)
            sem_post(&room->empty);
        sem_post(&room->mutex);
    }
}

static void writer(struct room *room)
{
    for (;;) {
        sem_wait(&room->empty);
        room->writing = 1;
        room->writing = 0;
        sem_post(&room->empty);
    }
}

int main(void)
{
    struct room *room = mmap(NULL, sizeof *room, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    sem_init(&room->mutex, 1, 1);
    sem_init(&room->empty, 1, 1);

    impasse_atomic_begin();
    for (int i = 0; i < R; i++)
        if (fork() == 0)
            reader(room);
    for (int i = 0; i < W; i++)
        if (fork() == 0)
            writer(room);
    impasse_atomic_end();

    impasse_idle();
    wait(NULL);
}
