// The cure for partial_record.c: read on until the whole record is there, or the stream ends. (B06;
// PIPE-02, PIPE-04)
// impasse: expect ok
// impasse: states 20 transitions 27

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
    size_t got = 0;
    ssize_t n;

    while (got < sizeof record && (n = read(p[0], record + got, sizeof record - got)) > 0)
        got += n;
    assert(got == sizeof record);
    wait(NULL);
    return 0;
}
