// Two processes take the same two semaphores in opposite orders. Each can get its first and then
// wait for the one that the other holds: only on some schedules, and seldom natively. (B52;
// PSEM-01)
// impasse: expect deadlock at sem_wait:25, sem_wait:31
// impasse: states 30 transitions 37

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
        sem_wait(&locks->b);
        sem_wait(&locks->a);
        sem_post(&locks->a);
        sem_post(&locks->b);
        _exit(0);
    }
    sem_wait(&locks->a);
    sem_wait(&locks->b);
    sem_post(&locks->b);
    sem_post(&locks->a);
    wait(NULL);
    return 0;
}
