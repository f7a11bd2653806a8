// The cure for holder_exits.c: give the semaphore back on every path, before the error is looked
// at. (Against SIGKILL there is none; that takes a robust mutex or SEM_UNDO.) (B53, B56; PSEM-05)
// impasse: expect ok
// impasse: states 11 transitions 10

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
        int failed = work();

        sem_post(lock);
        _exit(failed != 0);
    }
    wait(NULL);
    sem_wait(lock);
    sem_post(lock);
    return 0;
}
