// The worker reads jobs until end-of-file, and closed its own write end as it should. But the
// watchdog, forked later, inherited the write end from the parent and keeps it open; it stops only
// when told to, and the parent would tell it after the worker is done. (B02; PIPE-03, PIPE-04,
// PROC-01)
// impasse: expect deadlock at read:20, read:28, waitpid:33
// impasse: states 22 transitions 36

#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int jobs[2], stop[2];
    char c;

    pipe(jobs);
    pid_t worker = fork();
    if (worker == 0) {
        close(jobs[1]);
        while (read(jobs[0], &c, 1) > 0)
            continue;
        _exit(0);
    }
    pipe(stop);
    pid_t watchdog = fork();
    if (watchdog == 0) {
        close(stop[1]);
        read(stop[0], &c, 1);
        _exit(0);
    }
    write(jobs[1], "j", 1);
    close(jobs[1]);
    waitpid(worker, NULL, 0);
    close(stop[1]);
    waitpid(watchdog, NULL, 0);
    return 0;
}
