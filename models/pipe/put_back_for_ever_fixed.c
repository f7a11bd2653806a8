// The cure for put_back_for_ever.c: a job that comes back a second time is set aside. (B47 with a pipe; LIVE-01)
// impasse: expect ok
// impasse: states 16 transitions 21

#include <impasse.h>
#include <unistd.h>

int main(void)
{
    int jobs[2], refused = 0;
    char job;

    pipe(jobs);
    write(jobs[1], "ab", 2);
    if (fork() == 0) { // can do both kinds, but does one job only
        read(jobs[0], &job, 1);
        _exit(0);
    }
    for (int done = 0; done < 1;) { // can do 'a' only
        if (read(jobs[0], &job, 1) != 1)
            return 1;
        if (job == 'a' || refused++) {
            done++;
            impasse_progress();
        } else {
            write(jobs[1], &job, 1);
        }
    }
    return 0;
}
