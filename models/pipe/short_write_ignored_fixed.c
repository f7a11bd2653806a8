// The cure for short_write_ignored.c: count what was taken, and send the rest when there is room
// again. (With poll() it would not need to ask so often.) (B09; PIPE-10)
// impasse: expect ok
// impasse: states 35 transitions 53

#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <sched.h>
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
        for (size_t sent = 0; sent < SIZE;) {
            ssize_t n = write(p[1], data + sent, SIZE - sent);

            if (n > 0)
                sent += n;
            else
                sched_yield();
        }
        _exit(0);
    }
    close(p[1]);
    while ((n = read(p[0], data, SIZE)) > 0)
        got += n;
    assert(got == SIZE);
    wait(NULL);
    return 0;
}
