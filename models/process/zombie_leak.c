// A server that never waits for its children: the dead ones fill the process table, and in the end fork fails. (B19;
// PROC-06, PROC-30)
// impasse: expect assertion at fork:23
// impasse: states 16 transitions 33

#include <assert.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

static void work(void)
{
}

int main(void)
{
    const struct rlimit few = {4, 4};

    setrlimit(RLIMIT_NPROC, &few);
    for (int request = 0; request < 5; request++) {
        pid_t child;

        assert((child = fork()) >= 0 && "no room for another process");
        if (child == 0) {
            work();
            _exit(0);
        }
    }
    return 0;
}
