// The server waits for whoever is dead before it makes the next one, and for somebody where there is no room. (B19;
// PROC-06, PROC-09)
// impasse: expect ok
// impasse: states 63 transitions 104

#include <assert.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void work(void)
{
}

int main(void)
{
    const struct rlimit few = {3, 3};

    setrlimit(RLIMIT_NPROC, &few);
    for (int request = 0; request < 4; request++) {
        pid_t child;

        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
        while ((child = fork()) < 0 && errno == EAGAIN)
            wait(NULL);
        assert(child >= 0);
        if (child == 0) {
            work();
            _exit(0);
        }
    }
    return 0;
}
