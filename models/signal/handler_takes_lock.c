// A handler takes the lock that the code which it interrupted holds: it waits for that code, and the
// code waits for it to return. (B37; SIG-30, SIG-31)
// impasse: expect deadlock at sem_wait:15

#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

static sem_t lock;
static int total;

static void on_usr1(int signal)
{
    (void)signal;
    sem_wait(&lock);
    total++;
    sem_post(&lock);
}

int main(void)
{
    sem_init(&lock, 0, 1);
    signal(SIGUSR1, on_usr1);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    sem_wait(&lock);
    total++;
    sem_post(&lock);
    return 0;
}
