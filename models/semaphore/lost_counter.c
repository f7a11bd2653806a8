// Two processes count in shared memory. An increment is a load and a store; if both load before
// either stores, one count is lost: on some schedules, and natively only with -DROUNDS=100000000 or
// so. (B68; SHM-09, SHM-10)
// impasse: expect assertion at assert:27
// impasse: states 23 transitions 29

#include <assert.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef ROUNDS
#define ROUNDS 1
#endif

int main(void)
{
    volatile int *counter = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = fork();

    for (int i = 0; i < ROUNDS; i++)
        ++*counter;
    if (child == 0)
        _exit(0);
    wait(NULL);
    assert(*counter == 2 * ROUNDS);
    return 0;
}
