// The same pool, with pipes that exec closes. (B01; PIPE-04, PROC-04)
// impasse: --program worker=worker.c
// impasse: expect ok
// impasse: states 558 transitions 1341

#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef WORKERS
#define WORKERS 2
#define JOBS 3
#endif

int main(void)
{
    int jobs[2], results[2], sum = 0;
    char c;

    pipe2(jobs, O_CLOEXEC);
    pipe2(results, O_CLOEXEC);
    for (int i = 0; i < WORKERS; i++)
        if (fork() == 0) {
            dup2(jobs[0], 0);
            dup2(results[1], 1);
            execlp("worker", "worker", (char *)NULL);
            _exit(127);
        }
    close(jobs[0]);
    close(results[1]);
    for (int i = 0; i < JOBS; i++) {
        c = (char)i;
        write(jobs[1], &c, 1);
    }
    close(jobs[1]);
    for (int i = 0; i < JOBS; i++) {
        assert(read(results[0], &c, 1) == 1);
        sum += c;
    }
    assert(sum == JOBS * (JOBS + 1) / 2);
    while (wait(NULL) > 0)
        continue;
    return 0;
}
