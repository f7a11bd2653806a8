// A record is written in two parts, and read as if it came in one. read() returns what is there at
// that moment, so the reader may get the header alone, on most schedules but not on all. (B06;
// PIPE-02)
// impasse: expect assertion at assert:25
// impasse: states 16 transitions 21

#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];

    pipe(p);
    if (fork() == 0) {
        write(p[1], "HEAD", 4);
        write(p[1], "the body", 8);
        _exit(0);
    }
    close(p[1]);

    char record[12];
    size_t got = read(p[0], record, sizeof record);
    assert(got == sizeof record);
    wait(NULL);
    return 0;
}
