// The cure for eintr_ignored.c: try again when a signal broke off the wait. (EINTR-01)
// impasse: expect ok

#include <assert.h>
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
    sem_t lock;
    int inside;
};

static void on_chld(int signal)
{
    (void)signal;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_chld};
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    sem_init(&s->lock, 1, 1);
    sigaction(SIGCHLD, &action, NULL);
    if (fork() == 0)
        _exit(0);
    if (fork() == 0) {
        while (sem_wait(&s->lock) == -1 && errno == EINTR)
            continue;
        s->inside++;
        assert(s->inside == 1);
        s->inside--;
        sem_post(&s->lock);
        _exit(0);
    }
    while (sem_wait(&s->lock) == -1 && errno == EINTR)
        continue;
    s->inside++;
    assert(s->inside == 1);
    s->inside--;
    sem_post(&s->lock);
    while (wait(NULL) > 0)
        continue;
    return 0;
}
