// A worker of worker_pool.c: takes one job at a time from standard input, up to its end, and writes the result.
// (PIPE-04, PIPE-14)
// impasse: expect ok
// impasse: states 3 transitions 2

#include <unistd.h>

int main(void)
{
    char job;

    while (read(0, &job, 1) == 1) {
        job++;
        if (write(1, &job, 1) != 1)
            return 1;
    }
    return 0;
}
