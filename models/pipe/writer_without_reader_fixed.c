// The cure for writer_without_reader.c, by agreement: the writer ends the stream, not the reader,
// who reads on to end-of-file even when it has seen enough. (B10; PIPE-04, PIPE-06)
// impasse: --set pipe_capacity=4
// impasse: expect ok
// impasse: states 23 transitions 29

#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int p[2];

    pipe(p);
    if (fork() == 0) {
        char line[2];

        close(p[1]);
        while (read(p[0], line, sizeof line) > 0)
            continue;
        _exit(0);
    }
    close(p[0]);
    for (int i = 0; i < 3; i++)
        write(p[1], "y\n", 2);
    close(p[1]);
    wait(NULL);
    return 0;
}
