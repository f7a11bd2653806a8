// A pool of workers, programs of their own, takes jobs from one pipe. They inherit its write end, too, and exec does
// not close it: they never see that there are no more jobs. (B01; PIPE-03, PIPE-14, PROC-04)
// impasse: --program worker=worker.c
// impasse: expect deadlock at wait:44, read:worker.c:12
// impasse: states 383 transitions 925

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

    pipe(jobs);
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
