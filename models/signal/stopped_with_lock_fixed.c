// The cure for stopped_with_lock.c: take the lock first, so that the worker stops without it. (SIG-26, SIG-27)
// impasse: expect ok

#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    sem_t *lock = mmap(NULL, sizeof *lock, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    sem_init(lock, 1, 1);
    pid_t worker = fork();
    if (worker == 0) {
        sem_wait(lock);
        sem_post(lock);
        _exit(0);
    }
    sem_wait(lock);
    kill(worker, SIGSTOP);

    kill(worker, SIGCONT);
    sem_post(lock);
    wait(NULL);
    return 0;
}
