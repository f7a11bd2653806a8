// The cure for private_semaphore.c: the semaphore lives in a shared mapping, so that parent and
// child mean the same one. (B60; PSEM-06, SHM-09)
// impasse: expect ok
// impasse: states 10 transitions 10

#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    sem_t *done = mmap(NULL, sizeof *done, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    sem_init(done, 1, 0);
    if (fork() == 0) {
        sem_post(done);
        _exit(0);
    }
    sem_wait(done);
    wait(NULL);
    return 0;
}
