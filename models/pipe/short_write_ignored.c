// A non-blocking write of more than PIPE_BUF bytes takes what fits and says how much that was. The
// writer does not look, and the rest of its data is gone: no schedule delivers all. (B09; PIPE-10)
// impasse: expect assertion at assert:32
// impasse: states 23 transitions 35

#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE 6000

static char data[SIZE];

int main(void)
{
    int p[2];
    size_t got = 0;
    ssize_t n;

    pipe(p);
    fcntl(p[1], F_SETPIPE_SZ, 4096);
    if (fork() == 0) {
        fcntl(p[1], F_SETFL, O_NONBLOCK);
        write(p[1], data, SIZE);
        _exit(0);
    }
    close(p[1]);
    while ((n = read(p[0], data, SIZE)) > 0)
        got += n;
    assert(got == SIZE);
    wait(NULL);
    return 0;
}
