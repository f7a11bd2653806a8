// The cure for second_child_inherits.c: every child closes what it inherited and does not use, also
// the ends of pipes that were made for its elder brothers. (B02; PIPE-03, PIPE-04, PROC-01)
// impasse: expect ok
// impasse: states 42 transitions 70

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
        close(jobs[1]);
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
