// The cure for abba.c: one order for all. Whoever holds the second semaphore holds the first one
// already, so nobody who waits for the first can be in its way. (B52; PSEM-01)
// impasse: expect ok
// impasse: states 27 transitions 31

#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct locks {
    sem_t a, b;
};

int main(void)
{
    struct locks *locks = mmap(NULL, sizeof *locks, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    sem_init(&locks->a, 1, 1);
    sem_init(&locks->b, 1, 1);
    if (fork() == 0) {
        sem_wait(&locks->a);
        sem_wait(&locks->b);
        sem_post(&locks->b);
        sem_post(&locks->a);
        _exit(0);
    }
    sem_wait(&locks->a);
    sem_wait(&locks->b);
    sem_post(&locks->b);
    sem_post(&locks->a);
    wait(NULL);
    return 0;
}
