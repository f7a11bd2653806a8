// The cure for two_readers.c: records of one length, each written by one write() and taken by one
// read(), so that there is no moment between head and body. (B18; PIPE-02, PIPE-07, PIPE-14)
// impasse: expect ok
// impasse: states 52 transitions 98

#include <assert.h>
#include <sys/wait.h>
#include <unistd.h>

static void worker(int p[2])
{
    char record[2];

    close(p[1]);
    while (read(p[0], record, 2) == 2)
        assert(record[0] == 'H');
    _exit(0);
}

int main(void)
{
    int p[2];

    pipe(p);
    for (int i = 0; i < 2; i++)
        if (fork() == 0)
            worker(p);
    write(p[1], "Hb", 2);
    write(p[1], "Hb", 2);
    close(p[1]);
    while (wait(NULL) > 0)
        continue;
    return 0;
}
