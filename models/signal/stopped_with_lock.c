// A process is stopped while it holds a semaphore, and nobody continues it. (B39; GEN-07, SIG-26)
// impasse: expect deadlock at sem_wait:22

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
    kill(worker, SIGSTOP);
    sem_wait(lock);
    sem_post(lock);
    kill(worker, SIGCONT);
    wait(NULL);
    return 0;
}
