// Two writers share a pipe, and their records are longer than PIPE_BUF (4096). Such a write goes in
// pieces, and the other writer may come between them: on some schedules the reader gets a record
// that begins with one writer and ends with the other. (B08; PIPE-07, PIPE-11)
// impasse: expect assertion at assert:43
// impasse: states 104 transitions 190

#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SIZE 6000

static char record[SIZE];

static void writer(int p[2], char name)
{
    close(p[0]);
    memset(record, name, SIZE);
    write(p[1], record, SIZE);
    _exit(0);
}

int main(void)
{
    int p[2];
    ssize_t n;

    pipe(p);
    fcntl(p[1], F_SETPIPE_SZ, 4096);
    if (fork() == 0)
        writer(p, 'A');
    if (fork() == 0)
        writer(p, 'B');
    close(p[1]);

    for (int i = 0; i < 2; i++) {
        for (size_t got = 0; got < SIZE; got += n) {
            n = read(p[0], record + got, SIZE - got);
            assert(n > 0);
        }
        assert(record[0] == record[SIZE - 1]);
    }
    return 0;
}
