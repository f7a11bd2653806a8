// A process leaves by an error path while it holds a semaphore. A semaphore has no owner and nobody
// gives it back for the dead: the next one waits for ever. (B53, B56; PSEM-05)
// impasse: expect deadlock at sem_wait:30
// impasse: states 7 transitions 6

#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int work(void)
{
    return -1;      // the disk is full, say
}

int main(void)
{
    sem_t *lock = mmap(NULL, sizeof *lock, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    sem_init(lock, 1, 1);
    if (fork() == 0) {
        sem_wait(lock);
        if (work() != 0)
            _exit(1);
        sem_post(lock);
        _exit(0);
    }
    wait(NULL);
    sem_wait(lock);
    sem_post(lock);
    return 0;
}
