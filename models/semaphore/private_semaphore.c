// A semaphore in private memory. sem_init() was told to share it, but after fork() there are two:
// the child posts its own, and the parent waits for ever at the other. (B60; PSEM-06, PROC-01)
// impasse: expect deadlock at sem_wait:19
// impasse: states 5 transitions 4

#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t done;

int main(void)
{
    sem_init(&done, 1, 0);
    if (fork() == 0) {
        sem_post(&done);
        _exit(0);
    }
    sem_wait(&done);
    wait(NULL);
    return 0;
}
