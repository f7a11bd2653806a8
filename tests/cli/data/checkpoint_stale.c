/* A program whose model has to be made anew: the buffer of a read that met the end of the pipe is read all the same. */
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 5, ROUNDS = 3 };

static char kept = 'k';

int main(void)
{
    int p[2];
    if (pipe(p) != 0 || close(p[1]) != 0)
        return 1;
    read(p[0], &kept, 1); /* the end: nothing is written */
    if (kept != 'k')
        return 1;
    sem_t *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(s, 1, 2);
    for (int w = 0; w < WORKERS; w++)
        if (fork() == 0) {
            for (int r = 0; r < ROUNDS; r++) {
                sem_wait(s);
                sem_post(s);
            }
            _exit(kept);
        }
    while (wait(NULL) > 0)
        continue;
    return 0;
}
