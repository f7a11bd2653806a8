// Who closes it is settled: one of the two. (B28; FD-01)
// impasse: expect ok
// impasse: states 197 transitions 274

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t log_fd = -1;

static void record(int signal)
{
    (void)signal;
    if (log_fd < 0)
        log_fd = open("/tmp/log", O_WRONLY | O_CREAT, 0600);
    assert(write(log_fd, "x", 1) == 1 && "the log is closed");
}

static void done_with(int fd)
{
    close(fd);
}

int main(void)
{
    int data;

    signal(SIGUSR1, record);
    data = open("/tmp/data", O_RDONLY | O_CREAT, 0600);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    done_with(data);
    while (wait(NULL) > 0)
        continue;
    raise(SIGUSR1);
    return 0;
}
