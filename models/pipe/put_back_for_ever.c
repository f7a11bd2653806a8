// A worker puts a job that it cannot do back into the queue, for another one that can. There is none left: the job goes round
// and round. Something moves all the time, but impasse_progress() says what would count. (B47 with a pipe; LIVE-01)
// impasse: expect livelock
// impasse: states 14 transitions 18

#include <impasse.h>
#include <unistd.h>

int main(void)
{
    int jobs[2];
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
        if (job == 'a') {
            done++;
            impasse_progress();
        } else {
            write(jobs[1], &job, 1);
        }
    }
    return 0;
}
